CodeSystem: DocumentTypeCS
Id: document-type
Title: "Document types"
Description: "Kinds of document that LOINC has no code for. They stand beside a LOINC code, never instead of it."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/document-type"
* #ai-explanation "Explanation of an AI document" "Tells a patient in plain words how an AI made a document."
* #second-opinion-note "Second opinion" "The answer of somebody independent who was asked whether an AI document is right."
* #access-report "Access report" "Tells a patient who has looked at their record, and why."
* #ai-story "Story of an AI document" "Tells how an AI took part in a document, or in all documents of a patient, and what is missing."
* #about-me "About me" "What a patient says about themselves as a person, in their own words."
* #shared-decision "Shared decision" "Records what a patient and a clinician decided together, and what an AI had to do with it."
* #ai-explanation ^designation[0].language = #es
* #ai-explanation ^designation[0].value = "Explicación de un documento hecho con IA"
* #second-opinion-note ^designation[0].language = #es
* #second-opinion-note ^designation[0].value = "Segunda opinión"
* #access-report ^designation[0].language = #es
* #access-report ^designation[0].value = "Informe de accesos"
* #ai-story ^designation[0].language = #es
* #ai-story ^designation[0].value = "Historia de un documento de IA"
* #shared-decision ^designation[0].language = #es
* #shared-decision ^designation[0].value = "Decisión compartida"
* #about-me ^designation[0].language = #es
* #about-me ^designation[0].value = "Sobre mí"

CodeSystem: ReviewStatusCS
Id: review-status
Title: "Review states"
Description: "How far a clinician has checked a document that an AI wrote."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/review-status"
* #unreviewed "Not checked" "No clinician has looked at it yet."
* #in-review "Being checked" "A clinician has begun to check it."
* #attested "Checked and confirmed" "A clinician read it, found it right and stands behind it."
* #attested-with-edits "Corrected and confirmed" "A clinician corrected it and stands behind the corrected text."
* #rejected "Rejected" "A clinician read it and found it unfit for the record."
* #unreviewed ^designation[0].language = #es
* #unreviewed ^designation[0].value = "Sin revisar"
* #in-review ^designation[0].language = #es
* #in-review ^designation[0].value = "En revisión"
* #attested ^designation[0].language = #es
* #attested ^designation[0].value = "Revisado y confirmado"
* #attested-with-edits ^designation[0].language = #es
* #attested-with-edits ^designation[0].value = "Corregido y confirmado"
* #rejected ^designation[0].language = #es
* #rejected ^designation[0].value = "Rechazado"

CodeSystem: ExplanationPartCS
Id: explanation-part
Title: "Parts of an explanation"
Description: "What a patient can be told about an AI document. Six parts are in every explanation: what-ai-did, data-used, limits, alternatives, human-role and your-choices."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/explanation-part"
* #what-ai-did "What the AI did" "The work that the AI did for this document."
* #why-it-says-so "Why it says so" "What in the data led the AI to what it wrote."
* #data-used "What it used" "The information that the AI was given."
* #data-not-used "What it did not use" "Information that was left out although one might expect it."
* #limits "What it can get wrong" "Known weaknesses of the AI and where it should not be used."
* #confidence "How sure it is" "How sure the AI was, if it says so."
* #alternatives "How it could be done without AI" "What would have been done, or can still be done, instead."
* #human-role "What people did" "Who checked the text, and what they did with it."
* #your-choices "What you can choose" "What the patient may permit, refuse or take back."
* #how-to-dispute "How to object" "How to say that something in the document is wrong."
* #sources "Where this comes from" "The entries of the record that the explanation rests on."
* #questions-to-ask "Questions to ask" "Questions that a patient might put to the clinician."
* #what-ai-did ^designation[0].language = #es
* #what-ai-did ^designation[0].value = "Qué hizo la IA"
* #why-it-says-so ^designation[0].language = #es
* #why-it-says-so ^designation[0].value = "Por qué lo dice"
* #data-used ^designation[0].language = #es
* #data-used ^designation[0].value = "Qué datos usó"
* #data-not-used ^designation[0].language = #es
* #data-not-used ^designation[0].value = "Qué datos no usó"
* #limits ^designation[0].language = #es
* #limits ^designation[0].value = "En qué puede fallar"
* #confidence ^designation[0].language = #es
* #confidence ^designation[0].value = "Qué tan segura está"
* #alternatives ^designation[0].language = #es
* #alternatives ^designation[0].value = "Cómo se puede hacer sin IA"
* #human-role ^designation[0].language = #es
* #human-role ^designation[0].value = "Qué hicieron las personas"
* #your-choices ^designation[0].language = #es
* #your-choices ^designation[0].value = "Qué puede decidir usted"
* #how-to-dispute ^designation[0].language = #es
* #how-to-dispute ^designation[0].value = "Cómo decir que algo está mal"
* #sources ^designation[0].language = #es
* #sources ^designation[0].value = "De dónde sale esto"
* #questions-to-ask ^designation[0].language = #es
* #questions-to-ask ^designation[0].value = "Preguntas que puede hacer"

