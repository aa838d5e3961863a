Invariant: eq-obs-1
Description: "The label says who asserts it: the patient (PATAST), or somebody who decides for them (SDMAST)."
Severity: #error
Expression: "meta.security.where(system='http://terminology.hl7.org/CodeSystem/v3-ObservationValue' and (code='PATAST' or code='SDMAST')).exists()"

Invariant: eq-obs-2
Description: "It says something: a value, components, or why there is no value."
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists() or component.exists()"

Invariant: eq-obs-3
Description: "Each note says whose words it is, and from when."
Severity: #error
Expression: "note.all(author.exists() and time.exists())"

Invariant: eq-obs-4
Description: "The time is exact enough to be one moment: it has an hour and a time zone."
Severity: #error
Expression: "effective.ofType(dateTime).all(toString().matches('T.*(Z|[+-][0-9]{2}:[0-9]{2})$')) and effective.ofType(Period).all(start.exists() and start.toString().matches('T.*(Z|[+-][0-9]{2}:[0-9]{2})$'))"

Invariant: eq-obs-5
Description: "One code is of LOINC, so that every reader knows what was observed."
Severity: #error
Expression: "code.coding.where(system='http://loinc.org' and code.exists()).exists()"

Invariant: eq-obs-6
Description: "Each quantity has a unit of UCUM, so that programs can compare it."
Severity: #error
Expression: "value.ofType(Quantity).all(code.exists() and system.exists() and system='http://unitsofmeasure.org') and component.all(value.ofType(Quantity).all(code.exists() and system.exists() and system='http://unitsofmeasure.org'))"

Invariant: eq-obs-7
Description: "A vital sign is in the category vital-signs."
Severity: #error
Expression: "code.coding.where(system='http://loinc.org' and (code='85353-1' or code='9279-1' or code='8867-4' or code='2708-6' or code='59408-5' or code='8310-5' or code='8302-2' or code='9843-4' or code='29463-7' or code='39156-5' or code='85354-9' or code='8480-6' or code='8462-4')).exists() implies category.coding.where(system='http://terminology.hl7.org/CodeSystem/observation-category' and code='vital-signs').exists()"

Invariant: eq-obs-8
Description: "The category phd is for what a personal health device measured and a gateway sent: never for what was typed in."
Severity: #error
Expression: "category.coding.where(system='http://hl7.org/fhir/uv/phd/CodeSystem/PhdObservationCategories' and code='phd').exists() implies (device.exists() and extension.where(url='http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice').exists())"

Invariant: eq-obs-9
Description: "What a device measured bears the label DEVRPT and names the device; nothing else bears it."
Severity: #error
Expression: "device.exists() = meta.security.where(system='http://terminology.hl7.org/CodeSystem/v3-ObservationValue' and code='DEVRPT').exists()"

Profile: PatientObservation
Parent: Observation
Id: patient-observation
Title: "Observation by a patient"
Description: "What a patient, or somebody who speaks for them, observed or measured: by hand, with a device of theirs, or as their device's AI takes it. Of a vital sign it conforms to the vital signs of US Core; in the category phd to the Personal Health Device guide."
* insert Ours
* obeys eq-obs-1 and eq-obs-2 and eq-obs-3 and eq-obs-4 and eq-obs-5 and eq-obs-6 and eq-obs-7 and eq-obs-8 and eq-obs-9
* extension contains
    Acknowledgement named acknowledgement 0..1 and
    $gatewayDevice named gatewayDevice 0..1
* extension[acknowledgement] ^short = "Whether somebody of the care team looked"
* extension[gatewayDevice] ^short = "The phone that sent it; what measured is in device"
* meta 1..1
* meta.security 1..*
* meta.security ^short = "PATAST or SDMAST; DEVRPT where a device measured; AIAST where an AI concluded"
* meta.tag 1..*
* insert SlicedByPattern(meta.tag)
* meta.tag contains patientSupplied 1..1
* meta.tag[patientSupplied] = $USCoreTags#patient-supplied
* identifier 1..*
* identifier ^short = "By which the same item sent twice is known; the server adds one"
* category 1..*
* category ^short = "vital-signs, activity, survey, social-history; phd beside it where a device sent it by a gateway"
* code ^short = "LOINC; other codes may stand beside it"
* subject 1..1
* subject only Reference(Patient)
* performer 1..1
* performer only Reference(Patient or RelatedPerson)
* performer ^short = "Who says it"
* effective[x] 1..1
* effective[x] only dateTime or Period
* effective[x] ^short = "When it was so, with time zone"
* interpretation ^short = "impossible-value (plausibility) where the server noticed that no living person has such a value"
* note ^short = "The patient's own words"
* device only Reference(Device)
* device ^short = "What measured, or the AI that concluded; never the phone in between"
