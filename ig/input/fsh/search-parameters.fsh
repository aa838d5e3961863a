RuleSet: SearchBy(id, code, base, type, expression, description)
* id = "{id}"
* url = "https://equipoise-fhir.github.io/ig/SearchParameter/{id}"
* name = "{id}"
* version = "0.1.0"
* status = #active
* experimental = false
* publisher = "Equipoise"
* description = "{description}"
* code = #{code}
* base = #{base}
* type = #{type}
* expression = "{expression}"

Instance: provenance-reason
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(provenance-reason, reason, Provenance, token, Provenance.reason, [[Find what was done for a reason, such as AIAST: everything that an AI asserted. R4 lacks this parameter.]])

Instance: provenance-activity
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(provenance-activity, activity, Provenance, token, Provenance.activity, [[Find the provenances of an activity, such as attest. R4 lacks this parameter.]])

Instance: provenance-record-patient
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(provenance-record-patient, record-patient, Provenance, reference, [[Provenance.extension.where(url='http://hl7.org/fhir/5.0/StructureDefinition/extension-Provenance.patient').value.ofType(Reference)]], [[Find the provenances that belong to a patient's record. The R4 parameter named patient finds only those that have the patient as target.]])
* target = #Patient

Instance: documentreference-review-status
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(documentreference-review-status, review-status, DocumentReference, token, [[DocumentReference.extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/review-status').value.ofType(CodeableConcept)]], [[Find AI documents by how far a clinician has checked them.]])

Instance: documentreference-doc-status
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(documentreference-doc-status, doc-status, DocumentReference, token, DocumentReference.docStatus, [[Find documents by the state of their text. R4 lacks this parameter.]])
