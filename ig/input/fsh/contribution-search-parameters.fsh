Instance: observation-ack-status
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(observation-ack-status, ack-status, Observation, token, [[Observation.extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/acknowledgement').extension.where(url='status').value.ofType(CodeableConcept)]], [[Find what patients observed by whether somebody looked: pending is what waits.]])

Instance: documentreference-ack-status
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(documentreference-ack-status, ack-status, DocumentReference, token, [[DocumentReference.extension.where(url='https://equipoise-fhir.github.io/ig/StructureDefinition/acknowledgement').extension.where(url='status').value.ofType(CodeableConcept)]], [[Find what patients wrote by whether somebody looked: pending is what waits.]])
