Instance: access-report
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(access-report, AccessReport, Who looked at my record, [[Who looked at a patient's record: for each access who with name and role or which AI, for whom they work, why, what and when, grouped by person and told in plain words in English and Spanish. Accesses that stand out are at the top with the rule that flagged them. The patient's own accesses are counted, in one line. Refused attempts are told as such, and what other systems told is marked. As a Bundle of type searchset: the report as a Composition (profile access-report) whose text is a page, then the access events of the page as AuditEvents. Or as a document: a DocumentReference that holds an HTML page with a chart. Only the patient, who stands for the patient, and the privacy officer may call it. That it was read is an access event itself.]], Patient)
* affectsState = false
* insert Parameter(in, start, 0, 1, string, [[From when on: a FHIR date, or dateTime with its zone. A date begins in the time zone of the patient, where the record tells it, else in UTC. Absent: 90 days before the end.]])
* insert Parameter(in, end, 0, 1, string, [[Until when: a FHIR date, or dateTime with its zone. A year, month or day counts whole. Absent: now.]])
* insert Parameter(in, who, 0, 1, string, [[Only accesses of this person or AI: a reference to a Practitioner, Device, RelatedPerson or Patient.]])
* insert Parameter(in, includeAi, 0, 1, boolean, [[Whether accesses of an AI are told. Absent: true.]])
* insert Parameter(in, language, 0, 1, code, [[BCP 47 language of the words. Absent: the first of Accept-Language that is spoken, else the patient's preferred language, else English. Where it is not spoken (en and es are), English is used, with a warning.]])
* insert Parameter(in, format, 0, 1, code, [[bundle or document. Absent: bundle.]])
* insert Parameter(in, _count, 0, 1, integer, [[Accesses on a page, the patient's own left out. Absent: as the server is configured.]])
* insert Parameter(in, page, 0, 1, string, [[Where the page begins, as the link next of the page before says it.]])
* insert Parameter(out, return, 1, 1, Resource, [[A Bundle of type searchset with total (on the first page) and the links self and next, or a DocumentReference with a text/html attachment. The next page stands in the HTTP header Link as well.]])
