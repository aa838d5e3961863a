Invariant: eq-una-1
Description: "Who closes it says in a note what came of it."
Severity: #error
Expression: "(status = 'completed' or status = 'rejected' or status = 'cancelled' or status = 'failed' or status = 'entered-in-error') implies note.exists()"

Profile: UnusualAccessTask
Parent: Task
Id: unusual-access-task
Title: "Task about an unusual access"
Description: "Asks a privacy officer whether an access to a record was right. Written by the server, answered by the officer, seen by nobody else. It has neither for nor focus, so that it is in no patient's record."
* insert Ours
* obeys eq-una-1
* groupIdentifier 1..1
* groupIdentifier.system 1..1
* groupIdentifier.system = "https://equipoise-fhir.github.io/ig/NamingSystem/unusual-access-agent"
* groupIdentifier.value 1..1
* groupIdentifier ^short = "Who came: all Tasks about them are a group"
* status ^short = "requested; completed where it was looked into, rejected where there was nothing to look into"
* intent = #order
* code 1..1
* code = TaskCS#unusual-access
* description 1..1
* description ^short = "What happened, in a sentence"
* focus 0..0
* for 0..0
* encounter 0..0
* requester 0..0
* executionPeriod 1..1
* executionPeriod ^short = "From the first access to the last"
* authoredOn 1..1
* reasonCode 1..1
* reasonCode from UnusualAccessVS (required)
* reasonCode ^short = "The rule by which it is unusual"
* note ^short = "What the officer found out"
* input 1..*
* input.type from UnusualAccessPartVS (required)