CodeSystem: AiPurposeCS
Id: ai-purpose
Title: "Purposes of AI"
Description: "What AI is used for, where HL7 has no code for it. A patient permits or refuses each on its own."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/ai-purpose"
* #ai-documentation "Writing the record" "An AI records, writes or sums up what happens in care."
* #ai-decision-use "Helping to decide" "What an AI wrote or worked out is used in decisions about the care of the patient."
* #ai-training "Teaching an AI" "Information about the patient is used to make or improve an AI."
* #ai-sharing "Passing on" "What an AI made is passed on to another organization."
* #ai-documentation ^designation[0].language = #es
* #ai-documentation ^designation[0].value = "Escribir en el expediente"
* #ai-decision-use ^designation[0].language = #es
* #ai-decision-use ^designation[0].value = "Ayudar a decidir"
* #ai-training ^designation[0].language = #es
* #ai-training ^designation[0].value = "Entrenar una IA"
* #ai-sharing ^designation[0].language = #es
* #ai-sharing ^designation[0].value = "Compartir con otros"

CodeSystem: InfluenceSignalCS
Id: influence-signal
Title: "Signs of pressure"
Description: "What was seen when a patient was asked that could have pressed them. Each but none-observed speaks against a free choice."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/influence-signal"
* #time-pressure "Hurried" "There was no time to think or to ask."
* #person-in-authority-present "Somebody in power was there" "Somebody was in the room whom the patient may have wished to please or feared."
* #care-made-conditional "Care was tied to the answer" "The patient was given to believe that care depends on the answer."
* #not-private "Others could hear" "The patient could not answer in private."
* #language-not-understood "Language not understood" "The patient was asked in words or in a language that they do not understand well."
* #distress "Distress" "The patient was in pain, afraid or upset."
* #incentive "Reward" "Something was offered for a yes."
* #none-observed "None seen" "Whoever asked looked for signs of pressure and saw none."
* #time-pressure ^designation[0].language = #es
* #time-pressure ^designation[0].value = "Con prisa"
* #person-in-authority-present ^designation[0].language = #es
* #person-in-authority-present ^designation[0].value = "Había alguien con autoridad"
* #care-made-conditional ^designation[0].language = #es
* #care-made-conditional ^designation[0].value = "La atención dependía de la respuesta"
* #not-private ^designation[0].language = #es
* #not-private ^designation[0].value = "Sin privacidad"
* #language-not-understood ^designation[0].language = #es
* #language-not-understood ^designation[0].value = "No entendía el idioma"
* #distress ^designation[0].language = #es
* #distress ^designation[0].value = "Angustia"
* #incentive ^designation[0].language = #es
* #incentive ^designation[0].value = "Recompensa"
* #none-observed ^designation[0].language = #es
* #none-observed ^designation[0].value = "No se observó ninguna"

CodeSystem: ComprehensionMethodCS
Id: comprehension-method
Title: "Ways to check understanding"
Description: "How it was checked that a choice was understood."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/comprehension-method"
* #teach-back "Teach-back" "The patient told in their own words, or showed by answers, what they had understood."
* #quiz "Quiz" "The patient answered questions that have one right answer each, alone."
* #none "Not checked" "Nobody checked whether it was understood."

