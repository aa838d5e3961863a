Extension: SampledDataOffsets
Id: extension-SampledData.offsets
Title: "Offsets of sampled data"
Description: "When each value was taken: milliseconds after the start of the Observation's period, one for each value, separated by single spaces. The R5 element SampledData.offsets, for use in R4. SampledData.period is then absent, with a reason."
* insert Borrowed(http://hl7.org/fhir/5.0/StructureDefinition/extension-SampledData.offsets, HL7 International)
* insert On(SampledData)
* value[x] 1..1
* value[x] only string

Extension: SampleDurations
Id: sample-durations
Title: "How long each sample lasts"
Description: "Of values that are of a span of time, such as steps: milliseconds from the start of each to its end, one for all or one for each value that there is, separated by single spaces."
* insert Ours
* insert On(SampledData)
* value[x] 1..1
* value[x] only string
