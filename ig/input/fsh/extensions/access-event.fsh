Extension: ToldElsewhere
Id: told-elsewhere
Title: "Told by another system"
Description: "That the event was seen by another system, which told it here: by which client it came, and what the other system's clock said. AuditEvent.recorded is when it came here."
* insert Ours
* insert On(AuditEvent)
* extension contains client 1..1 and recorded 0..1
* extension[client] ^short = "The client that told it"
* extension[client].value[x] only Identifier
* extension[client].value[x] 1..1
* extension[recorded] ^short = "When the other system says that it recorded it"
* extension[recorded].value[x] only instant
* extension[recorded].value[x] 1..1
