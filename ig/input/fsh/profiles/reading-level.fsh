CodeSystem: ObservationCS
Id: observation
Title: "Observations"
Description: "What is observed of a patient, or what they say of themselves, where LOINC has no code for it."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #reading-level "Reading level wished" "How full the words should be in which the patient is asked."
* #sure-score "Sureness of a decision" "How many of the four questions about a decision the patient answered with yes: 4 means sure."

Profile: ReadingLevelWish
Parent: Observation
Id: reading-level-wish
Title: "Reading level that a patient wishes"
Description: "How full the words should be in which a patient is asked to decide about AI. The patient, or who speaks for them, says it; the newest counts."
* insert Ours
* status = #final
* code = ObservationCS#reading-level
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* effective[x] only dateTime
* effective[x] ^short = "When it was said; the newest counts"
* performer 1..*
* performer only Reference(Patient or RelatedPerson)
* performer ^short = "Who says it: the patient, or who speaks for them"
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from ReadingLevelVS (required)
