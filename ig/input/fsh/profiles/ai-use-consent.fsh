Invariant: eq-con-1
Description: "A permit ends some day: provision.period has an end. A refusal does not lapse."
Severity: #error
Expression: "provision.where(type='permit').exists() implies provision.period.end.exists()"

Invariant: eq-con-3
Description: "A permit in force rests on proof that it was understood and freely given: the teach-back answers as source, their score, and how the patient was asked."
Severity: #error
Expression: "(status='active' and provision.where(type='permit').exists()) implies (source.ofType(Reference).exists() and extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/comprehension').exists() and extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/voluntariness').exists())"

Invariant: eq-con-4
Description: "A consent that is no longer in force says who withdrew it and when."
Severity: #error
Expression: "status='inactive' implies extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/withdrawal').exists()"

Invariant: eq-con-5
Description: "The score is possible: at least one question was asked and no more were answered right than asked, unless nothing was asked (method none)."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/comprehension').all(extension.where(url='method').value.coding.where(code='none').exists() or (extension.where(url='itemsTotal').value > 0 and extension.where(url='itemsCorrect').value >= 0 and extension.where(url='itemsCorrect').value <= extension.where(url='itemsTotal').value))"

Invariant: eq-con-6
Description: "A word about treatment in general would open or close all care: where purpose TREAT is named, the AI that it is limited to is named as well."
Severity: #error
Expression: "provision.purpose.where(code='TREAT').exists() implies provision.actor.exists()"

Invariant: eq-con-7
Description: "Whether who asked treated the patient is said of somebody: askedByTreating stands only beside askedBy."
Severity: #error
Expression: "extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/voluntariness').all(extension.where(url='askedByTreating').exists() implies extension.where(url='askedBy').exists())"

Profile: AiUseConsent
Parent: Consent
Id: ai-use-consent
Title: "Consent to a use of AI"
Description: "What one patient decided about one purpose of AI: yes until a day, or no. A yes counts only when the patient showed that they understood it and nobody pressed them; a no needs no proof. Each purpose is a consent of its own, so each can be withdrawn alone."
* insert Ours
* obeys eq-con-1 and eq-con-3 and eq-con-4 and eq-con-5 and eq-con-6 and eq-con-7
* extension contains
    Comprehension named comprehension 0..1 and
    Voluntariness named voluntariness 0..1 and
    Withdrawal named withdrawal 0..1 and
    FreeChoiceConfirmation named freeChoiceConfirmation 0..1 and
    $ConsentWitness named witness 0..*
* extension[comprehension] ^short = "How well it was understood"
* extension[voluntariness] ^short = "How freely it was given"
* extension[withdrawal] ^short = "Who took it back, and when"
* extension[freeChoiceConfirmation] ^short = "Which neutral person found that the choice is free"
* extension[witness] ^short = "Who was there; a clinician can witness but not sign"
* status ^short = "active; proposed while a yes does not count yet; inactive once withdrawn"
* scope = $ConsentScope#patient-privacy
* category 2..*
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains loinc 1..1 and use 1..*
* category[loinc] = $LOINC#59284-0
* category[use] from AiConsentUseVS (required)
* category[use] ^short = "What is done with the information: collected, read or passed on"
* patient 1..1
* dateTime 1..1
* performer 1..*
* performer only Reference(Patient or RelatedPerson)
* performer ^short = "Who decided: the patient, or who speaks for them"
* organization 1..*
* source[x] 1..1
* source[x] only Attachment or Reference(QuestionnaireResponse or DocumentReference)
* source[x] ^short = "For a yes the teach-back answers; for a no the patient's own words will do"
* policy 1..1
* policy.uri 1..1
* verification 0..0
* provision 1..1
* provision.type 1..1
* provision.period 1..1
* provision.purpose 1..2
* provision.purpose ^slicing.discriminator.type = #value
* provision.purpose ^slicing.discriminator.path = "system"
* provision.purpose ^slicing.rules = #open
* provision.purpose contains ai 1..1
* provision.purpose ^comment = "Beside ours stands TREATDS or MLTRAINING of HL7 where it means the same, for servers that search by those; never TREAT."
* provision.purpose[ai] ^short = "The one purpose that was decided"
* provision.purpose[ai].system 1..1
* provision.purpose[ai].system = "https://equipoise-fhir.github.io/ig/CodeSystem/ai-purpose"
* provision.purpose[ai] from AiPurposeVS (required)
* provision.actor.role = $ParticipationType#IRCP
* provision.actor ^short = "The AI or the organization that it is about; absent means all"
* provision.data.meaning = #instance
* provision.data.reference only Reference(DocumentReference)
* provision.data ^short = "The documents that it is about; absent means all"
* provision.securityLabel 0..0
* provision.action 0..0
* provision.class 0..0
* provision.code 0..0
* provision.provision 0..0
