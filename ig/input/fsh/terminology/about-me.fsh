CodeSystem: AboutMePartCS
Id: about-me-part
Title: "Parts of a statement about oneself"
Description: "What a patient can say about themselves as a person. None is asked for, each may be left out."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/about-me-part"
* #what-matters "What matters to me" "What is most important to the patient, in care and in life."
* #how-to-speak-to-me "How to speak to me" "The name and the pronouns that the patient wishes to be spoken to with, and how to talk with them."
* #language "My languages" "The languages that the patient speaks and reads, and whether they want an interpreter."
* #who-decides-with-me "Who decides with me" "The people whom the patient wants to be there when something is decided, and how."
* #beliefs-and-culture "My beliefs and culture" "Faith, customs and ways of living that care should respect."
* #what-to-know "What to know about me" "Anything else that people who treat the patient should know."
* #what-matters ^designation[0].language = #es
* #what-matters ^designation[0].value = "Lo que me importa"
* #how-to-speak-to-me ^designation[0].language = #es
* #how-to-speak-to-me ^designation[0].value = "Cómo hablarme"
* #language ^designation[0].language = #es
* #language ^designation[0].value = "Mis idiomas"
* #who-decides-with-me ^designation[0].language = #es
* #who-decides-with-me ^designation[0].value = "Quién decide conmigo"
* #beliefs-and-culture ^designation[0].language = #es
* #beliefs-and-culture ^designation[0].value = "Mis creencias y mi cultura"
* #what-to-know ^designation[0].language = #es
* #what-to-know ^designation[0].value = "Lo que hay que saber de mí"

ValueSet: AboutMePartVS
Id: about-me-part
Title: "Parts of a statement about oneself"
Description: "What a patient can say about themselves as a person."
* insert Ours
* include codes from system AboutMePartCS
