Invariant: eq-doc-1
Description: "The document carries the label AIAST: it says that an AI wrote it, and stays for good."
Severity: #error
Expression: "meta.security.where(system='http://terminology.hl7.org/CodeSystem/v3-ObservationValue' and code='AIAST').exists()"

Invariant: eq-doc-2
Description: "A final document names the clinician who stands behind it (authenticator) and carries the label CLINAST."
Severity: #error
Expression: "(docStatus.exists() and docStatus='final') implies (authenticator.exists() and meta.security.where(code='CLINAST').exists())"

Invariant: eq-doc-3
Description: "What no clinician has finished checking is preliminary."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/review-status').value.coding.where(code='unreviewed' or code='in-review').exists() implies docStatus='preliminary'"

Invariant: eq-doc-4
Description: "The text is there or can be fetched: each content has data or a url."
Severity: #error
Expression: "content.attachment.all(data.exists() or url.exists())"

Invariant: eq-doc-5
Description: "At least one author is a Device: the AI that wrote it."
Severity: #error
Expression: "author.where(reference.matches('(^|/)Device/') or type = 'Device').exists()"

Invariant: eq-doc-6
Description: "A final or amended document was attested by a clinician, and an attested one is no longer preliminary."
Severity: #error
Expression: "((docStatus='final' or docStatus='amended') implies extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/review-status').value.coding.where(code='attested' or code='attested-with-edits').exists()) and (extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/review-status').value.coding.where(code='attested' or code='attested-with-edits').exists() implies docStatus!='preliminary')"

Invariant: eq-doc-7
Description: "A rejected document is marked as an error in status and in docStatus, so that nobody reads it as valid."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/review-status').value.coding.where(code='rejected').exists() implies (status='entered-in-error' and docStatus='entered-in-error')"

Invariant: eq-doc-8
Description: "The pace of a review is said of a document that was attested, and of no other."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/review-pace').exists() implies extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/review-status').value.coding.where(code='attested' or code='attested-with-edits').exists()"

Invariant: eq-doc-9
Description: "A rejected document says why, and no other has a reason for a rejection."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/rejection-reason').exists() = extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/review-status').value.coding.where(code='rejected').exists()"

Profile: AiDocument
Parent: DocumentReference
Id: ai-document
Title: "AI document"
Description: "A clinical note that an AI wrote, for instance from a recorded visit. It says so in a label that never goes away, says how far a clinician has checked it, in a code and in plain words, and names the AI among its authors. It is also a US Core clinical note, so that apps that know nothing of this guide can show it."
* insert Ours
* obeys eq-doc-1 and eq-doc-2 and eq-doc-3 and eq-doc-4 and eq-doc-5 and eq-doc-6 and eq-doc-7 and eq-doc-8 and eq-doc-9
* meta 1..1
* meta.security ^slicing.discriminator[0].type = #value
* meta.security ^slicing.discriminator[0].path = "system"
* meta.security ^slicing.discriminator[1].type = #value
* meta.security ^slicing.discriminator[1].path = "code"
* meta.security ^slicing.rules = #open
* meta.security contains ai 1..1
* meta.security[ai] ^short = "Written by an AI"
* meta.security[ai].system 1..1
* meta.security[ai].system = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
* meta.security[ai].code 1..1
* meta.security[ai].code = #AIAST
* extension contains
    ReviewStatus named reviewStatus 1..1 and
    AiShare named aiShare 0..1 and
    $AIconfidence named confidence 0..1 and
    EditSummary named editSummary 0..1 and
    ReviewPace named reviewPace 0..1 and
    RejectionReason named rejectionReason 0..1
* extension[reviewStatus] ^short = "How far a clinician has checked it"
* extension[aiShare] ^short = "How much of the text the AI wrote"
* extension[confidence] ^short = "How sure the AI was"
* extension[editSummary] ^short = "What the clinician changed"
* extension[reviewPace] ^short = "Whether there was time to read it before it was confirmed"
* extension[rejectionReason] ^short = "Why a clinician rejected it"
* identifier 1..*
* docStatus 1..1
* docStatus ^short = "preliminary until attested; entered-in-error when rejected"
* type 1..1
* type ^short = "Kind of note: a LOINC document code"
* insert SlicedByPattern(category)
* category 1..*
* category contains clinicalNote 1..1
* category[clinicalNote] = $USCoreDocumentCategory#clinical-note
* subject 1..1
* subject only Reference(Patient)
* date 1..1
* author 1..*
* author only Reference(Device or Practitioner or PractitionerRole)
* author ^short = "The AI, and the clinicians who wrote with it"
* authenticator only Reference(Practitioner or PractitionerRole)
* authenticator ^short = "The clinician who attested it: never a machine"
* custodian 1..1
* custodian ^short = "The organization that answers for it"
* description 1..1
* description ^short = "The review state in plain words, such as 'AI draft, not yet checked by a clinician'"
* description ^comment = "Most apps show neither docStatus nor labels nor extensions. Repeat these words in content.attachment.title."
* context.encounter 0..1
* context.related ^short = "What it was made from, such as the transcript of the visit"
