Extension: AboutMePart
Id: about-me-part
Title: "Part of a statement about oneself"
Description: "One thing that a patient says about themselves, in their own words, which nobody rewrites, and what programs need of it."
* insert Ours
* insert On(DocumentReference)
* extension contains
    code 1..1 and
    text 0..1 and
    name 0..1 and
    pronouns 0..1 and
    language 0..* and
    interpreter 0..1 and
    person 0..*
* extension[code] ^short = "What this part is about"
* extension[code].value[x] 1..1
* extension[code].value[x] only CodeableConcept
* extension[code].valueCodeableConcept from AboutMePartVS (required)
* extension[text] ^short = "The patient's own words, kept as they were written"
* extension[text].value[x] 1..1
* extension[text].value[x] only string
* extension[name] ^short = "The name to speak to them with (how-to-speak-to-me)"
* extension[name].value[x] 1..1
* extension[name].value[x] only string
* extension[pronouns] ^short = "Their pronouns (how-to-speak-to-me)"
* extension[pronouns].value[x] 1..1
* extension[pronouns].value[x] only string
* extension[language] ^short = "A language that they speak, the best first (language)"
* extension[language].value[x] 1..1
* extension[language].value[x] only code
* extension[language].valueCode from http://hl7.org/fhir/ValueSet/all-languages (required)
* extension[interpreter] ^short = "Whether they want an interpreter (language)"
* extension[interpreter].value[x] 1..1
* extension[interpreter].value[x] only boolean
* extension[person] ^short = "Somebody who decides with them (who-decides-with-me)"
* extension[person].value[x] 1..1
* extension[person].value[x] only Reference(RelatedPerson)
