Instance: contribute
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(contribute, Contribute, Contribute to one's own record, [[A patient, or somebody who speaks for them, writes in the patient's record: what they observed or measured, documents, and their own words. Each item answers for itself, in the order given: what is refused leaves the rest unharmed, and what is taken is written whole, with its Provenance, or not at all. Labels, identifier and tag are set by the server. The same item sent twice is one. Each item then waits until somebody of the care team looks ($acknowledge, $waiting). A value that no living person has is kept and marked; a unit that is not of UCUM, a time in the future or without a time zone, and a device of another patient are refused.]], Patient)
* insert Parameter(in, observation, 0, *, Observation, [[What was observed. The profile patient-observation says what it must hold; subject, performer, status, labels, tag, identifier and, where the code tells it, category are completed. device: what measured, by reference to a Device of this patient or, as the AI that concluded, of this server; without it the Device of this call. The phone in between is the extension observation-gatewayDevice.]])
* insert Parameter(in, document, 0, *, DocumentReference, [[A document of the patient: at least one content with data, or the address of a Binary of theirs.]])
* insert Parameter(in, words, 0, 1, string, [[The patient's own words, kept to the last byte, white space too, in the language that the element's own language extension (http://hl7.org/fhir/StructureDefinition/language) or the parameter language says. A translation is a document that transforms them: it stands beside them, never in their place.]])
* insert Parameter(in, language, 0, 1, code, [[BCP 47 language of words. Absent: the language that the patient prefers.]])
* insert Parameter(in, device, 0, 1, Device, [[The patient's device that measured what the observations without a device of their own say. It becomes a Device of the patient, once: known again by its identifier or serial number.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, 1, Bundle, [[A batch-response with one entry for each item, in the order given: 201 with the resource as stored; 200 where it was here before; else what is wrong with it, with an OperationOutcome that names the element.]])
* insert ReplayedParameter

Instance: acknowledge
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(acknowledge, Acknowledge, Say that somebody looked, [[A clinician who cares for the patient says that they looked at what the patient contributed, and what became of it. The header If-Match must name the version that was read: what the patient changed meanwhile is looked at anew. The patient sees who looked, when, and the note.]], Observation)
* resource[+] = #DocumentReference
* insert Parameter(in, status, 1, 1, code, [[seen, used-in-care or not-usable. What was looked at does not become pending again by hand, nor seen after more was said.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/ack-status"
* insert Parameter(in, note, 0, 1, string, [[What the clinician says to the patient, in words that the patient can read, at most 1000 characters. Required with not-usable.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, 1, Resource, [[The contribution as it now stands.]])
* insert Parameter(out, provenance, 1, 1, Provenance, [[Who looked, and when.]])
* insert ReplayedParameter

Instance: waiting
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(waiting, Waiting, What waits for somebody to look, [[What a patient contributed and nobody of the care team has looked at, the longest waiting first, page by page, with the total. Before it, in words: how many, and for how long.]], Patient)
* affectsState = false
* insert Parameter(in, language, 0, 1, code, [[BCP 47 language of the words. Absent: the first of Accept-Language that is spoken, else the patient's preferred language, else English.]])
* insert Parameter(in, _count, 0, 1, integer, [[Resources on a page, 1 to 500. Absent: 50.]])
* insert Parameter(in, _offset, 0, 1, integer, [[Resources to skip.]])
* insert Parameter(out, return, 1, 1, Bundle, [[A searchset of Observations and DocumentReferences with total and links; its first entry is an OperationOutcome in plain words.]])
