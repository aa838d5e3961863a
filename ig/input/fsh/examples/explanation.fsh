RuleSet: Says(code, text)
* extension[part][+].extension[code].valueCodeableConcept = ExplanationPartCS#{code}
* extension[part][=].extension[text].valueMarkdown = "{text}"

RuleSet: RestsOn(reference)
* extension[part][=].extension[reference].valueReference = Reference({reference})

RuleSet: ExplainsExample
* identifier.system = "https://equipoise-fhir.github.io/ig/example/document"
* status = #current
* docStatus = #preliminary
* type.coding[loinc].display = "Instructions"
* subject = Reference(example-patient)
* date = "2026-11-20T11:00:00Z"
* author = Reference(example-practitioner)
* custodian = Reference(example-organization)
* relatesTo[explains].target = Reference(example-draft)
* context.related = Reference(example-transcript)

Instance: example-explanation
InstanceOf: Explanation
Usage: #example
* insert ExplainsExample
* identifier.value = "explanation-1-en"
* insert Says(what-ai-did, [[An AI wrote this note.]])
* insert RestsOn(example-scribe)
* insert Says(data-used, [[It used what you and your doctor said.]])
* insert RestsOn(example-transcript)
* insert Says(limits, [[It can leave things out. It can add things that no one said.]])
* insert RestsOn(example-model-card)
* insert Says(alternatives, [[Your doctor can write the note without AI.]])
* insert Says(human-role, [[No doctor has checked it yet.]])
* insert RestsOn(example-draft)
* insert Says(your-choices, [[You can say no to AI at any time.]])
* description = "How AI made your visit note"
* content.extension[readability].extension[formula].valueCode = #flesch-kincaid
* content.extension[readability].extension[grade].valueDecimal = 2.3
* content.extension[readability].extension[words].valueInteger = 47
* content.extension[readability].extension[target].valueDecimal = 6
* content.attachment.contentType = #text/plain
* content.attachment.language = #en
* content.attachment.title = "How AI made your visit note"
// An AI wrote this note. It used what you and your doctor said. ...
* content.attachment.data = "QW4gQUkgd3JvdGUgdGhpcyBub3RlLiBJdCB1c2VkIHdoYXQgeW91IGFuZCB5b3VyIGRvY3RvciBzYWlkLiBJdCBjYW4gbGVhdmUgdGhpbmdzIG91dC4gSXQgY2FuIGFkZCB0aGluZ3MgdGhhdCBubyBvbmUgc2FpZC4gWW91ciBkb2N0b3IgY2FuIHdyaXRlIHRoZSBub3RlIHdpdGhvdXQgQUkuIE5vIGRvY3RvciBoYXMgY2hlY2tlZCBpdCB5ZXQuIFlvdSBjYW4gc2F5IG5vIHRvIEFJIGF0IGFueSB0aW1lLg=="

// Catalan has no formula here: the grade is absent, and says why.
Instance: example-explanation-catalan
InstanceOf: Explanation
Usage: #example
* insert ExplainsExample
* identifier.value = "explanation-1-ca"
* insert Says(what-ai-did, [[Una IA ha escrit aquesta nota.]])
* insert Says(data-used, [[Ha fet servir el que vau dir.]])
* insert Says(limits, [[Pot deixar-se coses.]])
* insert Says(alternatives, [[El metge pot escriure la nota sense IA.]])
* insert Says(human-role, [[Cap metge no l'ha revisada.]])
* insert Says(your-choices, [[Podeu dir que no a la IA quan vulgueu.]])
* description = "Com la IA ha fet la nota de la visita"
* content.extension[readability].extension[formula].valueCode = #not-computed
* content.extension[readability].extension[words].valueInteger = 35
* content.extension[readability].extension[target].valueDecimal = 6
* content.attachment.contentType = #text/plain
* content.attachment.language = #ca
* content.attachment.title = "Com la IA ha fet la nota de la visita"
// Una IA ha escrit aquesta nota.
* content.attachment.data = "VW5hIElBIGhhIGVzY3JpdCBhcXVlc3RhIG5vdGEu"
