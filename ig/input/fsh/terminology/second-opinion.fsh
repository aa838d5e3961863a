CodeSystem: AgreementCS
Id: agreement
Title: "Agreement of a second opinion"
Description: "Whether somebody who was asked for a second opinion agrees with the document that they were asked about."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/agreement"
* #agrees "Agrees" "They come to the same view."
* #partly-agrees "Agrees in part" "They come to the same view in some points, and to another in others."
* #disagrees "Disagrees" "They come to another view."
* #cannot-say "Cannot say" "What they were shown is not enough to tell."
* #agrees ^designation[0].language = #es
* #agrees ^designation[0].value = "Está de acuerdo"
* #partly-agrees ^designation[0].language = #es
* #partly-agrees ^designation[0].value = "Está de acuerdo en parte"
* #disagrees ^designation[0].language = #es
* #disagrees ^designation[0].value = "No está de acuerdo"
* #cannot-say ^designation[0].language = #es
* #cannot-say ^designation[0].value = "No puede decirlo"

ValueSet: AgreementVS
Id: agreement
Title: "Agreement of a second opinion"
Description: "Whether a second opinion agrees with the first."
* insert Ours
* include codes from system AgreementCS
