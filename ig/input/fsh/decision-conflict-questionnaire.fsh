// Four questions in our own words, about the four things that the SURE test asks about (Legare and others, Canadian
// Family Physician 2010): feeling sure, knowing enough, knowing what matters, having help. It is not that test, whose
// words belong to its authors; its scoring is the same: yes is 1, and less than 4 points to doubt.

RuleSet: YesOrNo(linkId, english, spanish)
* item[+].linkId = "{linkId}"
* item[=].text = "{english}"
* insert Spanish(item[=].text, [[{spanish}]])
* item[=].type = #choice
* item[=].required = false
* item[=].answerOption[+].valueCoding = http://terminology.hl7.org/CodeSystem/v2-0136#Y "Yes"
* insert Spanish(item[=].answerOption[=].valueCoding.display, [[Sí]])
* item[=].answerOption[=].valueCoding.extension[0].url = $ordinalValue
* item[=].answerOption[=].valueCoding.extension[=].valueDecimal = 1
* item[=].answerOption[+].valueCoding = http://terminology.hl7.org/CodeSystem/v2-0136#N "No"
* insert Spanish(item[=].answerOption[=].valueCoding.display, [[No]])
* item[=].answerOption[=].valueCoding.extension[0].url = $ordinalValue
* item[=].answerOption[=].valueCoding.extension[=].valueDecimal = 0

Instance: decision-conflict-questionnaire
InstanceOf: Questionnaire
Usage: #definition
* id = "decision-conflict"
* url = "https://equipoise-fhir.github.io/ig/Questionnaire/decision-conflict"
* version = "0.1.0"
* name = "DecisionConflictQuestionnaire"
* title = "How do you feel about this choice?"
* insert Spanish(title, [[¿Cómo se siente con esta decisión?]])
* status = #active
* experimental = false
* subjectType = #Patient
* publisher = "Equipoise"
* description = "Four questions that show whether a patient feels sure of a decision, knows enough, knows what matters to them and has the help they need. They test how the talk went, not the patient."
* purpose = "Each yes has the ordinal value 1, each no 0, and a question left out counts as no. The server adds them up: 4 means sure; less shows where more talk may help. The score is kept as an Observation coded sure-score."
* language = #en
* insert YesOrNo(sure, [[Do you feel at ease with this choice?]], [[¿Se siente en paz con esta decisión?]])
* insert YesOrNo(informed, [[Do you know the good and the bad sides of each choice?]], [[¿Conoce lo bueno y lo malo de cada opción?]])
* insert YesOrNo(values, [[Do you know which of them matter most to you?]], [[¿Sabe cuáles le importan más?]])
* insert YesOrNo(support, [[Did you get all the help you need to choose?]], [[¿Tuvo toda la ayuda que necesita para elegir?]])
