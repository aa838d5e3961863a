Instance: ai-transparency
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(ai-transparency, AiTransparency, The whole story of an AI document, [[On a document that an AI wrote: everything that the record knows about it, as a Bundle of type collection. First a summary in plain words (profile ai-story); then every version, what it replaces and what replaces it, explanations in each language, provenances, the AIs and their model cards, the inputs that the caller may read, consents, and what people were asked to do about it. The summary says, for people and for programs, what the consents of the patient said when the AI wrote it and what they say now, and what is missing. On a patient: all their AI documents, the newest first, page by page, as a Bundle of type searchset with total and links; each document is preceded by its summary, and the first page begins with a summary over all. Nothing about another patient is ever part of it; what the token has no scope for is left out, and said.]], DocumentReference)
* resource[+] = #Patient
* affectsState = false
* insert Parameter(in, language, 0, 1, code, [[BCP 47 language of the summary. Absent: the first of Accept-Language that is spoken, else the patient's preferred language, else English. Where it is not spoken (en and es are), English is used, with a warning.]])
* insert Parameter(in, _count, 0, 1, integer, [[On a patient: documents on a page. Absent: as the server is configured.]])
* insert Parameter(in, _offset, 0, 1, integer, [[On a patient: documents to skip.]])
* insert Parameter(out, return, 1, 1, Bundle, [[The story. An OperationOutcome among its entries says what is in another language than asked for, left out for want of a scope, or cut for its length with the address of the rest.]])
