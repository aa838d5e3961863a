// A decision about a medicine. The numbers are made up, as is the leaflet that they are said to come from.
RuleSet: OptionOfExample
* subject = Reference(example-patient)
* created = "2026-11-20"
* author = Reference(example-practitioner)

RuleSet: CanBring(kind, description, count)
* extension[outcomeEstimate][+].extension[kind].valueCodeableConcept = OutcomeKindCS#{kind}
* extension[outcomeEstimate][=].extension[description].valueString = "{description}"
* extension[outcomeEstimate][=].extension[outcomeOf].valueRatio.numerator.value = {count}
* extension[outcomeEstimate][=].extension[outcomeOf].valueRatio.denominator.value = 1000
* extension[outcomeEstimate][=].extension[timeframe].valueDuration = 1 'a' "year"
* extension[outcomeEstimate][=].extension[certainty].valueCodeableConcept = http://terminology.hl7.org/CodeSystem/evidence-quality#moderate
* extension[outcomeEstimate][=].extension[source].valueUri = "https://equipoise-fhir.github.io/ig/example/leaflet"

Instance: example-option-medicine
InstanceOf: Option
Usage: #example
* insert OptionOfExample
* category[kind] = OptionKindCS#active-treatment
* title = "Take a blood thinner"
* description = "One pill in the morning and one at night, each day."
* insert CanBring(benefit, Have no stroke, 985)
* insert CanBring(harm, Bleed so badly that they need a hospital, 20)

Instance: example-option-wait
InstanceOf: Option
Usage: #example
* insert OptionOfExample
* category[kind] = OptionKindCS#watchful-waiting
* title = "Take no pill for now"
* description = "No pill. We look at it again in three months."
* insert CanBring(benefit, Have no stroke, 960)
* insert CanBring(harm, Bleed so badly that they need a hospital, 5)

Instance: example-preference
InstanceOf: Observation
Usage: #example
* status = #final
* code = $LOINC#75773-2
* subject = Reference(example-patient)
* effectiveDateTime = "2026-11-20T09:10:00Z"
* performer = Reference(example-patient)
* valueString = "I would rather bruise than have a stroke."

Instance: example-goal
InstanceOf: Goal
Usage: #example
* lifecycleStatus = #active
* description.text = "Go on swimming with my grandson"
* subject = Reference(example-patient)
* expressedBy = Reference(example-patient)

RuleSet: SureAnswer(linkId, code)
* item[+].linkId = "{linkId}"
* item[=].answer.valueCoding = http://terminology.hl7.org/CodeSystem/v2-0136#{code}

Instance: example-sure-answers
InstanceOf: QuestionnaireResponse
Usage: #example
* questionnaire = "https://equipoise-fhir.github.io/ig/Questionnaire/decision-conflict"
* status = #completed
* subject = Reference(example-patient)
* authored = "2026-11-20T09:15:00Z"
* source = Reference(example-patient)
* insert SureAnswer(sure, N)
* insert SureAnswer(informed, Y)
* insert SureAnswer(values, Y)
* insert SureAnswer(support, Y)

Instance: example-sure
InstanceOf: DecisionConflict
Usage: #example
* subject = Reference(example-patient)
* effectiveDateTime = "2026-11-20T09:15:00Z"
* performer = Reference(example-patient)
* valueInteger = 3
* derivedFrom = Reference(example-sure-answers)

RuleSet: SectionSays(slice, words)
* section[{slice}].text.status = #additional
* section[{slice}].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">{words}</div>"

RuleSet: DecisionOfExample
* subject = Reference(example-patient)
* author[0] = Reference(example-patient)
* author[1] = Reference(example-practitioner)
* custodian = Reference(example-organization)
* title = "A blood thinner or not"
* insert SectionSays(question, [[Should I take a blood thinner?]])
* insert SectionSays(options, [[Take one each day, or wait and look again in three months.]])
* section[options].entry[0] = Reference(example-option-medicine)
* section[options].entry[1] = Reference(example-option-wait)
* insert SectionSays(preferences, [[She fears a stroke more than a bruise.]])
* section[preferences].entry[0] = Reference(example-preference)
* section[preferences].entry[1] = Reference(example-goal)
* section[patientWords].text.status = #additional
* section[patientWords].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"es\" xml:lang=\"es\">Mi madre tuvo un derrame. Yo no quiero eso.</div>"
* section[patientWords].author = Reference(example-patient)
* section[control].extension[decisionControl].extension[preferred].valueCodeableConcept = DecisionControlCS#patient-after-advice
* section[control].extension[decisionControl].extension[actual].valueCodeableConcept = DecisionControlCS#shared
* insert SectionSays(control, [[She wished to decide after advice. Both decided.]])

Instance: example-decision
InstanceOf: SharedDecision
Usage: #example
* insert DecisionOfExample
* status = #final
* date = "2026-11-20T09:18:00Z"
* attester[patient].time = "2026-11-20T09:19:00Z"
* attester[patient].party = Reference(example-patient)
* attester[clinician].time = "2026-11-20T09:18:00Z"
* attester[clinician].party = Reference(example-practitioner)
* insert SectionSays(aiInfluence, [[The note that NoteWriter wrote of the visit was looked at.]])
* section[aiInfluence].extension[aiInfluence].valueCodeableConcept = AiInfluenceCS#informed
* section[aiInfluence].entry[0] = Reference(example-draft)
* insert SectionSays(decision, [[She takes the blood thinner.]])
* section[decision].entry = Reference(example-option-medicine)
* insert SectionSays(conflict, [[She does not feel quite at ease yet.]])
* section[conflict].entry = Reference(example-sure)
* section[dissent].author = Reference(example-practitioner)
* insert SectionSays(dissent, [[I would have waited for the next blood test.]])

Instance: example-decision-put-off
InstanceOf: SharedDecision
Usage: #example
* insert DecisionOfExample
* status = #preliminary
* date = "2026-11-20T09:18:00Z"
* insert SectionSays(aiInfluence, [[No AI had a part in it.]])
* section[aiInfluence].extension[aiInfluence].valueCodeableConcept = AiInfluenceCS#none
