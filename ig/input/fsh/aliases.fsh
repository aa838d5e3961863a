// Code systems of others
Alias: $AIdeviceType = http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS
Alias: $AIinputs = http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIinputsCS
Alias: $ObservationValue = http://terminology.hl7.org/CodeSystem/v3-ObservationValue
Alias: $ActCode = http://terminology.hl7.org/CodeSystem/v3-ActCode
Alias: $ActReason = http://terminology.hl7.org/CodeSystem/v3-ActReason
Alias: $ParticipationType = http://terminology.hl7.org/CodeSystem/v3-ParticipationType
Alias: $ProvenanceParticipant = http://terminology.hl7.org/CodeSystem/provenance-participant-type
Alias: $DataOperation = http://terminology.hl7.org/CodeSystem/v3-DataOperation
Alias: $Lifecycle = http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle
Alias: $ConsentScope = http://terminology.hl7.org/CodeSystem/consentscope
Alias: $CertaintyRating = http://terminology.hl7.org/CodeSystem/certainty-rating
Alias: $LOINC = http://loinc.org
Alias: $USCoreDocumentCategory = http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category

// Extensions of others
Alias: $AIKind = http://hl7.org/fhir/uv/aitransparency/StructureDefinition/aitransparency.AIKind
Alias: $modelCardDescription = http://hl7.org/fhir/uv/aitransparency/StructureDefinition/aitransparency.modelCardDescription
Alias: $AIconfidence = http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence
Alias: $ProvenancePatient = http://hl7.org/fhir/5.0/StructureDefinition/extension-Provenance.patient
Alias: $ConsentWitness = http://hl7.org/fhir/StructureDefinition/consent-Witness
Alias: $ordinalValue = http://hl7.org/fhir/StructureDefinition/ordinalValue
Alias: $translation = http://hl7.org/fhir/StructureDefinition/translation

// What patients contribute
Alias: $UCUM = http://unitsofmeasure.org
Alias: $ObservationCategory = http://terminology.hl7.org/CodeSystem/observation-category
Alias: $USCoreTags = http://hl7.org/fhir/us/core/CodeSystem/us-core-tags
Alias: $PhdCategory = http://hl7.org/fhir/uv/phd/CodeSystem/PhdObservationCategories
Alias: $gatewayDevice = http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice
