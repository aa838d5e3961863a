Instance: ingest-wearable
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(ingest-wearable, IngestWearable, Take in wearable data, [[Takes in what a wearable or an app exported, in bulk, by the asynchronous pattern of FHIR: the header Prefer: respond-async is required, and the answer is 202 with Content-Location. The body is the file itself, up to the size that the server is set to, with format and source in the address; small ones may come as a Parameters resource. Files compressed by gzip, and the ZIP of Apple Health, are taken. Every value is kept with its digits and its time to the millisecond: where a day has many of one measure, unit and device, as one Observation with R4's SampledData; else as one Observation each. The same file twice, or two that overlap, add nothing twice. What is refused is reported record by record and leaves the rest unharmed.]], Patient)
* insert Parameter(in, format, 0, 1, code, [[fhir: Observations as NDJSON. omh: data points of Open mHealth or IEEE 1752.1, as an array or NDJSON. apple-health: export.xml. May be left out where the media type says it: application/fhir+ndjson.]])
* insert Parameter(in, source, 1, 1, string, [[The app or device that the file comes from, in words, at most 200 characters.]])
* insert Parameter(in, input, 0, *, Attachment, [[The data, where the body is a Parameters resource of at most 16 MiB; without an address, since none is fetched.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, 1, OperationOutcome, [[That the data is here. Content-Location leads to $ingest-wearable-status.]])
* insert ReplayedParameter

Instance: ingest-wearable-status
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(ingest-wearable-status, IngestWearableStatus, How far an upload of wearable data is, [[202 with X-Progress and Retry-After while it is worked on, then 200 with what came of it. DELETE gives the upload up: what was written stands. Whoever may not see the patient, or did not send it, finds nothing (404).]], Patient)
* affectsState = false
* insert Parameter(in, job, 1, 1, string, [[Which upload, as in the Content-Location.]])
* insert Parameter(out, accepted, 1, 1, integer, [[Records that were taken.]])
* insert Parameter(out, duplicate, 1, 1, integer, [[Records that stood there already.]])
* insert Parameter(out, rejected, 1, 1, integer, [[Records that were refused.]])
* insert Parameter(out, stopped, 0, 1, string, [[Why the upload ended before it was through: the app that sent it was shut, the account of who sent it was closed, who sent it does not stand for the patient any more, or its user took back what they had allowed it.]])
* insert Parameter(out, first, 0, 1, dateTime, [[The earliest time of what was taken.]])
* insert Parameter(out, last, 0, 1, dateTime, [[The latest time of what was taken.]])
* insert Parts(out, stored, 0, *, [[Of each measure: how many values were taken, and as what they stand.]])
* insert Part(out, measure, 1, 1, string, [[Its name.]])
* insert Part(out, accepted, 0, 1, integer, [[Values that were taken.]])
* insert Part(out, duplicate, 0, 1, integer, [[Values that stood there already.]])
* insert Part(out, series, 0, 1, integer, [[New Observations that hold the values of a day.]])
* insert Part(out, single, 0, 1, integer, [[New Observations that hold one value.]])
* insert Parameter(out, report, 0, 1, url, [[Where every refusal is told: $ingest-wearable-report.]])
* insert Parameter(out, outcome, 0, 1, OperationOutcome, [[The first refusals, each with its record and a plain reason.]])

Instance: ingest-wearable-report
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(ingest-wearable-report, IngestWearableReport, What was refused of wearable data, [[NDJSON of OperationOutcomes, one for each refused record, or for many of one kind, with the number of the record and a plain reason: at most 10,000 are told one by one, the rest is counted.]], Patient)
* affectsState = false
* insert Parameter(in, job, 1, 1, string, [[Which upload, as in the Content-Location.]])
* insert Parameter(out, return, 0, *, OperationOutcome, [[The refusals, as NDJSON (application/fhir+ndjson).]])
