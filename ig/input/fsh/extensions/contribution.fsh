Invariant: eq-ack-1
Description: "What waits has been looked at by nobody; what does not wait says who looked, and when."
Severity: #error
Expression: "extension.where(url='status').value.coding.where(code='pending').exists() != (extension.where(url='by').exists() and extension.where(url='when').exists())"

Invariant: eq-ack-2
Description: "What cannot be used says why, in words that the patient can read."
Severity: #error
Expression: "extension.where(url='status').value.coding.where(code='not-usable').exists() implies extension.where(url='note').exists()"

Extension: Acknowledgement
Id: acknowledgement
Title: "What became of a contribution"
Description: "Since when what a patient contributed waits for somebody to look, and who looked, when, and what they say to the patient. Written by the server and by $acknowledge alone."
* insert Ours
* ^context[0].type = #element
* ^context[0].expression = "Observation"
* ^context[1].type = #element
* ^context[1].expression = "DocumentReference"
* obeys eq-ack-1 and eq-ack-2
* extension contains
    status 1..1 and
    since 1..1 and
    by 0..1 and
    when 0..1 and
    note 0..1
* extension[status] ^short = "Whether somebody looked, and what became of it"
* extension[status].value[x] 1..1
* extension[status].value[x] only CodeableConcept
* extension[status].valueCodeableConcept from AckStatusVS (required)
* extension[since] ^short = "When it came here, or was changed: since then it has waited, or did wait"
* extension[since].value[x] 1..1
* extension[since].value[x] only dateTime
* extension[by] ^short = "Who looked"
* extension[by].value[x] 1..1
* extension[by].value[x] only Reference(Practitioner)
* extension[when] ^short = "When they said so"
* extension[when].value[x] 1..1
* extension[when].value[x] only dateTime
* extension[note] ^short = "What they say to the patient"
* extension[note].value[x] 1..1
* extension[note].value[x] only string
