ValueSet: DocumentTypeVS
Id: document-type
Title: "Document types"
Description: "The kinds of document that this guide adds to those of LOINC."
* insert Ours
* include codes from system DocumentTypeCS

ValueSet: ReviewStatusVS
Id: review-status
Title: "Review states"
Description: "How far a clinician has checked a document that an AI wrote."
* insert Ours
* include codes from system ReviewStatusCS

ValueSet: ExplanationPartVS
Id: explanation-part
Title: "Parts of an explanation"
Description: "What a patient can be told about an AI document."
* insert Ours
* include codes from system ExplanationPartCS

ValueSet: AiPurposeVS
Id: ai-purpose
Title: "Purposes of AI"
Description: "What a patient can permit or refuse, one by one."
* insert Ours
* include codes from system AiPurposeCS

ValueSet: AiConsentUseVS
Id: ai-consent-use
Title: "Uses of information that a consent is about"
Description: "Whether information is collected, read or passed on."
* insert Ours
* $ActCode#ICOL
* $ActCode#INFA
* $ActCode#IDSCL

ValueSet: AiAgentTypeVS
Id: ai-agent-type
Title: "Parts that an AI plays"
Description: "Whether an AI wrote a text, put it together from others, or gave information for it."
* insert Ours
* $ProvenanceParticipant#author
* $ProvenanceParticipant#assembler
* $ProvenanceParticipant#informant

ValueSet: InfluenceSignalVS
Id: influence-signal
Title: "Signs of pressure"
Description: "What was seen when a patient was asked that could have pressed them."
* insert Ours
* include codes from system InfluenceSignalCS

ValueSet: ComprehensionMethodVS
Id: comprehension-method
Title: "Ways to check understanding"
Description: "How it was checked that a choice was understood."
* insert Ours
* include codes from system ComprehensionMethodCS

ValueSet: ReadabilityFormulaVS
Id: readability-formula
Title: "Readability formulas"
Description: "How the grade of a text was computed."
* insert Ours
* include codes from system ReadabilityFormulaCS

ValueSet: SourceAttributeVS
Id: source-attribute
Title: "Source attributes of an AI"
Description: "The 31 headings under which the facts about an AI are kept."
* insert Ours
* include codes from system SourceAttributeCS

ValueSet: TaskVS
Id: task
Title: "Tasks"
Description: "What somebody can be asked to do about an AI document."
* insert Ours
* include codes from system TaskCS

ValueSet: BreakGlassReasonVS
Id: break-glass-reason
Title: "Reasons for breaking the glass"
Description: "Why a clinician who does not care for a patient opens the patient's record."
* insert Ours
* include codes from system BreakGlassReasonCS

// Value sets of other publishers that R4 core lacks.

ValueSet: AIdeviceTypeVS
Id: AIdeviceTypeVS
Title: "Kinds of AI"
Description: "Every kind of AI below the one that stands for all."
* insert Borrowed(http://hl7.org/fhir/uv/aitransparency/ValueSet/AIdeviceTypeVS, HL7 International)
* include codes from system AIdeviceTypeCS
* exclude AIdeviceTypeCS#Artificial-Intelligence

ValueSet: CertaintyRatingVS
Id: certainty-rating
Title: "Certainty ratings"
Description: "How certain a statement is, in four steps."
* insert Borrowed(http://terminology.hl7.org/ValueSet/certainty-rating, HL7 International)
* include codes from system CertaintyRatingCS
