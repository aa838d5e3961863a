Invariant: eq-dev-1
Description: "A reader must be able to tell which AI this is: give the exact version of the model and a name that a person can say (deviceName of type user-friendly-name)."
Severity: #error
Expression: "version.value.exists() and deviceName.where(type='user-friendly-name').exists()"

Profile: AiDevice
Parent: Device
Id: ai-device
Title: "AI device"
Description: "An AI that writes into the record, described so that a patient can find out what it is: its kind, its maker, its exact version, the model card that tells what it can and cannot do, and whom to ask. It belongs to no patient; everybody who may use the record may read it."
* insert Ours
* obeys eq-dev-1
* extension contains
    $AIKind named aiKind 1..* and
    $modelCardDescription named modelCard 1..*
* extension[aiKind] ^short = "What kind of AI it is"
* extension[aiKind] ^comment = "For a scribe built on a language model: Large-Language-Models, Non-Deterministic-AI and Clinical-Documentation-and-Workflow, one extension each."
* extension[modelCard] ^short = "The model card that describes it"
* identifier 1..*
* identifier ^short = "How the organization that runs it identifies it"
* status 1..1
* status ^short = "active while in use; inactive once withdrawn"
* manufacturer 1..1
* manufacturer ^short = "Who made it"
* deviceName 1..*
* deviceName ^slicing.discriminator.type = #value
* deviceName ^slicing.discriminator.path = "type"
* deviceName ^slicing.rules = #open
* deviceName contains userFriendly 1..1
* deviceName[userFriendly] ^short = "The name shown to patients"
* deviceName[userFriendly].type = #user-friendly-name
* type 1..1
* type = $AIdeviceType#Artificial-Intelligence (exactly)
* type ^short = "Exactly the one code Artificial-Intelligence"
* type ^comment = "No display and no text: HL7 AI Transparency fixes the whole value."
* version 1..*
* version ^short = "The exact build of the model, so that a later version is not blamed for an earlier text"
* patient 0..0
* patient ^short = "Not used: an AI is nobody's own device"
* owner ^short = "Who runs it"
* contact 1..*
* contact ^short = "Whom to ask about it"
