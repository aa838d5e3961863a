Invariant: eq-acc-1
Description: "Exactly one agent asked for it: a person, or else the client."
Severity: #error
Expression: "agent.where(requestor=true).count() = 1"

Invariant: eq-acc-2
Description: "An AI that took part is told as what it is: a Device with the role Artificial-Intelligence, which never asks itself."
Severity: #error
Expression: "agent.where(who.reference.matches('(^|/)Device/')).all(requestor=false and role.coding.where(code='Artificial-Intelligence').exists())"

Invariant: eq-acc-3
Description: "At most one entity is a patient: an access to several is told once for each."
Severity: #error
Expression: "entity.where(role.code='1').count() <= 1"

Profile: AccessEvent
Parent: AuditEvent
Id: access-event
Title: "Access by an operation"
Description: "That somebody called an operation of this guide: who, on what ground, for whom they work, about which patient, what was touched and how it ended. Reads, searches and writes are told in the shapes of IHE Basic Audit Log Patterns, which has none for operations; this one follows them."
* insert Ours
* obeys eq-acc-1 and eq-acc-2 and eq-acc-3
* type 1..1
* type = http://terminology.hl7.org/CodeSystem/audit-event-type#rest
* subtype 2..*
* subtype ^slicing.discriminator.type = #value
* subtype ^slicing.discriminator.path = "system"
* subtype ^slicing.rules = #open
* subtype contains interaction 1..1 and operation 1..1
* subtype[interaction].system 1..1
* subtype[interaction].system = "http://hl7.org/fhir/restful-interaction"
* subtype[interaction].code 1..1
* subtype[interaction].code = #operation
* subtype[operation] from OperationVS (required)
* subtype[operation].system 1..1
* subtype[operation].system = "https://equipoise-fhir.github.io/ig/CodeSystem/operation"
* subtype[operation].code 1..1
* subtype[operation] ^short = "Which operation"
* action 1..1
* action = #E
* recorded ^short = "When, by the clock of the database"
* outcome 1..1
* agent 2..*
* agent ^short = "The client, the server, the person, the AI, and for whom they work"
* agent.who 1..1
* agent.purposeOfUse ^short = "Why, as far as the ground or the AI's registration says it"
* source.observer ^short = "This server"
* entity ^slicing.discriminator.type = #value
* entity ^slicing.discriminator.path = "role"
* entity ^slicing.rules = #open
* entity contains patient 0..1 and data 0..*
* entity[patient].type 1..1
* entity[patient].type = http://terminology.hl7.org/CodeSystem/audit-entity-type#1
* entity[patient].role 1..1
* entity[patient].role = http://terminology.hl7.org/CodeSystem/object-role#1
* entity[patient].what 1..1
* entity[patient].what only Reference(Patient)
* entity[patient] ^short = "Whom it is about"
* entity[data].type 1..1
* entity[data].role 1..1
* entity[data].role = http://terminology.hl7.org/CodeSystem/object-role#4
* entity[data].what 1..1
* entity[data] ^short = "What was touched"
