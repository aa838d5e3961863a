RuleSet: InstanceOperation(code, name, title, description, type)
* url = "https://equipoise-fhir.github.io/ig/OperationDefinition/{code}"
* version = "0.1.0"
* name = "{name}"
* title = "{title}"
* status = #active
* kind = #operation
* experimental = false
* publisher = "Equipoise"
* description = "{description}"
* affectsState = true
* code = #{code}
* resource = #{type}
* system = false
* type = false
* instance = true

RuleSet: Parameter(use, name, min, max, type, documentation)
* parameter[+].name = #{name}
* parameter[=].use = #{use}
* parameter[=].min = {min}
* parameter[=].max = "{max}"
* parameter[=].type = #{type}
* parameter[=].documentation = "{documentation}"

RuleSet: Parts(use, name, min, max, documentation)
* parameter[+].name = #{name}
* parameter[=].use = #{use}
* parameter[=].min = {min}
* parameter[=].max = "{max}"
* parameter[=].documentation = "{documentation}"

RuleSet: Part(use, name, min, max, type, documentation)
* parameter[=].part[+].name = #{name}
* parameter[=].part[=].use = #{use}
* parameter[=].part[=].min = {min}
* parameter[=].part[=].max = "{max}"
* parameter[=].part[=].type = #{type}
* parameter[=].part[=].documentation = "{documentation}"

RuleSet: RequestIdParameter
* insert Parameter(in, requestId, 0, 1, string, [[An id that the client chose for this call, at most 200 characters. The same id with the same body gets the first answer again; with another body the call is refused (409).]])

RuleSet: ReplayedParameter
* insert Parameter(out, replayed, 0, 1, boolean, [[true where this is the answer to an earlier call with the same requestId: nothing was written now.]])

RuleSet: OutcomeParameter
* insert Parameter(out, outcome, 0, 1, OperationOutcome, [[Warnings, in plain words.]])

