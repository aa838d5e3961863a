RuleSet: OfExamplePatient
* patient = Reference(example-patient)
* performer = Reference(example-patient)
* organization = Reference(example-organization)
* policy.uri = "https://equipoise-fhir.github.io/ig/example/policy"

Instance: example-permit
InstanceOf: AiUseConsent
Usage: #example
* insert OfExamplePatient
* extension[comprehension].extension[method].valueCodeableConcept = ComprehensionMethodCS#teach-back
* extension[comprehension].extension[itemsTotal].valueInteger = 5
* extension[comprehension].extension[itemsCorrect].valueInteger = 4
* extension[comprehension].extension[language].valueCode = #en
* extension[voluntariness].extension[askedPrivately].valueBoolean = true
* extension[voluntariness].extension[refusalHasNoEffectOnCare].valueBoolean = true
* extension[voluntariness].extension[signal].valueCodeableConcept = InfluenceSignalCS#none-observed
* extension[voluntariness].extension[patientStatement].valueString = "I had time to think."
* extension[witness].valueReference = Reference(example-practitioner)
* status = #active
* category[use] = $ActCode#INFA
* dateTime = "2026-11-20T11:10:00Z"
* sourceReference = Reference(example-teach-back)
* provision.type = #permit
* provision.period.start = "2026-11-20"
* provision.period.end = "2027-11-20"
* provision.purpose[ai] = AiPurposeCS#ai-decision-use
* provision.purpose[1] = $ActReason#TREATDS
* provision.actor.role = $ParticipationType#IRCP
* provision.actor.reference = Reference(example-scribe)
* provision.data.meaning = #instance
* provision.data.reference = Reference(example-draft)

Instance: example-refusal
InstanceOf: AiUseConsent
Usage: #example
* insert OfExamplePatient
* status = #active
* category[use] = $ActCode#ICOL
* dateTime = "2026-11-20T11:12:00Z"
* sourceAttachment.contentType = #text/plain
* sourceAttachment.language = #en
* sourceAttachment.title = "The patient's own words"
// Do not train it on me.
* sourceAttachment.data = "RG8gbm90IHRyYWluIGl0IG9uIG1lLg=="
* provision.type = #deny
* provision.period.start = "2026-11-20"
* provision.purpose[ai] = AiPurposeCS#ai-training
* provision.purpose[1] = $ActReason#MLTRAINING
* provision.data.meaning = #instance
* provision.data.reference = Reference(example-draft)

Instance: example-withdrawn
InstanceOf: AiUseConsent
Usage: #example
* insert OfExamplePatient
* extension[withdrawal].extension[when].valueDateTime = "2026-11-21T08:00:00Z"
* extension[withdrawal].extension[by].valueReference = Reference(example-patient)
* extension[withdrawal].extension[reasonInPatientWords].valueString = "I do not want it sent on."
* extension[withdrawal].extension[effect].valueMarkdown = "Nothing more is sent. What was sent cannot be called back."
* status = #inactive
* category[use] = $ActCode#IDSCL
* dateTime = "2026-11-20T11:14:00Z"
* sourceReference = Reference(example-teach-back)
* provision.type = #permit
* provision.period.start = "2026-11-20"
* provision.period.end = "2027-11-20"
* provision.purpose[ai] = AiPurposeCS#ai-sharing
