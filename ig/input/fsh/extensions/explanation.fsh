Extension: ExplanationPart
Id: explanation-part
Title: "Part of an explanation"
Description: "One thing that a patient is told about an AI document, and the elements of the record that it rests on."
* insert Ours
* insert On(DocumentReference)
* extension contains code 1..1 and text 1..1 and reference 0..*
* extension[code] ^short = "What this part is about"
* extension[code].value[x] 1..1
* extension[code].value[x] only CodeableConcept
* extension[code].valueCodeableConcept from ExplanationPartVS (required)
* extension[text] ^short = "The words themselves, in the language of the explanation"
* extension[text].value[x] 1..1
* extension[text].value[x] only markdown
* extension[reference] ^short = "What it rests on"
* extension[reference].value[x] 1..1
* extension[reference].value[x] only Reference

Invariant: eq-read-1
Description: "A grade is given exactly when a formula computed it: it is absent where the formula is not-computed, and only there."
Severity: #error
Expression: "extension.where(url='formula' and value='not-computed').exists() xor extension.where(url='grade').exists()"

Extension: Readability
Id: readability
Title: "Readability"
Description: "How hard a text is to read: the school grade by a published formula, beside the grade that was aimed at. Measured by the server; what a client sends is never trusted."
* insert Ours
* insert On(DocumentReference.content)
* obeys eq-read-1
* extension contains formula 1..1 and grade 0..1 and words 1..1 and target 1..1
* extension[formula] ^short = "A code of readability-formula, or the address of another formula"
* extension[formula].value[x] 1..1
* extension[formula].value[x] only code or uri
* extension[formula].valueCode from ReadabilityFormulaVS (required)
* extension[grade] ^short = "School grade that the formula gives"
* extension[grade].value[x] 1..1
* extension[grade].value[x] only decimal
* extension[words] ^short = "Number of words measured"
* extension[words].value[x] 1..1
* extension[words].value[x] only integer
* extension[target] ^short = "School grade that was aimed at"
* extension[target].value[x] 1..1
* extension[target].value[x] only decimal
