RuleSet: InSpanish(code, words)
* #{code} ^designation[0].language = #es
* #{code} ^designation[0].value = "{words}"

CodeSystem: SectionCS
Id: section
Title: "Sections of a shared decision"
Description: "What the record of a shared decision tells: the question, what could be done, what matters to the patient, their own words, what an AI had to do with it, and what was decided by whom."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/section"
* #question "The question" "What there is to decide."
* #options "The choices" "What could be done, and doing nothing."
* #preferences "What matters" "Wishes, values and goals of the patient."
* #patient-words "In the patient's words" "What the patient says, word for word, in their language."
* #ai-influence "What AI had to do with it" "Whether an AI had a part in the decision, and which."
* #decision "The decision" "What was chosen. Absent where it was put off."
* #control "Who decided" "Who was to decide, as the patient wished, and who did."
* #conflict "How sure the patient is" "Whether the patient feels sure, informed, clear and helped."
* #dissent "Where one does not agree" "What one of the two sees in another way."
* insert InSpanish(question, [[La pregunta]])
* insert InSpanish(options, [[Las opciones]])
* insert InSpanish(preferences, [[Lo que importa]])
* insert InSpanish(patient-words, [[En palabras del paciente]])
* insert InSpanish(ai-influence, [[Qué tuvo que ver la IA]])
* insert InSpanish(decision, [[La decisión]])
* insert InSpanish(control, [[Quién decidió]])
* insert InSpanish(conflict, [[Cuán seguro se siente el paciente]])
* insert InSpanish(dissent, [[En qué no hay acuerdo]])

ValueSet: SectionVS
Id: section
Title: "Sections of a shared decision"
Description: "What the record of a shared decision tells."
* insert Ours
* include codes from system SectionCS

CodeSystem: OptionKindCS
Id: option-kind
Title: "Kinds of option"
Description: "What kind of thing could be done. To do nothing is always among what can be chosen."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/option-kind"
* #active-treatment "Treatment" "Something is done: a medicine, an operation, a therapy."
* #watchful-waiting "Wait and watch" "Nothing is done for now; it is looked at again."
* #no-treatment "No treatment" "Nothing is done."
* #other "Other" "Something else, such as one more test."
* insert InSpanish(active-treatment, [[Tratamiento]])
* insert InSpanish(watchful-waiting, [[Esperar y observar]])
* insert InSpanish(no-treatment, [[Sin tratamiento]])
* insert InSpanish(other, [[Otra]])

ValueSet: OptionKindVS
Id: option-kind
Title: "Kinds of option"
Description: "What kind of thing could be done."
* insert Ours
* include codes from system OptionKindCS

CodeSystem: OutcomeKindCS
Id: outcome-kind
Title: "Kinds of outcome"
Description: "What an option can bring."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/outcome-kind"
* #benefit "Benefit" "Something good that it can bring, or something bad that it can keep away."
* #harm "Harm" "Something bad that it can bring."
* #burden "Burden" "What it asks of the patient: time, travel, effort."
* #cost "Cost" "What the patient pays."
* insert InSpanish(benefit, [[Lo bueno]])
* insert InSpanish(harm, [[Lo malo]])
* insert InSpanish(burden, [[Carga]])
* insert InSpanish(cost, [[Costo]])

ValueSet: OutcomeKindVS
Id: outcome-kind
Title: "Kinds of outcome"
Description: "What an option can bring."
* insert Ours
* include codes from system OutcomeKindCS

// The five roles of the Control Preferences Scale (Degner, Sloan and Venkatesh 1997), in our own words.
CodeSystem: DecisionControlCS
Id: decision-control
Title: "Who decides"
Description: "How much of a decision is the clinician's, in five steps. None of them is better than another: what counts is whether it was as the patient wished."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/decision-control"
* ^property[0].code = #weight
* ^property[0].description = "How much of the decision is the clinician's, from 0 to 1."
* ^property[0].type = #decimal
* #patient-alone "The patient" "The patient decides."
* #patient-after-advice "The patient, with advice" "The patient decides after hearing what the clinician advises."
* #shared "Both together" "Both decide together."
* #clinician-after-patient "The clinician, after listening" "The clinician decides after hearing what the patient wishes."
* #clinician-alone "The clinician" "The clinician decides."
* #patient-alone ^property[0].code = #weight
* #patient-alone ^property[0].valueDecimal = 0
* #patient-after-advice ^property[0].code = #weight
* #patient-after-advice ^property[0].valueDecimal = 0.25
* #shared ^property[0].code = #weight
* #shared ^property[0].valueDecimal = 0.5
* #clinician-after-patient ^property[0].code = #weight
* #clinician-after-patient ^property[0].valueDecimal = 0.75
* #clinician-alone ^property[0].code = #weight
* #clinician-alone ^property[0].valueDecimal = 1
* insert InSpanish(patient-alone, [[El paciente]])
* insert InSpanish(patient-after-advice, [[El paciente, con consejo]])
* insert InSpanish(shared, [[Los dos juntos]])
* insert InSpanish(clinician-after-patient, [[El profesional, después de escuchar]])
* insert InSpanish(clinician-alone, [[El profesional]])

ValueSet: DecisionControlVS
Id: decision-control
Title: "Who decides"
Description: "How much of a decision is the clinician's, in five steps."
* insert Ours
* include codes from system DecisionControlCS

CodeSystem: AiInfluenceCS
Id: ai-influence
Title: "Influence of AI"
Description: "What part an AI had in a decision. It is always said, even where it had none."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/ai-influence"
* #none "None" "No AI had a part in it."
* #informed "It gave information" "An AI gave facts or numbers that were looked at."
* #recommended "It gave advice" "An AI named one of the options as the better one."
* #determined "It decided" "What the AI said was done, and nobody weighed it."
* insert InSpanish(none, [[Nada]])
* insert InSpanish(informed, [[Dio información]])
* insert InSpanish(recommended, [[Dio un consejo]])
* insert InSpanish(determined, [[Decidió]])

ValueSet: AiInfluenceVS
Id: ai-influence
Title: "Influence of AI"
Description: "What part an AI had in a decision."
* insert Ours
* include codes from system AiInfluenceCS

CodeSystem: DecisionMissingCS
Id: decision-missing
Title: "What a decision still lacks"
Description: "What is missing before the record of a shared decision can be final."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/decision-missing"
* #benefits "Benefits" "An option does not say what good it can do, and how often."
* #harms "Harms" "An option does not say what harm it can do, and how often."
* #patient-signature "Signature of the patient" "The patient, or who stands for them, has not signed what it says now."
* #clinician-signature "Signature of the clinician" "The clinician has not signed what it says now."
* insert InSpanish(benefits, [[Lo bueno]])
* insert InSpanish(harms, [[Lo malo]])
* insert InSpanish(patient-signature, [[Firma del paciente]])
* insert InSpanish(clinician-signature, [[Firma del profesional]])

ValueSet: DecisionMissingVS
Id: decision-missing
Title: "What a decision still lacks"
Description: "What is missing before the record of a shared decision can be final."
* insert Ours
* include codes from system DecisionMissingCS
