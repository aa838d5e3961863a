Instance: example-scribe
InstanceOf: AiDevice
Usage: #example
* extension[aiKind][0].valueCodeableConcept = $AIdeviceType#Large-Language-Models
* extension[aiKind][1].valueCodeableConcept = $AIdeviceType#Non-Deterministic-AI
* extension[aiKind][2].valueCodeableConcept = $AIdeviceType#Clinical-Documentation-and-Workflow
* extension[modelCard].valueReference = Reference(example-model-card)
* identifier.system = "https://equipoise-fhir.github.io/ig/example/device"
* identifier.value = "scribe-1"
* status = #active
* manufacturer = "Quill Health"
* deviceName[userFriendly].name = "Quill visit scribe"
* version.value = "2.4.1+20260901"
* owner = Reference(example-organization)
* contact.system = #url
* contact.value = "https://quill.example/help"
