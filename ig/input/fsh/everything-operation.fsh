Instance: everything
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(everything, Everything, Everything about a patient that the caller may see, [[All resources about one patient that searches with the same token would find, page by page: first what the patient says about themselves (profile about-me), then the Patient, then all other types. With each page, as includes, the practitioners, organizations, medications, AIs and model cards that its resources refer to. What the token has no scope for is left out, and said. The log of who did what is not part of it.]], Patient)
* affectsState = false
* base = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
* insert Parameter(in, _type, 0, *, code, [[Types to give, separated by commas or repeated. Absent: all.]])
* insert Parameter(in, _since, 0, 1, instant, [[Only what was stored at or after this time.]])
* insert Parameter(in, _count, 0, 1, integer, [[Resources on a page, includes apart. Absent: as the server is configured.]])
* insert Parameter(in, _from, 0, 1, string, [[The part of the record that the page begins in, as the link next of the page before says it.]])
* insert Parameter(in, _offset, 0, 1, integer, [[Resources of that part to skip, as the link next of the page before says it.]])
* insert Parameter(out, return, 1, 1, Bundle, [[A page of type searchset with the links self and next. An OperationOutcome among its entries says which types the token does not open.]])
