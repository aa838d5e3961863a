Extension: Comprehension
Id: comprehension
Title: "Comprehension"
Description: "How well a choice about AI was understood: the score of the teach-back. The answers themselves are in the QuestionnaireResponse that is the source of the consent."
* insert Ours
* insert On(Consent)
* extension contains
    method 1..1 and
    itemsTotal 0..1 and
    itemsCorrect 0..1 and
    language 0..1 and
    reused 0..1
* extension[method] ^short = "How it was checked"
* extension[method].value[x] 1..1
* extension[method].value[x] only CodeableConcept
* extension[method].valueCodeableConcept from ComprehensionMethodVS (required)
* extension[itemsTotal] ^short = "Number of scored questions"
* extension[itemsTotal].value[x] 1..1
* extension[itemsTotal].value[x] only integer
* extension[itemsCorrect] ^short = "Number answered right"
* extension[itemsCorrect].value[x] 1..1
* extension[itemsCorrect].value[x] only integer
* extension[language] ^short = "Language that the questions were asked in"
* extension[language].value[x] 1..1
* extension[language].value[x] only code
* extension[language].valueCode from http://hl7.org/fhir/ValueSet/all-languages (required)
* extension[reused] ^short = "true where the answers were given for an earlier yes already; set by the server"
* extension[reused].value[x] 1..1
* extension[reused].value[x] only boolean

Extension: Voluntariness
Id: voluntariness
Title: "Voluntariness"
Description: "How freely a choice about AI was made: how the patient was asked, what was seen that could have pressed them, and what they say about it themselves."
* insert Ours
* insert On(Consent)
* extension contains
    askedPrivately 1..1 and
    refusalHasNoEffectOnCare 1..1 and
    signal 0..* and
    patientStatement 0..1 and
    askedBy 0..1 and
    askedByTreating 0..1 and
    independentWitness 0..* and
    awaits 0..*
* extension[askedPrivately] ^short = "Nobody listened who could press the patient"
* extension[askedPrivately].value[x] 1..1
* extension[askedPrivately].value[x] only boolean
* extension[refusalHasNoEffectOnCare] ^short = "The patient was told that a no changes nothing about their care"
* extension[refusalHasNoEffectOnCare].value[x] 1..1
* extension[refusalHasNoEffectOnCare].value[x] only boolean
* extension[signal] ^short = "A sign of pressure that was seen, or that none was"
* extension[signal].value[x] 1..1
* extension[signal].value[x] only CodeableConcept
* extension[signal].valueCodeableConcept from InfluenceSignalVS (required)
* extension[patientStatement] ^short = "What the patient says about it, in their own words"
* extension[patientStatement].value[x] 1..1
* extension[patientStatement].value[x] only string
* extension[askedBy] ^short = "Who asked; absent where the patient decided on their own, in their app"
* extension[askedBy].value[x] 1..1
* extension[askedBy].value[x] only Reference(Practitioner or RelatedPerson)
* extension[askedByTreating] ^short = "Whether who asked treated the patient then; set by the server"
* extension[askedByTreating].value[x] 1..1
* extension[askedByTreating].value[x] only boolean
* extension[independentWitness] ^short = "A witness who neither asked nor treated the patient nor wrote the document; set by the server"
* extension[independentWitness].value[x] 1..1
* extension[independentWitness].value[x] only Reference(Practitioner or RelatedPerson)
* extension[awaits] ^short = "A guardrail that keeps a proposed yes from counting, where nothing else does; set by the server"
* extension[awaits].value[x] 1..1
* extension[awaits].value[x] only code
* extension[awaits].valueCode from ConsentGuardrailVS (required)

Extension: Withdrawal
Id: withdrawal
Title: "Withdrawal"
Description: "Who took a consent back, when, and what that stops and cannot undo."
* insert Ours
* insert On(Consent)
* extension contains
    when 1..1 and
    by 1..1 and
    reasonInPatientWords 0..1 and
    effect 0..1
* extension[when] ^short = "From when it no longer counts"
* extension[when].value[x] 1..1
* extension[when].value[x] only dateTime
* extension[by] ^short = "The patient, or who speaks for them"
* extension[by].value[x] 1..1
* extension[by].value[x] only Reference(Patient or RelatedPerson)
* extension[reasonInPatientWords] ^short = "Why, if the patient wants to say"
* extension[reasonInPatientWords].value[x] 1..1
* extension[reasonInPatientWords].value[x] only string
* extension[effect] ^short = "What stops now and what cannot be undone"
* extension[effect].value[x] 1..1
* extension[effect].value[x] only markdown
