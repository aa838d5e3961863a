// Extensions of other publishers that R4 core lacks.

Extension: ProvenancePatient
Id: extension-Provenance.patient
Title: "Patient of a provenance"
Description: "The patient whose record a provenance belongs to: the R5 element Provenance.patient, for use in R4."
* insert Borrowed(http://hl7.org/fhir/5.0/StructureDefinition/extension-Provenance.patient, HL7 International)
* insert On(Provenance)
* value[x] 1..1
* value[x] only Reference(Patient)

Extension: AIKind
Id: aitransparency.AIKind
Title: "Kind of AI"
Description: "What kind of AI a device is, more exactly than its type says."
* insert Borrowed(http://hl7.org/fhir/uv/aitransparency/StructureDefinition/aitransparency.AIKind, HL7 International)
* insert On(Device)
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from AIdeviceTypeVS (preferred)

Extension: ModelCardDescription
Id: aitransparency.modelCardDescription
Title: "Model card of a device"
Description: "The model card that describes the AI."
* insert Borrowed(http://hl7.org/fhir/uv/aitransparency/StructureDefinition/aitransparency.modelCardDescription, HL7 International)
* insert On(Device)
* value[x] 1..1
* value[x] only Reference(DocumentReference)

Extension: AIconfidence
Id: AIconfidence
Title: "Confidence of an AI"
Description: "How sure an AI was of what it recorded: a probability from 0 to 1, a percentage, an interval, a rating or words."
* insert Borrowed(http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence, HL7 International)
* ^context[0].type = #element
* ^context[0].expression = "Resource"
* ^context[1].type = #element
* ^context[1].expression = "Element"
* value[x] 1..1
* value[x] only decimal or string or CodeableConcept or Quantity or Range
* valueCodeableConcept from CertaintyRatingVS (required)
