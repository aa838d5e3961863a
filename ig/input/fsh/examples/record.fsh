// The people and places of the examples: nobody real.

Instance: example-patient
InstanceOf: Patient
Usage: #example
* identifier.system = "https://equipoise-fhir.github.io/ig/example/patient"
* identifier.value = "p-1"
* name.family = "Rivera"
* name.given = "Ana"
* gender = #female
* birthDate = "1961-04-12"

Instance: example-practitioner
InstanceOf: Practitioner
Usage: #example
* identifier.system = "https://equipoise-fhir.github.io/ig/example/practitioner"
* identifier.value = "d-1"
* name.family = "Okafor"
* name.given = "Ngozi"

Instance: example-organization
InstanceOf: Organization
Usage: #example
* identifier.system = "https://equipoise-fhir.github.io/ig/example/organization"
* identifier.value = "o-1"
* active = true
* name = "Hillside Clinic"

Instance: example-encounter
InstanceOf: Encounter
Usage: #example
* status = #finished
* class = http://terminology.hl7.org/CodeSystem/v3-ActCode#AMB
* subject = Reference(example-patient)
* period.start = "2026-11-20T09:00:00Z"
* period.end = "2026-11-20T09:20:00Z"

Instance: example-transcript
InstanceOf: DocumentReference
Usage: #example
* status = #current
* type = $LOINC#34109-9 "Note"
* category = $USCoreDocumentCategory#clinical-note
* subject = Reference(example-patient)
* date = "2026-11-20T09:20:00Z"
* description = "What was said in the visit"
* content.attachment.contentType = #text/plain
* content.attachment.language = #en
* content.attachment.title = "What was said in the visit"
// [doctor] How is the knee? [patient] It hurts when I climb stairs. [doctor] Since when? [patient] Two weeks.
* content.attachment.data = "W2RvY3Rvcl0gSG93IGlzIHRoZSBrbmVlPyBbcGF0aWVudF0gSXQgaHVydHMgd2hlbiBJIGNsaW1iIHN0YWlycy4gW2RvY3Rvcl0gU2luY2Ugd2hlbj8gW3BhdGllbnRdIFR3byB3ZWVrcy4="
