Extension: Missing
Id: missing
Title: "Something missing"
Description: "One thing that the record should tell about an AI document and does not."
* insert Ours
* insert On(Composition)
* extension contains code 1..1 and about 0..1 and text 1..1
* extension[code] ^short = "What is missing"
* extension[code].value[x] 1..1
* extension[code].value[x] only CodeableConcept
* extension[code].valueCodeableConcept from MissingVS (required)
* extension[about] ^short = "Of what it is missing, where that is not the document as a whole: a version, an AI, an input"
* extension[about].value[x] 1..1
* extension[about].value[x] only Reference
* extension[text] ^short = "The same in plain words"
* extension[text].value[x] 1..1
* extension[text].value[x] only string

Extension: AiUseDecision
Id: ai-use-decision
Title: "Decision about a use of AI"
Description: "What the consents of the patient together said about one purpose at one time."
* insert Ours
* insert On(Composition)
* extension contains purpose 1..1 and at 1..1 and verdict 1..1 and basis 0..* and reason 0..*
* extension[purpose] ^short = "What the use is for"
* extension[purpose].value[x] 1..1
* extension[purpose].value[x] only Coding
* extension[purpose].valueCoding from AiPurposeVS (required)
* extension[at] ^short = "At what time: when the AI wrote the document, or now"
* extension[at].value[x] 1..1
* extension[at].value[x] only dateTime
* extension[verdict] ^short = "What holds"
* extension[verdict].value[x] 1..1
* extension[verdict].value[x] only code
* extension[verdict].valueCode from AiUseVerdictVS (required)
* extension[basis] ^short = "The consents that decided; none where the patient had said nothing"
* extension[basis].value[x] 1..1
* extension[basis].value[x] only Reference(Consent)
* extension[reason] ^short = "Why a yes did not count, in plain words"
* extension[reason].value[x] 1..1
* extension[reason].value[x] only string

Extension: StoryCount
Id: story-count
Title: "Count of AI documents"
Description: "How many of a patient's AI documents there are of one kind."
* insert Ours
* insert On(Composition)
* extension contains code 1..1 and number 1..1 and ai 0..1
* extension[code] ^short = "What is counted"
* extension[code].value[x] 1..1
* extension[code].value[x] only CodeableConcept
* extension[code].valueCodeableConcept from StoryCountVS (required)
* extension[number] ^short = "How many"
* extension[number].value[x] 1..1
* extension[number].value[x] only integer
* extension[ai] ^short = "The AI whose documents are counted, for by-ai"
* extension[ai].value[x] 1..1
* extension[ai].value[x] only Reference(Device)
