RuleSet: OfTheScribe
* extension[patient].valueReference = Reference(example-patient)
* reason[0] = $ObservationValue#AIAST
* agent[AIagent].type = $ProvenanceParticipant#author
* agent[AIagent].who = Reference(example-scribe)
* agent[AIagent].onBehalfOf = Reference(example-organization)
* entity[0].role = #derivation
* entity[0].what = Reference(example-model-card)

Instance: example-draft-provenance
InstanceOf: AiProvenance
Usage: #example
* insert OfTheScribe
* target.reference = "DocumentReference/example-draft/_history/1"
* occurredDateTime = "2026-11-20T09:25:00Z"
* recorded = "2026-11-20T09:25:05Z"
* activity = $DataOperation#CREATE
* agent[AIagent].extension[pipelineStep].valueInteger = 1
* agent[1].type = $ProvenanceParticipant#informant
* agent[1].who = Reference(example-patient)
* entity[1].role = #source
* entity[1].what = Reference(example-transcript)
* entity[2].extension[inputWithheld].valueString = "The maker does not publish its prompt."
* entity[2].role = #derivation
* entity[2].what.display = "Prompt of the scribe"

Instance: example-attest-provenance
InstanceOf: AiProvenance
Usage: #example
* insert OfTheScribe
* target.reference = "DocumentReference/example-attested/_history/1"
* occurredDateTime = "2026-11-20T10:00:00Z"
* recorded = "2026-11-20T10:00:00Z"
* extension[reviewTime].extension[measured].valueDuration = 95 's'
* extension[reviewTime].extension[needed].valueDuration = 2 's'
* extension[reviewTime].extension[words].valueInteger = 7
* extension[reviewTime].extension[wordsPerMinute].valueInteger = 300
* extension[claimedReviewTime].valueDuration = 90 's'
* extension[reviewPace].valueCodeableConcept = ReviewPaceCS#time-to-read
* activity = $Lifecycle#attest
* agent[1].type = $ProvenanceParticipant#verifier
* agent[1].who = Reference(example-practitioner)
* agent[1].onBehalfOf = Reference(example-organization)
* entity[1].role = #source
* entity[1].what = Reference(example-draft)
