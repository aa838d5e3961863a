Profile: Option
Parent: CarePlan
Id: option
Title: "Option of a shared decision"
Description: "One thing that could be done, doing nothing among them, and what it can bring. An option stays one: what is chosen becomes a new CarePlan with intent plan, based on it."
* insert Ours
* extension contains OutcomeEstimate named outcomeEstimate 0..*
* extension[outcomeEstimate] ^short = "What it can bring, and how often"
* intent = #option
* status = #draft
* title 1..1
* title ^short = "Its name in a few plain words"
* description 1..1
* description ^short = "What it means to do this"
* subject only Reference(Patient)
* category 1..*
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains kind 1..1
* category[kind] from OptionKindVS (required)
* category[kind] ^short = "Treatment, waiting, nothing or something else"
