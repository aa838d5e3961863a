Instance: example-story
InstanceOf: AiStory
Usage: #example
* language = #en
* text.status = #generated
* text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\"><h1>How AI was used for this visit note</h1><h2>In short</h2><p>An AI wrote this visit note.</p><h2>What is missing?</h2><ul><li>No person has checked it.</li></ul></div>"
* subject = Reference(example-patient)
* date = "2026-11-22T09:00:00Z"
* author.type = "Device"
* author.display = "Equipoise"
* title = "How AI was used for this visit note"
* extension[missing].extension[code].valueCodeableConcept = MissingCS#no-review
* extension[missing].extension[text].valueString = "No person has checked it."
* extension[decision].extension[purpose].valueCoding = AiPurposeCS#ai-documentation
* extension[decision].extension[at].valueDateTime = "2026-11-20T10:00:00Z"
* extension[decision].extension[verdict].valueCode = #permit
* extension[decision].extension[basis].valueReference = Reference(example-permit)
* section[0].title = "In short"
* section[0].code = StorySectionCS#in-short
* section[0].text.status = #generated
* section[0].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\"><p>An AI wrote this visit note.</p></div>"
* section[0].entry = Reference(example-draft)
* section[1].title = "What is missing?"
* section[1].code = StorySectionCS#missing
* section[1].text.status = #generated
* section[1].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\"><ul><li>No person has checked it.</li></ul></div>"

Instance: example-stories
InstanceOf: AiStory
Usage: #example
* language = #en
* text.status = #generated
* text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\"><h1>How AI was used in your record</h1><h2>In short</h2><p>There is one text in your record that an AI wrote.</p></div>"
* subject = Reference(example-patient)
* date = "2026-11-22T09:00:00Z"
* author.type = "Device"
* author.display = "Equipoise"
* title = "How AI was used in your record"
* extension[count][0].extension[code].valueCodeableConcept = StoryCountCS#total
* extension[count][0].extension[number].valueInteger = 1
* extension[count][1].extension[code].valueCodeableConcept = StoryCountCS#by-ai
* extension[count][1].extension[number].valueInteger = 1
* extension[count][1].extension[ai].valueReference = Reference(example-scribe)
* section[0].title = "In short"
* section[0].code = StorySectionCS#in-short
* section[0].text.status = #generated
* section[0].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\"><p>There is one text in your record that an AI wrote.</p></div>"
