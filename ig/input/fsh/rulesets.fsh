// What every definition of ours says about itself.
RuleSet: Ours
* ^publisher = "Equipoise"
* ^experimental = false

// A definition that belongs to another publisher and that R4 core lacks: its address, codes and constraints are facts
// of theirs, the words are ours.
RuleSet: Borrowed(url, publisher)
* ^url = "{url}"
* ^publisher = "{publisher}"
* ^experimental = false
* ^purpose = "Defined by {publisher}. Repeated here so that records can be checked offline; where the publisher's own definition is loaded, that one counts."

// A simple extension's place.
RuleSet: On(element)
* ^context[0].type = #element
* ^context[0].expression = "{element}"

// A slice list told apart by the whole value.
RuleSet: SlicedByPattern(path)
* {path} ^slicing.discriminator.type = #pattern
* {path} ^slicing.discriminator.path = "$this"
* {path} ^slicing.rules = #open
