Extension: AiInfluence
Id: ai-influence
Title: "Influence of AI"
Description: "What part an AI had in the decision; none is said too."
* insert Ours
* insert On(Composition.section)
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from AiInfluenceVS (required)

Extension: DecisionControl
Id: decision-control
Title: "Who decides"
Description: "Who was to decide, as the patient wished, and who did, as the patient sees it."
* insert Ours
* insert On(Composition.section)
* extension contains preferred 1..1 and actual 1..1
* extension[preferred] ^short = "Who was to decide, as the patient wished"
* extension[preferred].value[x] 1..1
* extension[preferred].value[x] only CodeableConcept
* extension[preferred].valueCodeableConcept from DecisionControlVS (required)
* extension[actual] ^short = "Who did decide"
* extension[actual].value[x] 1..1
* extension[actual].value[x] only CodeableConcept
* extension[actual].valueCodeableConcept from DecisionControlVS (required)

Invariant: eq-opt-1
Description: "A benefit or a harm says of how many people how many have it, and where that is known from: outcomeOf and source are there. A relative risk alone misleads."
Severity: #error
Expression: "extension.where(url='kind').value.coding.where(code='benefit' or code='harm').exists() implies (extension.where(url='outcomeOf').exists() and extension.where(url='source').exists())"

Invariant: eq-opt-2
Description: "How often something happens is a count of people: a whole number out of a whole number that is at least as large, both without a unit."
Severity: #error
Expression: "extension.where(url='outcomeOf').value.all(numerator.value.exists() and denominator.value.exists() and denominator.value > 0 and numerator.value >= 0 and numerator.value <= denominator.value and numerator.value.truncate() = numerator.value and denominator.value.truncate() = denominator.value and numerator.all(comparator.empty() and unit.empty() and (code.empty() or code = '1')) and denominator.all(comparator.empty() and unit.empty() and (code.empty() or code = '1')))"

Extension: OutcomeEstimate
Id: outcome-estimate
Title: "What an option can bring"
Description: "Something that can follow from an option, how often it does among people like the patient, in what time, how sure that is, and where it is known from."
* insert Ours
* insert On(CarePlan)
* obeys eq-opt-1 and eq-opt-2
* extension contains
    kind 1..1 and
    description 1..1 and
    outcomeOf 0..1 and
    timeframe 0..1 and
    certainty 0..1 and
    source 0..1
* extension[kind] ^short = "Benefit, harm, burden or cost"
* extension[kind].value[x] 1..1
* extension[kind].value[x] only CodeableConcept
* extension[kind].valueCodeableConcept from OutcomeKindVS (required)
* extension[description] ^short = "What happens, in words that the patient understands"
* extension[description].value[x] 1..1
* extension[description].value[x] only string
* extension[outcomeOf] ^short = "How many people of how many, such as 20 of 1000"
* extension[outcomeOf].value[x] 1..1
* extension[outcomeOf].value[x] only Ratio
* extension[timeframe] ^short = "Within what time"
* extension[timeframe].value[x] 1..1
* extension[timeframe].value[x] only Duration
* extension[certainty] ^short = "How sure that is"
* extension[certainty].value[x] 1..1
* extension[certainty].value[x] only CodeableConcept
* extension[certainty].valueCodeableConcept from http://hl7.org/fhir/ValueSet/evidence-quality (required)
* extension[source] ^short = "Where it is known from"
* extension[source].value[x] 1..1
* extension[source].value[x] only Reference or uri
