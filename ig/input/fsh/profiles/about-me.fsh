Invariant: eq-abt-1
Description: "It is said by the patient, or by somebody who stands for them, and by nobody else."
Severity: #error
Expression: "author.count() = 1 and author.all(reference.matches('(^|/)(Patient|RelatedPerson)/'))"

Invariant: eq-abt-2
Description: "Each part is there once and says something, and what programs need of it stands in the part that it belongs to."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/about-me-part').all(extension.where(url!='code').exists() and (extension.where(url='name' or url='pronouns').empty() or extension.where(url='code').value.coding.where(code='how-to-speak-to-me').exists()) and (extension.where(url='language' or url='interpreter').empty() or extension.where(url='code').value.coding.where(code='language').exists()) and (extension.where(url='person').empty() or extension.where(url='code').value.coding.where(code='who-decides-with-me').exists())) and extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/about-me-part').extension.where(url='code').value.coding.code.isDistinct()"

Invariant: eq-abt-3
Description: "Its words can be read by every app: one content is plain text, and each text says its language."
Severity: #error
Expression: "content.attachment.where((contentType='text/plain' or contentType.startsWith('text/plain;')) and data.exists()).exists() and content.attachment.where(contentType.startsWith('text/')).all(language.exists())"

Invariant: eq-abt-4
Description: "No AI says who somebody is: it does not bear the label AIAST."
Severity: #error
Expression: "meta.security.where(code='AIAST').empty()"

Profile: AboutMe
Parent: DocumentReference
Id: about-me
Title: "Statement about oneself"
Description: "What a patient says about themselves as a person: what matters to them, how they want to be spoken to, their languages, who decides with them, what they believe. In their own words and their own language. They alone can change it, or somebody who stands for them; it comes first wherever their record is told. It is a document, so that every app that lists a patient's documents shows it; one is current, older ones stay readable."
* insert Ours
* obeys eq-abt-1 and eq-abt-2 and eq-abt-3 and eq-abt-4
* extension contains AboutMePart named part 0..*
* extension[part] ^short = "One thing that they say"
* status ^short = "current; superseded once they said it anew"
* docStatus 0..0
* type 1..1
* insert SlicedByPattern(type.coding)
* type.coding contains loinc 1..1 and own 1..1
* type.coding[loinc] = $LOINC#51855-5
* type.coding[loinc] ^short = "Patient Note: what a patient wrote"
* type.coding[own] = DocumentTypeCS#about-me
* insert SlicedByPattern(category)
* category 1..*
* category contains clinicalNote 1..1
* category[clinicalNote] = $USCoreDocumentCategory#clinical-note
* subject 1..1
* subject only Reference(Patient)
* date 1..1
* author 1..1
* author only Reference(Patient or RelatedPerson)
* author ^short = "The patient, or who stands for them"
* authenticator 0..0
* description 1..1
* description ^short = "What this is, in plain words"
* content.attachment.contentType 1..1
* content.attachment.title 1..1
