Invariant: eq-exp-1
Description: "It says which document it explains: relatesTo of code appends has a target."
Severity: #error
Expression: "relatesTo.where(code='appends').target.reference.exists()"

Invariant: eq-exp-2
Description: "None of the six things that every patient should be told is missing: what the AI did, the data used, the limits, the alternatives, the part people played, and the choices."
Severity: #error
Expression: "('what-ai-did' | 'data-used' | 'limits' | 'alternatives' | 'human-role' | 'your-choices').all($this in %resource.extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/explanation-part').extension.where(url='code').value.coding.code)"

Invariant: eq-exp-3
Description: "Every rendering says its language and is plain text or markdown: nothing that a reader's app would run."
Severity: #error
Expression: "content.attachment.all(language.exists() and (contentType='text/plain' or contentType.startsWith('text/plain;') or contentType='text/markdown'))"

Invariant: eq-exp-4
Description: "All renderings are in one language, and one of them is plain text. Another language is another explanation."
Severity: #error
Expression: "content.attachment.language.distinct().count() = 1 and content.attachment.where(contentType='text/plain' or contentType.startsWith('text/plain;')).exists()"

Invariant: eq-exp-5
Description: "A final explanation names the clinician who stands behind it (authenticator)."
Severity: #error
Expression: "(docStatus.exists() and docStatus='final') implies authenticator.exists()"

Invariant: eq-exp-6
Description: "The text is there or can be fetched: each content has data or a url."
Severity: #error
Expression: "content.attachment.all(data.exists() or url.exists())"

Profile: Explanation
Parent: DocumentReference
Id: explanation
Title: "Explanation"
Description: "What an AI did to make a document, told to the patient in plain words and in one language. It is a document of its own that appends the explained one, so every app that lists a patient's documents shows it and the explained document is not rewritten. Its text comes in parts, six of which are never missing, and its reading grade is measured by the server."
* insert Ours
* obeys eq-exp-1 and eq-exp-2 and eq-exp-3 and eq-exp-4 and eq-exp-5 and eq-exp-6
* extension contains
    ExplanationPart named part 6..* and
    $AIconfidence named confidence 0..1
* extension[part] ^short = "One part of the explanation, and what it rests on"
* extension[confidence] ^short = "How sure the AI was of the explained document"
* docStatus 1..1
* docStatus ^short = "final only when a clinician stands behind it"
* type 1..1
* insert SlicedByPattern(type.coding)
* type.coding contains loinc 1..1 and own 1..1
* type.coding[loinc] = $LOINC#69730-0
* type.coding[loinc] ^short = "Instructions: the nearest LOINC document code"
* type.coding[own] = DocumentTypeCS#ai-explanation
* insert SlicedByPattern(category)
* category 1..*
* category contains clinicalNote 1..1
* category[clinicalNote] = $USCoreDocumentCategory#clinical-note
* subject 1..1
* subject only Reference(Patient)
* date 1..1
* author 1..*
* author ^short = "Who or what wrote the explanation"
* authenticator only Reference(Practitioner or PractitionerRole)
* custodian 1..1
* relatesTo 1..*
* relatesTo ^slicing.discriminator.type = #value
* relatesTo ^slicing.discriminator.path = "code"
* relatesTo ^slicing.rules = #open
* relatesTo contains explains 1..1
* relatesTo[explains] ^short = "The document it explains"
* relatesTo[explains].code = #appends
* relatesTo[explains].target only Reference(DocumentReference)
* description 1..1
* description ^short = "What this is, in plain words"
* content.extension contains Readability named readability 1..1
* content.extension[readability] ^short = "How hard it is to read, as the server measured it"
* content.attachment.contentType 1..1
* content.attachment.language 1..1
* content.attachment.language from http://hl7.org/fhir/ValueSet/all-languages (required)
* content.attachment.title 1..1
* context.related ^short = "The inputs that the explanation really used"