Instance: attach-explanation
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(attach-explanation, AttachExplanation, Attach an explanation to an AI document, [[Adds an explanation in plain words to a document that an AI wrote: one given by the caller, whole or in parts, or one that the server writes from the record (generate = true). One explanation for each language; it takes the place of an older one in the same language, which stays readable. All is written in one transaction, with its provenance; the explained document itself is not changed.]], DocumentReference)
* insert Parameter(in, explanation, 0, *, DocumentReference, [[A finished explanation (profile explanation). The server sets what it appends and its readability. Give this, or part, or generate = true.]])
* insert Parts(in, part, 0, *, [[One part of the explanation. For each language, the parts what-ai-did, data-used, limits, alternatives, human-role and your-choices must be there.]])
* insert Part(in, language, 1, 1, code, [[BCP 47 language of the text.]])
* insert Part(in, code, 1, 1, code, [[What the part is about.]])
* parameter[=].part[=].binding.strength = #required
* parameter[=].part[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/explanation-part"
* insert Part(in, text, 1, 1, markdown, [[The words. No HTML.]])
* insert Part(in, reference, 0, *, Reference, [[What the part rests on.]])
* insert Parameter(in, generate, 0, 1, boolean, [[true: the server writes the explanation from the provenance, the AI, its model card, the review state and the consent.]])
* insert Parameter(in, language, 0, *, code, [[With generate = true: the languages to write in. A patient, who can only ask for an explanation, gives the languages wanted.]])
* insert Parameter(in, targetGrade, 0, 1, decimal, [[School grade that the text should not exceed. Absent: as the server is configured, else 6.]])
* insert Parameter(in, sourceProvenance, 0, 1, Reference, [[Of an explanation that an AI wrote: the provenance that names the AI. Not with generate = true, which is not written by AI.]])
* parameter[=].targetProfile = "http://hl7.org/fhir/StructureDefinition/Provenance"
* insert RequestIdParameter
* insert Parameter(out, return, 1, *, Resource, [[The explanation (DocumentReference), one for each language. To a patient, who can only ask: the Task that asks for one (answer 202), and nothing else.]])
* insert Parameter(out, provenance, 0, 1, Provenance, [[Who attached what, and from what.]])
* insert Parts(out, readability, 0, *, [[How hard each explanation is to read.]])
* insert Part(out, language, 1, 1, code, [[Language of the explanation.]])
* insert Part(out, formula, 1, 1, code, [[How the grade was computed; not-computed where no formula is known for the language.]])
* insert Part(out, grade, 0, 1, decimal, [[School grade.]])
* insert Part(out, words, 1, 1, integer, [[Number of words.]])
* insert Part(out, target, 1, 1, decimal, [[School grade that was aimed at.]])
* insert OutcomeParameter
* insert ReplayedParameter

Instance: attach-consent
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(attach-consent, AttachConsent, Attach a patient's decision to an AI document, [[Records what a patient, or who speaks for them, decided about one or more uses of AI on this document. One consent for each purpose. A permit needs an end, and counts only if the teach-back shows that it was understood and nothing speaks against a free choice; otherwise the call succeeds with effective = false and the consent is stored as proposed. A refusal needs no proof and does not lapse.]], DocumentReference)
* insert Parameter(in, consent, 0, 1, Consent, [[A finished consent to one purpose, instead of purpose, decision, expires, voluntariness, statement and witness.]])
* insert Parameter(in, purpose, 0, *, Coding, [[What is permitted or refused, each once. At least one, unless consent or consentReference is given.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/ai-purpose"
* insert Parameter(in, decision, 0, 1, code, [[permit or deny. Required, unless consent or consentReference is given.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "http://hl7.org/fhir/ValueSet/consent-provision-type"
* insert Parameter(in, teachBack, 0, 1, QuestionnaireResponse, [[The answers to Questionnaire/teach-back, which show what was understood. Without them a permit does not count.]])
* insert Parts(in, voluntariness, 0, 1, [[How freely the choice was made. Without it a permit does not count.]])
* insert Part(in, askedPrivately, 1, 1, boolean, [[Nobody listened who could press the patient.]])
* insert Part(in, refusalHasNoEffectOnCare, 1, 1, boolean, [[The patient was told that a no changes nothing about their care.]])
* insert Part(in, signal, 0, *, code, [[A sign of pressure that was seen, or none-observed.]])
* parameter[=].part[=].binding.strength = #required
* parameter[=].part[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/influence-signal"
* insert Part(in, patientStatement, 0, 1, string, [[What the patient says about it, in their own words.]])
* insert Part(in, askedBy, 0, 1, Reference, [[Who asked: a practitioner or a related person. Absent where the patient decides on their own, in their app. A yes to training that a treating clinician asked for needs an independent witness.]])
* insert Parameter(in, expires, 0, 1, date, [[Last day of a permit. Required for a permit, not allowed for a refusal, which does not lapse.]])
* insert Parameter(in, statement, 0, 1, string, [[The decision in the patient's own words.]])
* insert Parameter(in, witness, 0, 1, Reference, [[Who was there. A clinician can witness, not sign.]])
* insert Parameter(in, consentReference, 0, 1, Reference, [[For a clinician, with witness and nothing else: the consent on record to which they add themselves as witness.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, *, Consent, [[The consent, one for each purpose.]])
* insert Parameter(out, effective, 1, 1, boolean, [[Whether the decision counts. A permit that does not count is treated as a refusal.]])
* insert Parameter(out, provenance, 1, 1, Provenance, [[Who recorded it.]])
* insert OutcomeParameter
* insert ReplayedParameter

Instance: break-glass
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(break-glass, BreakGlass, Open a patient's record without caring for the patient, [[Opens the record of a patient for whom the caller, a clinician in person, does not care, for a few hours. Who opened it, why and until when stands in the patient's record as a message to the patient and its provenance; nobody can take that out again. It is the one operation on a patient whom the caller does not reach yet.]], Patient)
* insert Parameter(in, reason, 1, 1, Coding, [[Why.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/break-glass-reason"
* insert Parameter(in, text, 1, 1, string, [[Why, in words that the patient will read: 10 to 1000 characters.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, 1, Communication, [[What the patient is told.]])
* insert Parameter(out, until, 1, 1, instant, [[Until when the record is open.]])
* insert Parameter(out, provenance, 1, 1, Provenance, [[Who opened the record, when and why.]])
* insert ReplayedParameter
