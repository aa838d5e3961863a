Profile: TeachBack
Parent: QuestionnaireResponse
Id: teach-back
Title: "Teach-back answers"
Description: "How a patient answered the questions that show whether a choice about AI was understood. The choice questions are scored by the server; what is said in own words is judged by the person who asked, who is named as author."
* insert Ours
* questionnaire 1..1
* questionnaire ^short = "Questionnaire/teach-back of this guide, with or without a version"
* language ^short = "Language that the questions were asked in; without it the answers do not count"
* status ^short = "Only completed or amended answers are scored"
* subject 1..1
* subject only Reference(Patient)
* subject ^short = "The patient whose choice it is"
* authored 1..1
* author ^short = "Who asked and wrote down the answers; absent where the patient filled it in alone"
* source 1..1
* source only Reference(Patient or RelatedPerson)
* source ^short = "Who answered: the patient, or who speaks for them"
* item 1..*
