Extension: FreeChoiceConfirmation
Id: free-choice-confirmation
Title: "Confirmation of a free choice"
Description: "A neutral person asked the patient and found that the choice is free, although care had seemed to depend on it, something had been offered for it, or the clinician who treats them had asked. Written by $confirm-free-choice alone."
* insert Ours
* insert On(Consent)
* extension contains
    by 1..1 and
    when 1..1 and
    note 0..1
* extension[by] ^short = "The neutral person: neither who asked, nor treating the patient, nor an author or attester of the document"
* extension[by].value[x] 1..1
* extension[by].value[x] only Reference(Practitioner)
* extension[when] ^short = "When they confirmed it"
* extension[when].value[x] 1..1
* extension[when].value[x] only dateTime
* extension[note] ^short = "What they want the patient to read"
* extension[note].value[x] 1..1
* extension[note].value[x] only string
