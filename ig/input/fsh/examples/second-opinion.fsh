Instance: example-other-practitioner
InstanceOf: Practitioner
Usage: #example
* identifier.system = "https://equipoise-fhir.github.io/ig/example/practitioner"
* identifier.value = "d-2"
* name.family = "Lindqvist"
* name.given = "Maja"

Instance: example-second-opinion
InstanceOf: SecondOpinion
Usage: #example
* extension[independent].extension[blindedToFirst].valueBoolean = true
* extension[independent].extension[differentOrganization].valueBoolean = false
* extension[independent].extension[aiAllowed].valueBoolean = false
* status = #active
* intent = #order
* code.text = "Is it really the knee?"
* subject = Reference(example-patient)
* requester = Reference(example-patient)
* authoredOn = "2026-11-20T12:00:00Z"
* performer = Reference(example-other-practitioner)
* reasonReference = Reference(example-draft)
* supportingInfo[0] = Reference(example-draft)
* supportingInfo[1] = Reference(example-transcript)

Instance: example-second-opinion-sharing
InstanceOf: SecondOpinionSharing
Usage: #example
* status = #active
* category[use] = $ActCode#INFA
* patient = Reference(example-patient)
* dateTime = "2026-11-20T12:00:00Z"
* performer = Reference(example-patient)
* organization = Reference(example-organization)
* provision.type = #permit
* provision.period.start = "2026-11-20"
* provision.period.end = "2026-12-20"
* provision.purpose = $ActReason#PATRQT
* provision.actor.role = $ParticipationType#IRCP
* provision.actor.reference = Reference(example-other-practitioner)
* provision.data[0].meaning = #instance
* provision.data[0].reference = Reference(example-second-opinion)
* provision.data[1].meaning = #instance
* provision.data[1].reference = Reference(example-transcript)

Instance: example-second-opinion-note
InstanceOf: SecondOpinionNote
Usage: #example
* extension[agreement].valueCodeableConcept = AgreementCS#partly-agrees
* extension[agreement].valueCodeableConcept.text = "The knee hurts, yes. I would look at the hip too."
* status = #current
* type.coding[loinc].display = "Consult note"
* subject = Reference(example-patient)
* date = "2026-11-21T09:00:00Z"
* author = Reference(example-other-practitioner)
* description = "Second opinion: agrees in part"
* relatesTo[opines].target = Reference(example-draft)
* content.attachment.contentType = #text/plain
* content.attachment.language = #en
* content.attachment.title = "Second opinion: agrees in part"
// The knee hurts, yes. I would look at the hip too.
* content.attachment.data = "VGhlIGtuZWUgaHVydHMsIHllcy4gSSB3b3VsZCBsb29rIGF0IHRoZSBoaXAgdG9vLg=="
* context.related = Reference(example-second-opinion)
