Extension: SourceAttribute
Id: source-attribute
Title: "Source attribute"
Description: "One fact about an AI, under one of the 31 headings of source attributes: what the model card tells, or that it does not tell it."
* insert Ours
* insert On(DocumentReference)
* extension contains code 1..1 and text 0..1 and notAvailable 0..1
* extension[code] ^short = "Which of the 31"
* extension[code].value[x] 1..1
* extension[code].value[x] only CodeableConcept
* extension[code].valueCodeableConcept from SourceAttributeVS (required)
* extension[text] ^short = "What the card tells"
* extension[text].value[x] 1..1
* extension[text].value[x] only markdown
* extension[notAvailable] ^short = "true: the card does not tell"
* extension[notAvailable].value[x] 1..1
* extension[notAvailable].value[x] only boolean