CodeSystem: ReadabilityFormulaCS
Id: readability-formula
Title: "Readability formulas"
Description: "Published formulas that tell from the length of words and sentences how hard a text is to read."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/readability-formula"
* #flesch-kincaid "Flesch-Kincaid grade" "US school grade of an English text (Kincaid, Fishburne, Rogers and Chissom 1975)."
* #smog "SMOG grade" "US school grade of an English text from its words of three and more syllables (McLaughlin 1969)."
* #crawford "Crawford grade" "School grade of a Spanish text from its syllables and sentences for each hundred words (Crawford 1989)."
* #fernandez-huerta "Fernández Huerta score" "Reading ease of a Spanish text, higher is easier (Fernández Huerta 1959)."
* #inflesz "INFLESZ score" "Reading ease of a Spanish text on the scale made for health information (Barrio-Cantalejo and others 2008)."
* #lix "LIX" "Reading difficulty from the length of sentences and the share of long words, for several European languages (Björnsson 1968)."
* #not-computed "Not computed" "No formula is known for the language of the text."
* #other "Other" "Another formula."

CodeSystem: TaskCS
Id: task
Title: "Tasks"
Description: "What somebody can be asked to do about an AI document."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/task"
* #explanation-request "Explain a document" "A patient asks for an explanation of an AI document."
* #review-request "Check a document" "A clinician is asked to check an AI document."
* #dispute "Look into an objection" "A patient says that something in the record is wrong."
* #mediation "Mediate" "Somebody independent is asked to settle an objection that was refused."
* #second-opinion "Give a second opinion" "Somebody independent is asked whether an AI document is right."
* #confirm-free-choice "Confirm a free choice" "Somebody neutral is asked to find out whether a patient decided freely. It shows them that consent."
* #consent-request "Ask for consent" "A clinician is asked to ask a patient whether an AI may write about them, since a document was written before they were asked."
* #data-deletion-notice "Delete what was received" "Somebody who received information is told that the consent to it was withdrawn."
* #unusual-access "Look into an unusual access" "A privacy officer is asked whether an access to a record was right. Nobody else sees it."

// One code for each operation of this guide, named like the operation.
CodeSystem: OperationCS
Id: operation
Title: "Operations"
Description: "The operations of this guide, for the log of who did what."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #attach-explanation "Attach an explanation" "Somebody added an explanation to an AI document."
* #attach-consent "Attach a consent" "Somebody recorded what a patient decided about an AI document."
* #review "Review an AI document" "A clinician confirmed, corrected or rejected an AI document."
* #decide-ai-use "Decide about AI" "Somebody recorded what a patient decided about AI at large, or about some AIs."
* #ai-transparency "Tell the story of AI documents" "Somebody asked for the whole story of an AI document, or of all AI documents of a patient."
* #evaluate-ai-use "Ask about a use of AI" "Somebody asked whether a patient permits a use of AI."
* #withdraw-consent "Take a consent back" "A patient took back a consent to a use of AI."
* #confirm-free-choice "Confirm a free choice" "Somebody neutral said whether a patient decided freely."
* #teach-back "Questions to ask" "Somebody fetched the questions that show whether a choice about AI is understood."
* #guardrails "Rules that keep a choice free" "Somebody read the rules against undue influence."
* #contribute "Contribute" "A patient, or somebody who speaks for them, wrote in the patient's record."
* #acknowledge "Say that somebody looked" "A clinician said what became of what a patient contributed."
* #waiting "Ask what waits" "Somebody asked what a patient contributed and nobody has looked at yet."
* #ingest-wearable "Take in wearable data" "A patient's wearable or app handed in what it measured, in bulk."
* #ingest-wearable-status "Ask about an upload" "Somebody asked how far an upload of wearable data is, or gave it up."
* #ingest-wearable-report "Ask what was refused" "Somebody asked what was refused of an upload of wearable data."
* #record-decision "Record a shared decision" "A patient or a clinician recorded, changed or signed what both decided."
* #about-me "Say who I am" "A patient said about themselves what people who treat them should know."
* #everything "Fetch everything" "Somebody fetched all of a patient's record that they may see."
* #second-opinion "Ask for a second opinion" "Somebody independent was asked whether a document is right."
* #access-report "Ask who looked" "Somebody asked who looked at a record."
* #break-glass "Break the glass" "A clinician who does not care for a patient opened the patient's record for a short time, and said why."

