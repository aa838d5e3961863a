RuleSet: Told(code, text)
* extension[sourceAttribute][+].extension[code].valueCodeableConcept = SourceAttributeCS#{code}
* extension[sourceAttribute][=].extension[text].valueMarkdown = "{text}"

RuleSet: NotTold(code)
* extension[sourceAttribute][+].extension[code].valueCodeableConcept = SourceAttributeCS#{code}
* extension[sourceAttribute][=].extension[notAvailable].valueBoolean = true

Instance: example-model-card
InstanceOf: ModelCard
Usage: #example
* insert Told(sa-01, [[Quill Health, help@quill.example]])
* insert Told(sa-05, [[Writes a draft note from the recording of a visit.]])
* insert Told(sa-07, [[Clinicians who check each note.]])
* insert Told(sa-09, [[Not for visits of children under 12.]])
* insert Told(sa-10, [[It can leave out what was said and write what was not said.]])
* insert NotTold(sa-13)
* status = #current
* category = $AIinputs#AIModelCardMarkdownFormat "Markdown Format"
* date = "2026-09-01T00:00:00Z"
* description = "# Quill visit scribe"
* content[markdown].attachment.title = "Model card of the Quill visit scribe"
// # Quill visit scribe / Writes a draft note from the recording of a visit. It can leave out what was said and write what was not said.
* content[markdown].attachment.data = "IyBRdWlsbCB2aXNpdCBzY3JpYmUKCldyaXRlcyBhIGRyYWZ0IG5vdGUgZnJvbSB0aGUgcmVjb3JkaW5nIG9mIGEgdmlzaXQuIEl0IGNhbiBsZWF2ZSBvdXQgd2hhdCB3YXMgc2FpZCBhbmQgd3JpdGUgd2hhdCB3YXMgbm90IHNhaWQuCg=="
