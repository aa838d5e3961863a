Invariant: eq-mc-1
Description: "A model card describes an AI, not a patient, and its text is there or can be fetched: no subject, and each content has data or a url."
Severity: #error
Expression: "subject.empty() and content.attachment.all(data.exists() or url.exists())"

Invariant: eq-mc-2
Description: "A card that says it is in CHAI format holds the CHAI card: one content is application/xml."
Severity: #error
Expression: "category.coding.where(code='AImodelCardCHAIformat').exists() implies content.attachment.where(contentType='application/xml').exists()"

Invariant: eq-mc-3
Description: "Each source attribute says either what the card tells or that the card does not tell it, and no attribute comes twice."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/source-attribute').all(extension.where(url='text').exists() xor extension.where(url='notAvailable' and value = true).exists()) and extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/source-attribute').extension.where(url='code').value.coding.code.isDistinct()"

Profile: ModelCard
Parent: DocumentReference
Id: model-card
Title: "Model card"
Description: "What the maker of an AI says about it, as the maker published it (CHAI XML or markdown) and, beside it, the same facts under 31 fixed headings, so that an explanation can cite them. What a card does not tell is stated as not told."
* insert Ours
* obeys eq-mc-1 and eq-mc-2 and eq-mc-3
* extension contains SourceAttribute named sourceAttribute 0..31
* extension[sourceAttribute] ^short = "One fact about the AI, read from the card by the server"
* type 1..1
* type = $AIinputs#AIModelCard (exactly)
* type ^short = "Exactly the one code AIModelCard"
* type ^comment = "No display and no text: HL7 AI Transparency fixes the whole value."
* category 1..*
* category ^short = "The format of the card"
* category ^comment = "AIModelCardMarkdownFormat with display 'Markdown Format', or AImodelCardCHAIformat with display 'CHAI Format': the slices of HL7 AI Transparency match with exactly these displays only."
* subject 0..0
* subject ^short = "Not used: a model card is about no patient"
* content ^slicing.discriminator.type = #value
* content ^slicing.discriminator.path = "attachment.contentType"
* content ^slicing.rules = #open
* content contains markdown 0..1 and chai 0..1
* content[markdown] ^short = "The card in markdown"
* content[markdown].attachment.contentType 1..1
* content[markdown].attachment.contentType = #text/markdown
* content[chai] ^short = "The card as CHAI XML"
* content[chai].attachment.contentType 1..1
* content[chai].attachment.contentType = #application/xml
