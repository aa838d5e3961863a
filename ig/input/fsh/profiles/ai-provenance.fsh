Invariant: eq-prv-1
Description: "Each device and each clinician among the agents says on whose behalf it acted, so that some organization answers for it."
Severity: #error
Expression: "agent.where(who.reference.matches('(^|/)(Device|Practitioner)/') or who.type = 'Device' or who.type = 'Practitioner').all(onBehalfOf.exists())"

Invariant: eq-prv-2
Description: "One reason is AIAST: the content was asserted by an AI."
Severity: #error
Expression: "reason.coding.where(code='AIAST').exists()"

Invariant: eq-prv-3
Description: "An attestation names the person who made it: an agent of type verifier or attester."
Severity: #error
Expression: "activity.coding.where(code='attest').exists() implies agent.where(type.coding.where(code='verifier' or code='attester').exists()).exists()"

Invariant: eq-prv-4
Description: "Each target names the version it tells about (…/_history/n), so that a later text does not inherit this story."
Severity: #error
Expression: "target.all(reference.matches('.+/_history/.+'))"

Invariant: eq-prv-5
Description: "At least one entity of role derivation tells how the AI was made or asked: the model card, the prompt, or why the prompt is withheld."
Severity: #error
Expression: "entity.where(role='derivation').exists()"

Invariant: eq-prv-6
Description: "A review time, measured or claimed, is of a person: an agent of type verifier or attester."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/review-time' or url='https://equipoise-fhir.github.io/ig/StructureDefinition/claimed-review-time').exists() implies agent.where(type.coding.where(code='verifier' or code='attester').exists()).exists()"

Profile: AiProvenance
Parent: Provenance
Id: ai-provenance
Title: "AI provenance"
Description: "How one version of an AI document came about: which AI wrote it, for whom, when, from what, and which people checked it. The AI stays among the agents when a clinician attests the text."
* insert Ours
* obeys eq-prv-1 and eq-prv-2 and eq-prv-3 and eq-prv-4 and eq-prv-5 and eq-prv-6
* extension contains
    $ProvenancePatient named patient 1..1 and
    ReviewTime named reviewTime 0..1 and
    ClaimedReviewTime named claimedReviewTime 0..1 and
    ReviewPace named reviewPace 0..1
* extension[reviewTime] ^short = "How long after opening the text it was decided on, as the server measured it"
* extension[claimedReviewTime] ^short = "How long they looked, as their app says"
* extension[reviewPace] ^short = "Whether there was time to read the text"
* extension[patient] ^short = "Whose record it belongs to"
* extension[patient] ^comment = "R4 has no such element, so a provenance of a document is in nobody's compartment. The search parameter record-patient finds it."
* target ^short = "The exact version that was written or checked"
* occurred[x] 1..1
* policy ^short = "The consent or policy it was done under"
* reason 1..*
* reason ^short = "AIAST, and what for"
* activity 1..1
* activity ^short = "CREATE for a draft; attest, verify, amend or transform later"
* agent ^slicing.discriminator.type = #value
* agent ^slicing.discriminator.path = "role"
* agent ^slicing.rules = #open
* agent contains AIagent 1..*
* agent ^comment = "Only the AI is a slice, told apart by its role. Clinicians are agents of type verifier, attester or author; the patient is of type informant."
* agent.extension contains PipelineStep named pipelineStep 0..1
* agent.extension[pipelineStep] ^short = "Its place in a chain of models"
* agent[AIagent] ^short = "An AI that took part"
* agent[AIagent].type 1..1
* agent[AIagent].type from AiAgentTypeVS (extensible)
* agent[AIagent].role 1..1
* agent[AIagent].role = $AIdeviceType#Artificial-Intelligence (exactly)
* agent[AIagent].who only Reference(Device)
* agent[AIagent].onBehalfOf 1..1
* agent[AIagent].onBehalfOf only Reference(Organization)
* entity 1..*
* entity ^short = "derivation: model card and prompt; source: what the AI was given"
* entity.extension contains InputWithheld named inputWithheld 0..1
* entity.extension[inputWithheld] ^short = "Why an input is not shown"