CodeSystem: BreakGlassReasonCS
Id: break-glass-reason
Title: "Reasons for breaking the glass"
Description: "Why a clinician who does not care for a patient opens the patient's record."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/break-glass-reason"
* #emergency "Emergency" "The patient needs help now."
* #standing-in "Standing in" "The clinician stands in for a colleague who cares for the patient."
* #advice "Advice" "A colleague who cares for the patient asked for advice."
* #asked-by-patient "Asked by the patient" "The patient, or somebody who stands for the patient, asked the clinician to look."
* #other "Other" "Another reason, which the text tells."

CodeSystem: SourceAttributeCS
Id: source-attribute
Title: "Source attributes of an AI"
Description: "The 31 facts about an AI that the US rule HTI-1 lists (45 CFR 170.315(b)(11)(iv)(B)), numbered in its order. A card that holds them lets a reader judge the AI; this guide uses them whether or not a law asks for them."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/source-attribute"
* #sa-01 "Maker" "Who made the AI and how to reach them."
* #sa-02 "Funding" "Who paid for making it."
* #sa-03 "Output" "What value or text it produces."
* #sa-04 "Kind of output" "Whether that is a prediction, a classification, a recommendation, an evaluation, an analysis or something else."
* #sa-05 "Intended use" "What it is meant to be used for."
* #sa-06 "Intended patients" "Which patients it is meant for."
* #sa-07 "Intended users" "Who is meant to use it."
* #sa-08 "Role in decisions" "Whether it informs, adds to or replaces the judgement of a person."
* #sa-09 "Cautioned uses" "Tasks, situations and patients for which its maker warns against it."
* #sa-10 "Known risks" "Known risks, unsuitable settings and uses, and limits."
* #sa-11 "Choice of training data" "What was taken into and left out of the data it learned from."
* #sa-12 "Demographic inputs" "Which facts about a person, such as age or sex, it takes as input."
* #sa-13 "Representativeness of training data" "How well the data it learned from stands for the patients it is meant for."
* #sa-14 "Relevance of training data" "How well the data it learned from fits the place where it is used."
* #sa-15 "Approach to fairness" "What was done so that it works equally well for all groups."
* #sa-16 "Handling of bias" "What was done to find and lessen bias."
* #sa-17 "External test data" "Where data for a test outside its own came from."
* #sa-18 "External tester" "Who ran the test on outside data."
* #sa-19 "Representativeness of external data" "How well that outside data stands for the patients it is meant for."
* #sa-20 "External test process" "How the test on outside data was done."
* #sa-21 "Validity on own data" "How right it was on data from the same source as it learned from."
* #sa-22 "Fairness on own data" "How equal it was between groups on data from the same source as it learned from."
* #sa-23 "Validity on external data" "How right it was on outside data."
* #sa-24 "Fairness on external data" "How equal it was between groups on outside data."
* #sa-25 "Evaluations of outcomes" "Where to read how its use changed what happens to patients."
* #sa-26 "Monitoring of validity" "How, and how often, it is checked that it stays right."
* #sa-27 "Validity on local data" "How right it is where it is used."
* #sa-28 "Monitoring of fairness" "How, and how often, it is checked that it stays fair."
* #sa-29 "Fairness on local data" "How equal it is between groups where it is used."
* #sa-30 "Updates" "How, and how often, it is renewed."
* #sa-31 "Corrections" "How, and how often, its performance is corrected when it fails."

// Code systems of other publishers that R4 core lacks.

CodeSystem: AIinputsCS
Id: AIinputsCS
Title: "Model cards and prompts"
Description: "Documents that tell how an AI was made and asked, and the formats of model cards."
* insert Borrowed(http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIinputsCS, HL7 International)
* ^caseSensitive = true
* ^content = #complete
* #AIModelCard "AI Model-Card" "A document that describes an AI."
* #AIInputPrompt "AI Input Prompt" "What an AI was told to do."
* #AIModelCardMarkdownFormat "Markdown Format" "A model card in markdown, as Hugging Face publishes them."
* #AImodelCardCHAIformat "CHAI Format" "A model card in the XML of the Coalition for Health AI."

