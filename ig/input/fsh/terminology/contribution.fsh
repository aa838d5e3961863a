CodeSystem: AckStatusCS
Id: ack-status
Title: "What became of a contribution"
Description: "Whether somebody of the care team looked at what a patient contributed, and what became of it."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/ack-status"
* #pending "Nobody has looked yet" "It waits: nobody of the care team has said that they looked at it."
* #seen "Seen" "A clinician looked at it."
* #used-in-care "Used in care" "A clinician looked at it, and what it says is used in care."
* #not-usable "Not usable" "A clinician looked at it and cannot use it. The note says why."
* #pending ^designation[0].language = #es
* #pending ^designation[0].value = "Nadie lo ha visto aún"
* #seen ^designation[0].language = #es
* #seen ^designation[0].value = "Visto"
* #used-in-care ^designation[0].language = #es
* #used-in-care ^designation[0].value = "Se usa en la atención"
* #not-usable ^designation[0].language = #es
* #not-usable ^designation[0].value = "No se puede usar"

ValueSet: AckStatusVS
Id: ack-status
Title: "What became of a contribution"
Description: "Whether somebody of the care team looked at what a patient contributed, and what became of it."
* insert Ours
* include codes from system AckStatusCS

CodeSystem: PlausibilityCS
Id: plausibility
Title: "Plausibility of a value"
Description: "What the server noticed about a value that a patient or a device sent. The value is kept as it came."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #impossible-value "Impossible value" "No living person has such a value: a slip of the finger or a faulty device. The value is kept as it was sent."
* #impossible-value ^designation[0].language = #es
* #impossible-value ^designation[0].value = "Valor imposible"

Instance: contribution
InstanceOf: NamingSystem
Usage: #definition
Title: "Contribution"
* name = "Contribution"
* status = #active
* kind = #identifier
* date = "2026-11-22"
* publisher = "Equipoise"
* description = "What makes two contributions of a patient the same one. The value is the SHA-256, in hexadecimal digits, of what the server takes for the same: of an Observation the patient, the measuring device, the code, the unit and the time; of a document the patient, its author, type, day and content."
* uniqueId.type = #uri
* uniqueId.value = "https://equipoise-fhir.github.io/ig/NamingSystem/contribution"
* uniqueId.preferred = true
