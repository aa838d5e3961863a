Instance: example-unusual-access
InstanceOf: UnusualAccessTask
Usage: #example
* language = #en
* groupIdentifier.value = "Practitioner/example-practitioner"
* status = #completed
* intent = #order
* code = TaskCS#unusual-access
* description = "Ngozi Okafor opened the record of Ana Rivera. No visit, care team or other care relation between them is known."
* executionPeriod.start = "2026-11-20T02:10:00Z"
* executionPeriod.end = "2026-11-20T02:14:00Z"
* authoredOn = "2026-11-20T02:10:07Z"
* reasonCode = UnusualAccessCS#no-care-relation
* note.authorReference = Reference(example-other-practitioner)
* note.time = "2026-11-21T09:00:00Z"
* note.text = "Asked: she stood in for a colleague that night. The rota confirms it."
* input[0].type = UnusualAccessPartCS#who
* input[0].valueReference = Reference(example-practitioner)
* input[1].type = UnusualAccessPartCS#patient
* input[1].valueReference = Reference(example-patient)
* input[2].type = UnusualAccessPartCS#accesses
* input[2].valueInteger = 2
