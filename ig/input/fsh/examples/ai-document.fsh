RuleSet: NoteOfExample
* meta.security[ai].display = "Artificial Intelligence asserted"
* identifier.system = "https://equipoise-fhir.github.io/ig/example/document"
* status = #current
* type = $LOINC#11506-3 "Progress note"
* subject = Reference(example-patient)
* author[0] = Reference(example-scribe)
* custodian = Reference(example-organization)
* context.encounter = Reference(example-encounter)
* context.related = Reference(example-transcript)
* content.attachment.contentType = #text/plain
* content.attachment.language = #en
// Knee pain on stairs for two weeks.
* content.attachment.data = "S25lZSBwYWluIG9uIHN0YWlycyBmb3IgdHdvIHdlZWtzLg=="

Instance: example-draft
InstanceOf: AiDocument
Usage: #example
* insert NoteOfExample
* extension[reviewStatus].valueCodeableConcept = ReviewStatusCS#unreviewed
* extension[confidence].valueCodeableConcept = $CertaintyRating#moderate
* identifier.value = "note-1"
* docStatus = #preliminary
* date = "2026-11-20T09:25:00Z"
* description = "AI draft, not yet checked by a clinician"
* content.attachment.title = "AI draft, not yet checked by a clinician"

Instance: example-attested
InstanceOf: AiDocument
Usage: #example
* insert NoteOfExample
* meta.security[1] = $ObservationValue#CLINAST
* extension[reviewStatus].valueCodeableConcept = ReviewStatusCS#attested-with-edits
* extension[aiShare].valueDecimal = 0.9
* extension[editSummary].valueString = "The doctor took out a finding that was not said."
* extension[reviewPace].valueCodeableConcept = ReviewPaceCS#time-to-read
* identifier.value = "note-2"
* docStatus = #final
* date = "2026-11-20T10:00:00Z"
* author[1] = Reference(example-practitioner)
* authenticator = Reference(example-practitioner)
* relatesTo.code = #replaces
* relatesTo.target = Reference(example-draft)
* description = "Written by AI, corrected and confirmed by a clinician"
* content.attachment.title = "Written by AI, corrected and confirmed by a clinician"

Instance: example-rejected
InstanceOf: AiDocument
Usage: #example
* insert NoteOfExample
* extension[reviewStatus].valueCodeableConcept = ReviewStatusCS#rejected
* extension[rejectionReason].valueString = "Written for another patient."
* identifier.value = "note-3"
* status = #entered-in-error
* docStatus = #entered-in-error
* date = "2026-11-20T09:25:00Z"
* description = "AI draft, rejected by a clinician: do not use"
* content.attachment.title = "AI draft, rejected by a clinician: do not use"
