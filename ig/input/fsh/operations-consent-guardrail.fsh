// A rule read by GET: it changes nothing.
RuleSet: ReadOnly
* affectsState = false

RuleSet: OnTypeAlone
* type = true
* instance = false

Instance: guardrails-operation
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(guardrails, Guardrails, List the rules against undue influence, [[Every rule that keeps a patient's choice about AI free, with its name and reason as patients read them, whether it is on, and how it is set. Any authenticated caller may read it.]], Consent)
* insert ReadOnly
* insert OnTypeAlone
* id = "guardrails"
* insert Parameter(in, language, 0, 1, code, [[Language of the words: en or es. Absent: as Accept-Language says, else English.]])
* insert Parts(out, guardrail, 1, *, [[One rule.]])
* insert Part(out, code, 1, 1, Coding, [[Which rule.]])
* parameter[=].part[=].binding.strength = #required
* parameter[=].part[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/consent-guardrail"
* insert Part(out, title, 1, 1, string, [[Its name.]])
* insert Part(out, reason, 1, 1, string, [[Why it is there.]])
* insert Part(out, on, 1, 1, boolean, [[Whether it is on here.]])
* insert Part(out, setting, 1, 1, string, [[How it is set here, in words.]])

Instance: teach-back-operation
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(teach-back, TeachBackQuestions, The questions to ask a patient, [[Questionnaire/teach-back worded for one purpose, in the patient's language and in words as full as they wish. Answers to any wording are scored alike, by linkId and code. Which answer is right is not said, and the order of the answers changes from call to call.]], Patient)
* insert ReadOnly
* id = "teach-back"
* insert Parameter(in, purpose, 1, 1, code, [[What the patient is asked to decide.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/ai-purpose"
* insert Parameter(in, language, 0, 1, code, [[Language of the questions: en or es. Absent: the language that the patient prefers (Patient.communication), else as Accept-Language says, else English.]])
* insert Parameter(in, level, 0, 1, code, [[How full the words should be. Absent: what the patient wishes (Observation reading-level), else as the server is configured.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/reading-level"
* insert Parameter(out, return, 1, 1, Questionnaire, [[The questions.]])

Instance: confirm-free-choice
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(confirm-free-choice, ConfirmFreeChoice, Say whether a patient decided freely, [[A neutral person, who has asked the patient, says whether a permit was given freely. Neutral is a practitioner who neither asked for the consent, nor treats the patient, nor wrote or attested the document that it is about. They reach the consent by a Task with the code confirm-free-choice, of which they are the owner and the consent is the focus. What they say stands in the consent and its provenance, where the patient reads it.]], Consent)
* insert Parameter(in, free, 1, 1, boolean, [[true: the choice is free. false: it could not be confirmed; the permit still does not count.]])
* insert Parameter(in, note, 0, 1, string, [[What the patient should read about it, at most 1000 characters.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, 1, Consent, [[The consent as it stands now.]])
* insert Parameter(out, effective, 1, 1, boolean, [[Whether it counts now.]])
* insert Parameter(out, provenance, 1, 1, Provenance, [[Who said it, and when.]])
* insert OutcomeParameter
* insert ReplayedParameter
