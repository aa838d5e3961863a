Instance: review
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(review, Review, Review an AI document, [[A clinician in person decides on an AI draft: confirms it, corrects and confirms it, or rejects it. Nothing else makes an AI document final. The label AIAST stays. Confirmed: a new version of the same document. Corrected: a new document that replaces the draft, which stays readable. Rejected: entered-in-error, with the reason. The header If-Match must name the version that was read. How long after opening that version they decided is measured by the server and kept; a confirmation faster than the text can be read is marked as such.]], DocumentReference)
* insert Parameter(in, decision, 1, 1, code, [[attest, attest-with-edits or reject.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/review-decision"
* insert Parameter(in, content, 0, *, Attachment, [[With attest-with-edits, and only then: all contents of the corrected document. What is not given is not carried over from the draft.]])
* insert Parameter(in, reason, 0, 1, string, [[Why, in words that the patient will read, at most 1000 characters. Required to reject; with attest-with-edits it is added to the edit summary; not with attest.]])
* insert Parameter(in, reviewSeconds, 0, 1, integer, [[How long the clinician looked, as the app measured it. Kept apart from what the server measured, and judged by nobody.]])
* insert Parameter(in, signature, 0, 1, Signature, [[The clinician's signature, whose who is the caller.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, 1, DocumentReference, [[The document as it now stands: of attest-with-edits the new one.]])
* insert Parameter(out, provenance, 1, 1, Provenance, [[Who decided, when, and how long after opening the draft.]])
* insert Parameter(out, outcome, 1, 1, OperationOutcome, [[What was done, in plain words, and what to do next.]])
* insert ReplayedParameter
