Invariant: eq-story-1
Description: "It can be read without the other resources: the text as a whole and the text of each section are there."
Severity: #error
Expression: "text.div.exists() and section.all(text.div.exists())"

Invariant: eq-story-2
Description: "A count names an AI exactly where it counts the documents of one AI."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/story-count').all(extension.where(url='code').value.coding.where(code='by-ai').exists() = extension.where(url='ai').exists())"

Profile: AiStory
Parent: Composition
Id: ai-story
Title: "Story of an AI document"
Description: "The summary with which $ai-transparency begins: how an AI took part in a document, or in all documents of a patient, in plain words that any patient app can show, and what programs need of it in extensions. It is computed for each call and not kept."
* insert Ours
* obeys eq-story-1 and eq-story-2
* extension contains
    Missing named missing 0..* and
    AiUseDecision named decision 0..* and
    StoryCount named count 0..*
* extension[missing] ^short = "What the record should tell and does not"
* extension[decision] ^short = "What the patient's consents said: at the time of writing, and now"
* extension[count] ^short = "Counts, in the summary over all documents of a patient"
* language 1..1
* language ^short = "Language of the words"
* text 1..1
* status = #final
* type = DocumentTypeCS#ai-story
* subject 1..1
* subject only Reference(Patient)
* section 1..*
* section.title 1..1
* section.code 1..1
* section.code from StorySectionVS (required)
* section.text 1..1
* section.entry ^short = "What the section speaks of, as entries of the same Bundle"
