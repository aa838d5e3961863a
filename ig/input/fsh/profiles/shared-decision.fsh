Invariant: eq-sdm-2
Description: "Final means signed by both: the patient, or who stands for them (mode personal), and the clinician (mode professional), each with who and when."
Severity: #error
Expression: "(status = 'final' or status = 'amended') implies (attester.where(mode = 'personal' and party.exists() and time.exists()).exists() and attester.where(mode = 'professional' and party.exists() and time.exists()).exists())"

Invariant: eq-sdm-4
Description: "Both sides are its authors: the patient, or who stands for them, and a clinician."
Severity: #error
Expression: "author.where(reference.matches('(^|/)(Patient|RelatedPerson)/')).exists() and author.where(reference.matches('(^|/)(Practitioner|PractitionerRole)/')).exists()"

Invariant: eq-sdm-5
Description: "Where an AI had a part it is named, and where none had, none is: the section has entries exactly where the influence is not none."
Severity: #error
Expression: "section.where(code.coding.where(code = 'ai-influence').exists()).all(extension.where(url = 'https://equipoise-fhir.github.io/ig/StructureDefinition/ai-influence').value.coding.where(code = 'none').exists() = entry.empty())"

Profile: SharedDecision
Parent: Composition
Id: shared-decision
Title: "Shared decision"
Description: "What a patient and a clinician decided together: the question, what could be done and what each choice can bring, what matters to the patient, their own words, what an AI had to do with it, and what was decided. Both are its authors, and it is final when both have signed it. It follows the order of BRAN (benefits, risks, alternatives, nothing) of the British standard for shared decision making."
* insert Ours
* obeys eq-sdm-2 and eq-sdm-4 and eq-sdm-5
* status ^short = "preliminary until both have signed; final; amended where it was final before"
* type = DocumentTypeCS#shared-decision
* subject 1..1
* subject only Reference(Patient)
* author 2..*
* author only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* author ^short = "Both who decided"
* attester ^slicing.discriminator.type = #value
* attester ^slicing.discriminator.path = "mode"
* attester ^slicing.rules = #closed
* attester contains patient 0..1 and clinician 0..1
* attester[patient] ^short = "The patient's signature, or that of who stands for them"
* attester[patient].mode = #personal
* attester[patient].time 1..1
* attester[patient].party 1..1
* attester[patient].party only Reference(Patient or RelatedPerson)
* attester[clinician] ^short = "The clinician's signature"
* attester[clinician].mode = #professional
* attester[clinician].time 1..1
* attester[clinician].party 1..1
* attester[clinician].party only Reference(Practitioner or PractitionerRole)
* custodian 1..1
* section.text 1..1
* section ^slicing.discriminator.type = #pattern
* section ^slicing.discriminator.path = "code"
* section ^slicing.rules = #open
* section contains
    question 1..1 and
    options 1..1 and
    preferences 1..1 and
    patientWords 1..1 and
    aiInfluence 1..1 and
    decision 0..1 and
    control 1..1 and
    conflict 0..1 and
    dissent 0..2
* section[question] ^short = "What there is to decide"
* section[question].code = SectionCS#question
* section[options] ^short = "What could be done; one option is to do nothing"
* section[options].code = SectionCS#options
* section[options].entry 2..*
* section[options].entry only Reference(CarePlan)
* section[preferences] ^short = "Wishes, values and goals of the patient"
* section[preferences].code = SectionCS#preferences
* section[preferences].entry 1..*
* section[preferences].entry only Reference(Observation or Goal)
* section[patientWords] ^short = "What the patient says, word for word"
* section[patientWords] ^comment = "The language stands in xml:lang of the text. A translation stands beside it, as a section inside."
* section[patientWords].code = SectionCS#patient-words
* section[patientWords].author only Reference(Patient or RelatedPerson)
* section[aiInfluence] ^short = "What an AI had to do with it, and which"
* section[aiInfluence].code = SectionCS#ai-influence
* section[aiInfluence].extension contains AiInfluence named aiInfluence 1..1
* section[aiInfluence].entry only Reference(DocumentReference or Device)
* section[decision] ^short = "What was chosen; absent where it was put off"
* section[decision].code = SectionCS#decision
* section[decision].entry 1..1
* section[decision].entry only Reference(CarePlan)
* section[control] ^short = "Who was to decide, and who did"
* section[control].code = SectionCS#control
* section[control].extension contains DecisionControl named decisionControl 1..1
* section[conflict] ^short = "How sure the patient is"
* section[conflict].code = SectionCS#conflict
* section[conflict].entry 1..1
* section[conflict].entry only Reference(Observation)
* section[dissent] ^short = "What one of the two sees in another way; one section for each side"
* section[dissent].code = SectionCS#dissent
* section[dissent].author 1..1
* section[dissent].author only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
