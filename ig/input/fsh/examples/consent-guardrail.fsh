// A neutral person found that the choice is free, although something had been offered for it.
Instance: example-confirmed-permit
InstanceOf: AiUseConsent
Usage: #example
* insert OfExamplePatient
* extension[comprehension].extension[method].valueCodeableConcept = ComprehensionMethodCS#teach-back
* extension[comprehension].extension[itemsTotal].valueInteger = 5
* extension[comprehension].extension[itemsCorrect].valueInteger = 5
* extension[comprehension].extension[language].valueCode = #en
* extension[voluntariness].extension[askedPrivately].valueBoolean = true
* extension[voluntariness].extension[refusalHasNoEffectOnCare].valueBoolean = true
* extension[voluntariness].extension[signal].valueCodeableConcept = InfluenceSignalCS#incentive
* extension[voluntariness].extension[askedBy].valueReference = Reference(example-practitioner)
* extension[voluntariness].extension[askedByTreating].valueBoolean = true
* extension[freeChoiceConfirmation].extension[by].valueReference = Reference(example-ombudsperson)
* extension[freeChoiceConfirmation].extension[when].valueDateTime = "2026-11-21T10:00:00Z"
* extension[freeChoiceConfirmation].extension[note].valueString = "We talked for ten minutes. You know that you can keep the voucher either way."
* status = #active
* category[use] = $ActCode#INFA
* dateTime = "2026-11-20T11:10:00Z"
* sourceReference = Reference(example-teach-back)
* provision.type = #permit
* provision.period.start = "2026-11-20"
* provision.period.end = "2027-11-20"
* provision.purpose[ai] = AiPurposeCS#ai-training
* provision.purpose[1] = $ActReason#MLTRAINING

Instance: example-ombudsperson
InstanceOf: Practitioner
Usage: #example
* identifier.system = "https://equipoise-fhir.github.io/ig/example/practitioner"
* identifier.value = "d-9"
* name.family = "Lindqvist"
* name.given = "Maja"

Instance: example-reading-level
InstanceOf: ReadingLevelWish
Usage: #example
* status = #final
* code = ObservationCS#reading-level
* subject = Reference(example-patient)
* performer = Reference(example-patient)
* effectiveDateTime = "2026-11-20T11:00:00Z"
* valueCodeableConcept = ReadingLevelCS#standard
