Instance: decide-ai-use
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(decide-ai-use, DecideAiUse, Decide about AI, [[Records what a patient, or who speaks for them, decided about one or more uses of AI at large, or of the AIs and organizations that are named, before any document exists. One consent for each purpose. A permit needs an end, and counts only if the teach-back shows that it was understood and nothing speaks against a free choice; otherwise the call succeeds with effective = false and the consent is stored as proposed. A refusal needs no proof and does not lapse. An earlier decision about the same purpose and the same AIs and organizations is replaced.]], Patient)
* insert Parameter(in, consent, 0, 1, Consent, [[A finished consent to one purpose without data, instead of purpose, decision, device, organization, expires, voluntariness, statement and witness.]])
* insert Parameter(in, purpose, 0, *, Coding, [[What is permitted or refused, each once. At least one, unless consent or consentReference is given.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/ai-purpose"
* insert Parameter(in, decision, 0, 1, code, [[permit or deny. Required, unless consent or consentReference is given.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "http://hl7.org/fhir/ValueSet/consent-provision-type"
* insert Parameter(in, device, 0, *, Reference, [[The AIs that it is about; absent means any.]])
* parameter[=].targetProfile = "http://hl7.org/fhir/StructureDefinition/Device"
* insert Parameter(in, organization, 0, *, Reference, [[The organizations that it is about; absent means any. A permit that names AIs and organizations is for these AIs at these organizations.]])
* parameter[=].targetProfile = "http://hl7.org/fhir/StructureDefinition/Organization"
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

Instance: evaluate-ai-use
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://equipoise-fhir.github.io/ig/OperationDefinition/evaluate-ai-use"
* version = "0.1.0"
* name = "EvaluateAiUse"
* title = "Ask whether a use of AI is permitted"
* status = #active
* kind = #operation
* experimental = false
* publisher = "Equipoise"
* description = "Says what all consents of a patient together mean for one use of AI, now or at a later time, on what consents that rests, and why, in plain words. Each call leaves an AuditEvent that the patient can read and nobody can write, change or delete. GET with these parameters in the query, or POST."
* affectsState = false
* code = #evaluate-ai-use
* resource = #Consent
* system = false
* type = true
* instance = false
* insert Parameter(in, patient, 1, 1, string, [[Whose record: Patient/1, or the id alone.]])
* parameter[=].searchType = #reference
* insert Parameter(in, purpose, 1, 1, string, [[What for: a code of ai-purpose, or system and code with a bar between them. HL7 MLTRAINING and TREATDS are understood.]])
* parameter[=].searchType = #token
* insert Parameter(in, device, 0, *, string, [[The AIs that take part: Device/3. Absent: those that wrote the resource, where one is given.]])
* parameter[=].searchType = #reference
* insert Parameter(in, organization, 0, *, string, [[The organizations that take part: Organization/4.]])
* parameter[=].searchType = #reference
* insert Parameter(in, resource, 0, 1, string, [[The resource that is used, of this patient: DocumentReference/5. Absent: none in particular.]])
* parameter[=].searchType = #reference
* insert Parameter(in, at, 0, 1, dateTime, [[When, with a time: now or later, for consents as they are now. Absent: now.]])
* insert Parameter(in, language, 0, 1, code, [[Language of the reason: en or es. Absent: Accept-Language, else English.]])
* insert Parameter(out, decision, 1, 1, code, [[permit, deny, or ask: the patient has said nothing and must be asked first.]])
* insert Parameter(out, basis, 0, *, Consent, [[The consents that decided, the newest first, as far as the caller may read them.]])
* insert Parameter(out, reason, 1, 1, string, [[Why, in plain words.]])
* insert Parameter(out, reasonCode, 0, *, code, [[What a permit lacks, where that is why the decision is deny.]])
* insert Parameter(out, audit, 1, 1, Reference, [[The AuditEvent.]])
* parameter[=].targetProfile = "http://hl7.org/fhir/StructureDefinition/AuditEvent"

Instance: withdraw-consent
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(withdraw-consent, WithdrawConsent, Take a consent back, [[Takes back a permit on a use of AI: this Consent, or, called on a Patient, every permit for the purposes and AIs that are named. It counts at once, on every node. The answer says what stops and what cannot be undone. Who may hold copies gets a task to delete them; what an AI wrote and nobody has checked gets a task to look at it. No reason is asked for. Taking back what was taken back already answers the same and writes nothing.]], Consent)
* resource[+] = #Patient
* insert Parameter(in, reason, 0, 1, string, [[Why, in the patient's own words. Never needed.]])
* insert Parameter(in, purpose, 0, *, Coding, [[On a Patient: the purposes that are taken back. Absent: all.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/ai-purpose"
* insert Parameter(in, device, 0, *, Reference, [[On a Patient: only permits that name one of these AIs. Absent: all.]])
* parameter[=].targetProfile = "http://hl7.org/fhir/StructureDefinition/Device"
* insert RequestIdParameter
* insert Parameter(out, return, 0, *, Consent, [[The consents that are taken back, as stored.]])
* insert Parts(out, effects, 0, *, [[What follows, as far as the record knows.]])
* insert Part(out, effect, 1, 1, code, [[stopped, or cannot-undo.]])
* insert Part(out, plainText, 1, 1, string, [[The same in a plain sentence, English or Spanish.]])
* insert Part(out, resource, 0, *, Reference, [[What it is about.]])
* insert Parameter(out, task, 0, *, Task, [[What others now have to do.]])
* insert Parameter(out, provenance, 0, 1, Provenance, [[Who took it back. Absent where it was taken back before.]])
* insert OutcomeParameter
* insert ReplayedParameter
