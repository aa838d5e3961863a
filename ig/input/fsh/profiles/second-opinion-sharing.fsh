Profile: SecondOpinionSharing
Parent: Consent
Id: second-opinion-sharing
Title: "Consent to show something for a second opinion"
Description: "What a patient allows whoever gives a second opinion to read: the request, what the document was made from and, unless they are to judge without it, the document. These resources and no others, to these people and no others, until a day, and withdrawn at any time."
* insert Ours
* obeys eq-con-1 and eq-con-4
* extension contains Withdrawal named withdrawal 0..1
* extension[withdrawal] ^short = "Who took it back, and when"
* status ^short = "active; proposed while the patient has not said yes; inactive once withdrawn"
* scope = $ConsentScope#patient-privacy
* category 2..*
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains loinc 1..1 and use 1..*
* category[loinc] = $LOINC#59284-0
* category[use] from AiConsentUseVS (required)
* category[use] ^short = "What is done with the information: read"
* patient 1..1
* dateTime 1..1
* performer 0..*
* performer only Reference(Patient or RelatedPerson)
* performer ^short = "Who decided: the patient, or who speaks for them; nobody yet where it is proposed"
* organization 1..*
* policy 1..1
* policy.uri 1..1
* policy.uri = "https://equipoise-fhir.github.io/ig/second-opinion-sharing.html"
* provision 1..1
* provision.type 1..1
* provision.type = #permit
* provision.period 1..1
* provision.purpose 1..1
* provision.purpose = $ActReason#PATRQT
* provision.purpose ^short = "Because the patient asks for it"
* provision.actor 1..*
* provision.actor.role = $ParticipationType#IRCP
* provision.actor.reference only Reference(Practitioner or PractitionerRole or Device)
* provision.actor ^short = "Who may read it"
* provision.data 1..*
* provision.data.meaning = #instance
* provision.data ^short = "What they may read: the request and what it shows, one by one"
* provision.provision 0..0
