Instance: ai-purpose-to-v3-act-reason
InstanceOf: ConceptMap
Usage: #definition
* url = "https://equipoise-fhir.github.io/ig/ConceptMap/ai-purpose-to-v3-act-reason"
* version = "0.1.0"
* name = "AiPurposeToActReason"
* title = "Purposes of AI in terms of HL7 purposes of use"
* status = #active
* experimental = false
* publisher = "Equipoise"
* description = "Which HL7 purpose of use stands beside a purpose of AI in a consent. Two have none: TREAT for documentation would permit or refuse all treatment, and passing information on is a category of consent, not a purpose."
* sourceUri = "https://equipoise-fhir.github.io/ig/ValueSet/ai-purpose"
* targetUri = "http://terminology.hl7.org/ValueSet/v3-PurposeOfUse"
* group.source = "https://equipoise-fhir.github.io/ig/CodeSystem/ai-purpose"
* group.target = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
* group.element[0].code = #ai-decision-use
* group.element[0].target.code = #TREATDS
* group.element[0].target.equivalence = #wider
* group.element[0].target.comment = "TREATDS is decision support of any kind, by AI or not."
* group.element[1].code = #ai-training
* group.element[1].target.code = #MLTRAINING
* group.element[1].target.equivalence = #equivalent
* group.element[2].code = #ai-documentation
* group.element[2].target.equivalence = #unmatched
* group.element[2].target.comment = "TREAT would permit or refuse all use in treatment."
* group.element[3].code = #ai-sharing
* group.element[3].target.equivalence = #unmatched
* group.element[3].target.comment = "Said by the category IDSCL of the consent."
