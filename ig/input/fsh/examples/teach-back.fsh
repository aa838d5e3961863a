RuleSet: Answered(linkId, code)
* item[+].linkId = "{linkId}"
* item[=].answer.valueCoding.system = "https://equipoise-fhir.github.io/ig/CodeSystem/teach-back-answer"
* item[=].answer.valueCoding.code = #{code}

Instance: example-teach-back
InstanceOf: TeachBack
Usage: #example
* questionnaire = "https://equipoise-fhir.github.io/ig/Questionnaire/teach-back"
* language = #en
* status = #completed
* subject = Reference(example-patient)
* authored = "2026-11-20T11:09:00Z"
* author = Reference(example-practitioner)
* source = Reference(example-patient)
* insert Answered(what-for, named-use-only)
* insert Answered(who-sees, allowed-people-and-me)
* insert Answered(can-refuse, care-same)
* insert Answered(can-be-wrong, wrong-people-check)
* insert Answered(how-to-stop, for-good)
* item[+].linkId = "own-words"
* item[=].answer.valueString = "The note that the computer wrote can be used when we choose what to do."
