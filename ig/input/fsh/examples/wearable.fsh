// A day's worth of a watch's heart rates, one a minute with a gap.
Instance: example-watch-day
InstanceOf: PatientObservation
Usage: #example
* insert ByThePatient(5f0a5e0f6a6be5e5c2a9d0a3a7a1f8e2f4a87fd7b0d4a4c65c8d2e6b1a3f9c05)
* meta.security[0] = $ObservationValue#PATAST
* meta.security[+] = $ObservationValue#DEVRPT
* category = $ObservationCategory#vital-signs
* code = $LOINC#8867-4 "Heart rate"
* effectivePeriod.start = "2026-11-20T07:30:00+01:00"
* effectivePeriod.end = "2026-11-20T07:34:00+01:00"
* device = Reference(example-watch)
* component[0].code = $LOINC#8867-4 "Heart rate"
* component[0].valueSampledData.origin = 0 '/min' "/min"
* component[0].valueSampledData.period = 60000
* component[0].valueSampledData.dimensions = 1
* component[0].valueSampledData.data = "61 62 E 64 63"
* component[1].code = http://terminology.hl7.org/CodeSystem/observation-statistics#average
* component[1].valueQuantity = 62.5 '/min' "/min"

// Steps of spans that lie unevenly.
Instance: example-watch-steps
InstanceOf: PatientObservation
Usage: #example
* insert ByThePatient(6f0a5e0f6a6be5e5c2a9d0a3a7a1f8e2f4a87fd7b0d4a4c65c8d2e6b1a3f9c06)
* meta.security[0] = $ObservationValue#PATAST
* meta.security[+] = $ObservationValue#DEVRPT
* category = $ObservationCategory#activity
* code = $LOINC#55423-8 "Number of steps in unspecified time Pedometer"
* effectivePeriod.start = "2026-11-20T07:30:00+01:00"
* effectivePeriod.end = "2026-11-20T08:10:31+01:00"
* device = Reference(example-watch)
* component[0].code = $LOINC#55423-8 "Number of steps in unspecified time Pedometer"
* component[0].valueSampledData.origin = 0 '{steps}' "{steps}"
* component[0].valueSampledData.period.extension.url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
* component[0].valueSampledData.period.extension.valueCode = #not-applicable
* component[0].valueSampledData.dimensions = 1
* component[0].valueSampledData.data = "12 240 35"
* component[0].valueSampledData.extension[0].url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SampledData.offsets"
* component[0].valueSampledData.extension[0].valueString = "0 61000 2401000"
* component[0].valueSampledData.extension[1].url = "https://equipoise-fhir.github.io/ig/StructureDefinition/sample-durations"
* component[0].valueSampledData.extension[1].valueString = "60000 120000 30000"
* component[1].code = http://terminology.hl7.org/CodeSystem/observation-statistics#sum
* component[1].valueQuantity = 287 '{steps}' "{steps}"
