Instance: example-watch
InstanceOf: Device
Usage: #example
* identifier.system = "https://equipoise-fhir.github.io/ig/example/serial"
* identifier.value = "w-1"
* status = #active
* manufacturer = "Tick Works"
* deviceName.name = "Ana's watch"
* deviceName.type = #user-friendly-name
* patient = Reference(example-patient)

Instance: example-phone
InstanceOf: Device
Usage: #example
* identifier.system = "https://equipoise-fhir.github.io/ig/example/serial"
* identifier.value = "p-1"
* status = #active
* deviceName.name = "Ana's phone"
* deviceName.type = #user-friendly-name
* patient = Reference(example-patient)

RuleSet: ByThePatient(hash)
* meta.tag[patientSupplied] = $USCoreTags#patient-supplied
* identifier.system = "https://equipoise-fhir.github.io/ig/NamingSystem/contribution"
* identifier.value = "{hash}"
* status = #final
* subject = Reference(example-patient)
* performer = Reference(example-patient)

// Typed in at home.
Instance: example-home-weight
InstanceOf: PatientObservation
Usage: #example
* insert ByThePatient(1f0a5e0f6a6be5e5c2a9d0a3a7a1f8e2f4a87fd7b0d4a4c65c8d2e6b1a3f9c01)
* meta.security[0] = $ObservationValue#PATAST
* extension[acknowledgement].extension[status].valueCodeableConcept = AckStatusCS#pending
* extension[acknowledgement].extension[since].valueDateTime = "2026-11-20T07:31:00Z"
* category = $ObservationCategory#vital-signs
* code = $LOINC#29463-7 "Body weight"
* effectiveDateTime = "2026-11-20T07:30:00+01:00"
* valueQuantity = 68.4 'kg' "kg"
* note.authorReference = Reference(example-patient)
* note.time = "2026-11-20T07:30:00+01:00"
* note.text = "Before breakfast."

// By the watch, sent by the phone.
Instance: example-watch-heart-rate
InstanceOf: PatientObservation
Usage: #example
* insert ByThePatient(2f0a5e0f6a6be5e5c2a9d0a3a7a1f8e2f4a87fd7b0d4a4c65c8d2e6b1a3f9c02)
* meta.security[0] = $ObservationValue#PATAST
* meta.security[1] = $ObservationValue#DEVRPT
* extension[acknowledgement].extension[status].valueCodeableConcept = AckStatusCS#used-in-care
* extension[acknowledgement].extension[since].valueDateTime = "2026-11-20T07:31:00Z"
* extension[acknowledgement].extension[by].valueReference = Reference(example-practitioner)
* extension[acknowledgement].extension[when].valueDateTime = "2026-11-20T10:00:00Z"
* extension[acknowledgement].extension[note].valueString = "Thank you. Your pulse at rest is fine."
* extension[gatewayDevice].valueReference = Reference(example-phone)
* category[0] = $ObservationCategory#vital-signs
* category[1] = $PhdCategory#phd
* code = $LOINC#8867-4 "Heart rate"
* effectiveDateTime = "2026-11-20T07:30:00+01:00"
* valueQuantity = 61 '/min' "beats/minute"
* device = Reference(example-watch)

// What the AI of the watch concluded.
Instance: example-watch-afib
InstanceOf: PatientObservation
Usage: #example
* insert ByThePatient(3f0a5e0f6a6be5e5c2a9d0a3a7a1f8e2f4a87fd7b0d4a4c65c8d2e6b1a3f9c03)
* meta.security[0] = $ObservationValue#PATAST
* meta.security[1] = $ObservationValue#DEVRPT
* meta.security[2] = $ObservationValue#AIAST
* extension[acknowledgement].extension[status].valueCodeableConcept = AckStatusCS#not-usable
* extension[acknowledgement].extension[since].valueDateTime = "2026-11-20T07:31:00Z"
* extension[acknowledgement].extension[by].valueReference = Reference(example-practitioner)
* extension[acknowledgement].extension[when].valueDateTime = "2026-11-20T10:00:00Z"
* extension[acknowledgement].extension[note].valueString = "The trace is too short to tell. Please come in for an ECG."
* category = $ObservationCategory#exam
* code = $LOINC#80358-5 "Cardiac rhythm classification by EKG"
* effectiveDateTime = "2026-11-20T07:30:00+01:00"
* valueString = "Atrial fibrillation likely"
* device = Reference(example-scribe)

// A daughter measured; the value is a slip of the finger, kept and marked.
Instance: example-proxy-temperature
InstanceOf: PatientObservation
Usage: #example
* insert ByThePatient(4f0a5e0f6a6be5e5c2a9d0a3a7a1f8e2f4a87fd7b0d4a4c65c8d2e6b1a3f9c04)
* meta.security[0] = $ObservationValue#SDMAST
* extension[acknowledgement].extension[status].valueCodeableConcept = AckStatusCS#seen
* extension[acknowledgement].extension[since].valueDateTime = "2026-11-20T07:31:00Z"
* extension[acknowledgement].extension[by].valueReference = Reference(example-practitioner)
* extension[acknowledgement].extension[when].valueDateTime = "2026-11-20T10:00:00Z"
* category = $ObservationCategory#vital-signs
* code = $LOINC#8310-5 "Body temperature"
* effectivePeriod.start = "2026-11-20T07:30:00+01:00"
* effectivePeriod.end = "2026-11-20T07:32:00+01:00"
* valueQuantity = 376 'Cel' "°C"
* interpretation = PlausibilityCS#impossible-value
* interpretation.text = "376 Cel is not possible as body temperature. The value was kept as it was sent. Please check it."
