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
