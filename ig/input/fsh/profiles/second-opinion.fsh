Invariant: eq-sec-1
Description: "An AI is asked only where the request allows it."
Severity: #error
Expression: "performer.where(reference.matches('(^|/)Device/') or type = 'Device').exists() implies extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/independent').extension.where(url='aiAllowed' and value = true).exists()"

Profile: SecondOpinion
Parent: ServiceRequest
Id: second-opinion
Title: "Request for a second opinion"
Description: "Somebody independent is asked whether a document is right. Made by $second-opinion; its consent says what they may read, and its answer is a second-opinion-note."
* insert Ours
* obeys eq-sec-1
* extension contains Independent named independent 1..1
* extension[independent] ^short = "How independent they must be"
* status ^short = "draft while the patient has not said yes; active; completed by the answer; revoked with the consent"
* intent from SecondOpinionIntentVS (required)
* intent ^short = "order of the patient's side, proposal of a clinician"
* insert SlicedByPattern(category)
* category 1..*
* category contains secondOpinion 1..1
* category[secondOpinion] = TaskCS#second-opinion
* code 1..1
* code.text 1..1
* code ^short = "The question, in words"
* subject only Reference(Patient)
* requester 1..1
* requester only Reference(Patient or RelatedPerson or Practitioner)
* authoredOn 1..1
* performer only Reference(Practitioner or PractitionerRole or Device)
* reasonReference 1..1
* reasonReference only Reference(DocumentReference)
* reasonReference ^short = "The document that it is about"
* supportingInfo 1..*
* supportingInfo ^short = "The document, and what else belongs to it: what it was made from, its explanations, the model card"

ValueSet: SecondOpinionIntentVS
Id: second-opinion-intent
Title: "Intent of a request for a second opinion"
Description: "Whether the patient asks, or a clinician proposes to ask."
* insert Ours
* http://hl7.org/fhir/request-intent#order
* http://hl7.org/fhir/request-intent#proposal
