Instance: record-decision
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(record-decision, RecordDecision, Record a shared decision, [[Records what a patient and a clinician decided together, changes it, or signs it. Each side signs only for itself. It is final when both have signed what it says; each change of its content asks both again, and the old version stays readable. When it is final, the chosen option becomes a plan, and the whole decision is published as plain text, so that every patient app shows it.]], Patient)
* insert Parameter(in, decision, 1, 1, Bundle, [[A Bundle of type collection: one Composition (profile shared-decision), its options (CarePlan, profile option), and, where they are not on record yet, the Goals and Observations that say what matters to the patient, and the QuestionnaireResponse to Questionnaire/decision-conflict. A Composition with an id changes or signs that decision; the header If-Match then names the version that was read. Options that stay as they are need not be sent again: the Composition refers to them.]])
* insert Parameter(in, attest, 0, 1, boolean, [[true: the caller signs, for their own side.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, 1, Composition, [[The decision as it now stands.]])
* insert Parameter(out, missing, 0, *, code, [[What it lacks before it can be final; none where it is.]])
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/decision-missing"
* insert Parameter(out, outcome, 1, 1, OperationOutcome, [[What was done, in plain words, and what to do next.]])
* insert ReplayedParameter