CodeSystem: AIdeviceTypeCS
Id: AIdeviceTypeCS
Title: "Kinds of AI"
Description: "Kinds of AI by model, by behaviour, by use and by the data they work on."
* insert Borrowed(http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS, HL7 International)
* ^caseSensitive = true
* ^content = #complete
* ^hierarchyMeaning = #grouped-by
* ^property[0].code = #abstract
* ^property[0].uri = "http://hl7.org/fhir/concept-properties#notSelectable"
* ^property[0].type = #boolean
* #Artificial-Intelligence "All kinds of Artificial Intelligence" "Any AI, of whatever kind."
* #Artificial-Intelligence #AI-By-Model "Classification by Technical Model" "Kinds by how the AI is built."
* #Artificial-Intelligence #AI-By-Model #Rule-Based-Systems "Rule-Based Systems" "Follows rules that people wrote."
* #Artificial-Intelligence #AI-By-Model #Machine-Learning-Models "Machine Learning Models" "Learned from data."
* #Artificial-Intelligence #AI-By-Model #Machine-Learning-Models #Deep-Learning-Models "Deep Learning Models" "Learned from data with neural networks of many layers."
* #Artificial-Intelligence #AI-By-Model #Machine-Learning-Models #Deep-Learning-Models #Foundation-Models "Foundation Models" "Trained on broad data, to be adapted to many tasks."
* #Artificial-Intelligence #AI-By-Model #Machine-Learning-Models #Deep-Learning-Models #Foundation-Models #Large-Language-Models "Large Language Models" "Works on language."
* #Artificial-Intelligence #AI-By-Model #Machine-Learning-Models #Deep-Learning-Models #Foundation-Models #Vision-Foundation-Models "Vision Foundation Models" "Works on images."
* #Artificial-Intelligence #AI-By-Model #Machine-Learning-Models #Deep-Learning-Models #Foundation-Models #Vision-Language-Models "Vision-Language Models" "Works on images and language together."
* #Artificial-Intelligence #AI-By-Model #Hybrid-Models "Hybrid Models" "Puts several techniques together."
* #Artificial-Intelligence #AI-By-Behavior "Classification by Output Behavior" "Kinds by whether the same input gives the same output."
* #Artificial-Intelligence #AI-By-Behavior #Deterministic-AI "Deterministic AI" "The same input gives the same output."
* #Artificial-Intelligence #AI-By-Behavior #Non-Deterministic-AI "Non-deterministic AI" "The same input can give different outputs."
* #Artificial-Intelligence #AI-By-Scenario "Classification by Application Scenario" "Kinds by what the AI is used for."
* #Artificial-Intelligence #AI-By-Scenario #Intelligent-Diagnosis-and-Treatment "Intelligent Diagnosis and Treatment" "Helps to find out what is wrong and what to do."
* #Artificial-Intelligence #AI-By-Scenario #Medical-Image-Analysis "Medical Image Analysis" "Reads medical images."
* #Artificial-Intelligence #AI-By-Scenario #Personalized-Treatment "Personalized Treatment" "Fits treatment to one patient."
* #Artificial-Intelligence #AI-By-Scenario #Clinical-Monitoring-and-Early-Warning "Clinical Monitoring and Early Warning" "Watches patients and warns when they get worse."
* #Artificial-Intelligence #AI-By-Scenario #Clinical-Documentation-and-Workflow "Clinical Documentation and Workflow" "Writes, sums up, codes or sorts records, or moves work along."
* #Artificial-Intelligence #AI-By-Scenario #Drug-Discovery-and-Development "Drug Discovery and Development" "Helps to find and test drugs."
* #Artificial-Intelligence #AI-By-Scenario #Medical-Quality-Control "Medical Quality Control" "Checks medical documents and images."
* #Artificial-Intelligence #AI-By-Scenario #Patient-Services "Patient Services" "Guides and informs patients."
* #Artificial-Intelligence #AI-By-Scenario #Population-Health-and-Operations "Population Health and Healthcare Operations" "Plans care for many people, and the work of a service."
* #Artificial-Intelligence #AI-By-DataType "Classification by Processed Data Type" "Kinds by the data that the AI works on."
* #Artificial-Intelligence #AI-By-DataType #AI-for-Medical-Imaging-Data "AI for Medical Imaging Data" "Medical images."
* #Artificial-Intelligence #AI-By-DataType #AI-for-Physiological-Signal-Data "AI for Physiological Signal Data" "Signals of the body, such as an electrocardiogram."
* #Artificial-Intelligence #AI-By-DataType #AI-for-Medical-Text-Data "AI for Medical Text Data" "Text of records."
* #Artificial-Intelligence #AI-By-DataType #AI-for-Structured-Clinical-Data "Structured Clinical Data" "Coded and tabular data."
* #Artificial-Intelligence #AI-By-DataType #AI-for-Genomic-and-Omics-Data "Genomic and Omics Data" "Data about genes and molecules."
* #Artificial-Intelligence #AI-By-DataType #AI-for-Audio-Data "Audio Data" "Speech and sounds of the body."
* #Artificial-Intelligence #AI-By-DataType #AI-for-Video-Data "Video Data" "Moving images."
* #Artificial-Intelligence #AI-By-DataType #AI-for-Multimodal-Data "Multimodal Data" "Several of these together."
* #Artificial-Intelligence #AI-By-Model ^property[0].code = #abstract
* #Artificial-Intelligence #AI-By-Model ^property[0].valueBoolean = true
* #Artificial-Intelligence #AI-By-Model #Machine-Learning-Models #Deep-Learning-Models #Foundation-Models ^property[0].code = #abstract
* #Artificial-Intelligence #AI-By-Model #Machine-Learning-Models #Deep-Learning-Models #Foundation-Models ^property[0].valueBoolean = true
* #Artificial-Intelligence #AI-By-Behavior ^property[0].code = #abstract
* #Artificial-Intelligence #AI-By-Behavior ^property[0].valueBoolean = true
* #Artificial-Intelligence #AI-By-Scenario ^property[0].code = #abstract
* #Artificial-Intelligence #AI-By-Scenario ^property[0].valueBoolean = true
* #Artificial-Intelligence #AI-By-DataType ^property[0].code = #abstract
* #Artificial-Intelligence #AI-By-DataType ^property[0].valueBoolean = true

