Profile: DecisionConflict
Parent: Observation
Id: decision-conflict
Title: "How sure the patient is of a decision"
Description: "The number of questions of Questionnaire/decision-conflict that the patient answered with yes. Below 4 there is doubt that more talk or more information may lift. The server counts it; the answers are in the QuestionnaireResponse."
* insert Ours
* status = #final
* code = ObservationCS#sure-score
* subject 1..1
* subject only Reference(Patient)
* value[x] 1..1
* value[x] only integer
* valueInteger ^minValueInteger = 0
* valueInteger ^maxValueInteger = 4
* valueInteger ^short = "How many of the four questions were answered with yes"
* derivedFrom 1..1
* derivedFrom only Reference(QuestionnaireResponse)
* derivedFrom ^short = "The answers"
