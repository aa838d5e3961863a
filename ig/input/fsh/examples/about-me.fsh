Instance: example-related-person
InstanceOf: RelatedPerson
Usage: #example
* active = true
* patient = Reference(example-patient)
* name.family = "Rivera"
* name.given = "Luz"

Instance: example-about-me
InstanceOf: AboutMe
Usage: #example
* meta.security = $ObservationValue#PATAST "patient asserted"
* extension[part][+].extension[code].valueCodeableConcept = AboutMePartCS#what-matters
* extension[part][=].extension[text].valueString = "Quiero seguir cuidando de mis nietos."
* extension[part][+].extension[code].valueCodeableConcept = AboutMePartCS#how-to-speak-to-me
* extension[part][=].extension[name].valueString = "Doña Ana"
* extension[part][=].extension[pronouns].valueString = "ella"
* extension[part][+].extension[code].valueCodeableConcept = AboutMePartCS#language
* extension[part][=].extension[language][0].valueCode = #es
* extension[part][=].extension[language][1].valueCode = #en
* extension[part][=].extension[interpreter].valueBoolean = true
* extension[part][+].extension[code].valueCodeableConcept = AboutMePartCS#who-decides-with-me
* extension[part][=].extension[text].valueString = "Mi hija decide conmigo."
* extension[part][=].extension[person].valueReference = Reference(example-related-person)
* status = #current
* type.coding[loinc].display = "Patient Note"
* subject = Reference(example-patient)
* date = "2026-11-19T18:00:00Z"
* author = Reference(example-patient)
* description = "What I want you to know about me"
* content.attachment.contentType = #text/plain
* content.attachment.language = #es
* content.attachment.title = "What I want you to know about me"
// Quiero seguir cuidando de mis nietos. Doña Ana, ella. Mi hija decide conmigo.
* content.attachment.data = "UXVpZXJvIHNlZ3VpciBjdWlkYW5kbyBkZSBtaXMgbmlldG9zLiBEb8OxYSBBbmEsIGVsbGEuIE1pIGhpamEgZGVjaWRlIGNvbm1pZ28u"