CodeSystem: CertaintyRatingCS
Id: certainty-rating
Title: "Certainty ratings"
Description: "How certain a statement is, in four steps. The publisher has more codes; these are the ones that a confidence uses."
* insert Borrowed(http://terminology.hl7.org/CodeSystem/certainty-rating, HL7 International)
* ^caseSensitive = true
* ^content = #fragment
* #high "High quality" "High."
* #moderate "Moderate quality" "Moderate."
* #low "Low quality" "Low."
* #very-low "Very low quality" "Very low."

CodeSystem: TeachBackAnswerCS
Id: teach-back-answer
Title: "Answers of the teach-back"
Description: "The answers that Questionnaire/teach-back offers. Which of them is right is said there."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #named-use-only "Only what was named" "A yes permits only the use of AI that was named."
* #any-use "Any use" "A yes permits any use of AI."
* #form-only "Only a form" "A yes has no meaning."
* #anyone "Anyone" "Anyone who asks may see it."
* #nobody "Nobody" "Nobody may see it, not even the patient."
* #allowed-people-and-me "Those allowed, and I" "Those who may see the record, and the patient, may see it."
* #care-worse "Care gets worse" "A no makes care worse or slower."
* #care-same "Care stays the same" "A no changes nothing about care."
* #must-pay "I must pay" "A no costs money."
* #never-wrong "Never wrong" "An AI is never wrong."
* #wrong-nobody-checks "Wrong, unchecked" "An AI can be wrong and nobody may check it."
* #wrong-people-check "Wrong, so people check" "An AI can be wrong, so people check it."
* #for-good "For good" "A yes can never be taken back."
* #at-any-time "At any time" "A yes can be taken back at any time."
* #after-a-year "After a year" "A yes can be taken back after a year."

CodeSystem: USCoreDocumentCategoryCS
Id: us-core-documentreference-category
Title: "US Core document categories"
Description: "The category that apps ask for when they list a patient's notes."
* insert Borrowed(http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category, HL7 International)
* ^caseSensitive = true
* ^content = #complete
* #clinical-note "Clinical Note" "A note about the care of a patient."
