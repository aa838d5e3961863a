CodeSystem: MissingCS
Id: missing
Title: "What is missing in the story of an AI document"
Description: "What the record should tell about a document that an AI wrote, and does not. What a caller may not see is never called missing."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #no-ai-named "No AI named" "Neither the document nor a provenance names the AI that wrote it."
* #no-model-card "No model card" "The AI has no model card that can be read."
* #no-provenance "No provenance" "Nothing tells how the document came about."
* #no-provenance-of-version "No provenance of a version" "Nothing tells how this version of the document came about."
* #no-prompt "No prompt" "Neither what the AI was told to do is on record, nor a reason why it is withheld."
* #no-inputs "No inputs" "Nothing tells what the AI used."
* #input-not-available "Input not available" "A provenance names this input, and it cannot be shown: it was deleted, never stood, or is not for this reader. Which of these is not told."
* #no-explanation "No explanation" "There is no current explanation in any language."
* #no-explanation-in-language "No explanation in this language" "There is a current explanation, but not in the language that was asked for."
* #no-review "Not reviewed" "No clinician has checked the document."
* #no-review-time "No review time" "A clinician checked the document, and how long they had it open was not measured."
* #no-consent "No consent" "When the AI wrote the document, the patient had not been asked."
* #consent-refused "Consent refused" "When the AI wrote the document, the patient had said no."
* #consent-not-valid "Consent not valid" "When the AI wrote the document, the patient had said yes, but the yes did not count."
* #no-ai-named ^designation[0].language = #es
* #no-ai-named ^designation[0].value = "No se nombra la IA"
* #no-model-card ^designation[0].language = #es
* #no-model-card ^designation[0].value = "Sin ficha del modelo"
* #no-provenance ^designation[0].language = #es
* #no-provenance ^designation[0].value = "Sin procedencia"
* #no-provenance-of-version ^designation[0].language = #es
* #no-provenance-of-version ^designation[0].value = "Versión sin procedencia"
* #no-prompt ^designation[0].language = #es
* #no-prompt ^designation[0].value = "Sin instrucciones a la IA"
* #no-inputs ^designation[0].language = #es
* #no-inputs ^designation[0].value = "Sin datos de entrada"
* #input-not-available ^designation[0].language = #es
* #input-not-available ^designation[0].value = "Dato de entrada no disponible"
* #no-explanation ^designation[0].language = #es
* #no-explanation ^designation[0].value = "Sin explicación"
* #no-explanation-in-language ^designation[0].language = #es
* #no-explanation-in-language ^designation[0].value = "Sin explicación en este idioma"
* #no-review ^designation[0].language = #es
* #no-review ^designation[0].value = "Sin revisar"
* #no-review-time ^designation[0].language = #es
* #no-review-time ^designation[0].value = "Sin tiempo de revisión"
* #no-consent ^designation[0].language = #es
* #no-consent ^designation[0].value = "Sin consentimiento"
* #consent-refused ^designation[0].language = #es
* #consent-refused ^designation[0].value = "Consentimiento negado"
* #consent-not-valid ^designation[0].language = #es
* #consent-not-valid ^designation[0].value = "Consentimiento no válido"

CodeSystem: StorySectionCS
Id: story-section
Title: "Sections of the story of an AI document"
Description: "What a summary speaks of, section by section."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #about-you "What you say about yourself" "What the patient says about themselves, in their own words."
* #in-short "In short" "The most important in a few sentences."
* #ai "Which AI" "The AI, its maker and version, its model card, and what it was told to do."
* #review "Who checked it" "Who checked the document, when, and how long they had it open."
* #versions "Versions" "The versions of the document, what it replaces and what replaces it."
* #explanations "Explanations" "In which languages it is explained."
* #inputs "Inputs" "What the AI used."
* #consent "Consent" "What the patient had decided when the AI wrote it, and what holds now."
* #second-opinions "Second opinions" "Whether others who were asked agree, in their words to the patient."
* #follow-up "Follow-up" "Objections, requests and notes."
* #missing "What is missing" "What the record should tell and does not."
* #not-shown "What is not shown" "What the caller's scopes hide, and what was cut for its length."
* #by-ai "By AI" "How many documents each AI wrote."
* #page "Page" "Which documents are on this page."

CodeSystem: StoryCountCS
Id: story-count
Title: "Counts of AI documents"
Description: "What is counted of the AI documents of a patient."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #total "All" "All AI documents of the patient that the caller may see."
* #counted "Counted" "Those that the other counts look at: the newest, up to a limit."
* #checked "Checked" "Those that a clinician confirmed, with or without changes."
* #rejected "Rejected" "Those that a clinician rejected."
* #without-consent "Without consent" "Those written without a permit that counted at that time."
* #against-refusal "Against a refusal" "Those written although the patient had said no."
* #by-ai "By one AI" "Those of the AI that is named beside."

CodeSystem: AiUseVerdictCS
Id: ai-use-verdict
Title: "Verdicts on a use of AI"
Description: "What the consents of a patient together say about one use of AI."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #permit "Permitted" "The patient said yes, and the yes counts."
* #deny "Denied" "The patient said no, or said yes and it does not count, or was not asked where silence is a no."
* #ask "Not asked" "The patient has said nothing: ask before the use."

ValueSet: MissingVS
Id: missing
Title: "What can be missing"
Description: "What the record should tell about a document that an AI wrote, and does not."
* insert Ours
* include codes from system MissingCS

ValueSet: StorySectionVS
Id: story-section
Title: "Sections of a story"
Description: "What a summary speaks of, section by section."
* insert Ours
* include codes from system StorySectionCS

ValueSet: StoryCountVS
Id: story-count
Title: "Counts of AI documents"
Description: "What is counted of the AI documents of a patient."
* insert Ours
* include codes from system StoryCountCS

ValueSet: AiUseVerdictVS
Id: ai-use-verdict
Title: "Verdicts on a use of AI"
Description: "What the consents of a patient together say about one use of AI."
* insert Ours
* include codes from system AiUseVerdictCS
