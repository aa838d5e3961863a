Invariant: eq-son-1
Description: "It is about one document, and answers one request."
Severity: #error
Expression: "relatesTo.where(code='appends').count() = 1 and context.related.where(reference.matches('(^|/)ServiceRequest/') or type = 'ServiceRequest').count() = 1"

Invariant: eq-son-2
Description: "The text is there or can be fetched: each content has data or a url."
Severity: #error
Expression: "content.attachment.all(data.exists() or url.exists())"

Profile: SecondOpinionNote
Parent: DocumentReference
Id: second-opinion-note
Title: "Second opinion"
Description: "The answer of somebody independent who was asked whether a document is right. It appends that document, answers its request, and says in plain words whether it agrees. Where a person wrote it, it bears no label of AI, whatever it is about."
* insert Ours
* obeys eq-son-1 and eq-son-2
* extension contains Agreement named agreement 1..1
* extension[agreement] ^short = "Whether it agrees, as a code and in plain words"
* type 1..1
* insert SlicedByPattern(type.coding)
* type.coding contains loinc 1..1 and own 1..1
* type.coding[loinc] = $LOINC#11488-4
* type.coding[loinc] ^short = "Consult note"
* type.coding[own] = DocumentTypeCS#second-opinion-note
* insert SlicedByPattern(category)
* category 1..*
* category contains clinicalNote 1..1
* category[clinicalNote] = $USCoreDocumentCategory#clinical-note
* subject 1..1
* subject only Reference(Patient)
* date 1..1
* author 1..*
* author only Reference(Practitioner or PractitionerRole or Device)
* description 1..1
* relatesTo 1..*
* relatesTo ^slicing.discriminator.type = #value
* relatesTo ^slicing.discriminator.path = "code"
* relatesTo ^slicing.rules = #open
* relatesTo contains opines 1..1
* relatesTo[opines] ^short = "The document that it is about"
* relatesTo[opines].code = #appends
* relatesTo[opines].target only Reference(DocumentReference)
* content.attachment.contentType 1..1
* context 1..1
* context.related 1..*
* context.related ^short = "The request that it answers"
