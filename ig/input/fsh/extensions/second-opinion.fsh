Extension: Independent
Id: independent
Title: "Independence of a second opinion"
Description: "How independent whoever gives the second opinion must be. That they are neither an author nor an attester of the document holds always."
* insert Ours
* insert On(ServiceRequest)
* extension contains blindedToFirst 1..1 and differentOrganization 1..1 and aiAllowed 1..1
* extension[blindedToFirst] ^short = "They see what the document was made from, and not the document itself, until they have answered"
* extension[blindedToFirst].value[x] 1..1
* extension[blindedToFirst].value[x] only boolean
* extension[differentOrganization] ^short = "They must work for another organization than those who made the document"
* extension[differentOrganization].value[x] 1..1
* extension[differentOrganization].value[x] only boolean
* extension[aiAllowed] ^short = "An AI may give it; one of another maker and another model"
* extension[aiAllowed].value[x] 1..1
* extension[aiAllowed].value[x] only boolean

Extension: Agreement
Id: agreement
Title: "Agreement"
Description: "Whether a second opinion agrees with the first, as a code and in words that the patient understands."
* insert Ours
* insert On(DocumentReference)
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from AgreementVS (required)
* valueCodeableConcept.coding 1..*
* valueCodeableConcept.text 1..1
* valueCodeableConcept.text ^short = "The same in plain words"
