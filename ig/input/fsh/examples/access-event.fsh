Instance: example-access-event
InstanceOf: AccessEvent
Usage: #example
Description: "An AI asks whether it may use a patient's data."
* type = http://terminology.hl7.org/CodeSystem/audit-event-type#rest
* subtype[interaction] = http://hl7.org/fhir/restful-interaction#operation
* subtype[operation] = https://equipoise-fhir.github.io/ig/CodeSystem/operation#ai-transparency
* action = #E
* recorded = "2026-11-22T10:00:00.123Z"
* outcome = #0
* agent[0].type = http://dicom.nema.org/resources/ontology/DCM#110153
* agent[0].role = https://equipoise-fhir.github.io/ig/CodeSystem/access-ground#service
* agent[0].who.identifier.system = "https://equipoise-fhir.github.io/ig/NamingSystem/client"
* agent[0].who.identifier.value = "note-writer"
* agent[0].requestor = true
* agent[0].network.address = "192.0.2.7"
* agent[0].network.type = #2
* agent[1].type = http://dicom.nema.org/resources/ontology/DCM#110152
* agent[1].who.identifier.system = "urn:ietf:rfc:3986"
* agent[1].who.identifier.value = "https://fhir.example.org/fhir"
* agent[1].who.display = "Equipoise"
* agent[1].requestor = false
* agent[1].network.address = "https://fhir.example.org/fhir"
* agent[1].network.type = #5
* agent[2].type = http://dicom.nema.org/resources/ontology/DCM#110150
* agent[2].role = $AIdeviceType#Artificial-Intelligence
* agent[2].who = Reference(example-scribe)
* agent[2].requestor = false
* agent[2].purposeOfUse = https://equipoise-fhir.github.io/ig/CodeSystem/ai-purpose#ai-decision-use
* agent[3].type = http://terminology.hl7.org/CodeSystem/v3-RoleClass#PROV
* agent[3].who = Reference(example-organization)
* agent[3].requestor = false
* source.observer.identifier.system = "urn:ietf:rfc:3986"
* source.observer.identifier.value = "https://fhir.example.org/fhir"
* source.observer.display = "Equipoise"
* source.type = http://terminology.hl7.org/CodeSystem/security-source-type#4
* entity[patient].type = http://terminology.hl7.org/CodeSystem/audit-entity-type#1
* entity[patient].role = http://terminology.hl7.org/CodeSystem/object-role#1
* entity[patient].what = Reference(example-patient)
* entity[data].type = http://terminology.hl7.org/CodeSystem/audit-entity-type#2
* entity[data].role = http://terminology.hl7.org/CodeSystem/object-role#4
* entity[data].what = Reference(example-transcript)
