Instance: second-opinion
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(second-opinion, SecondOpinion, Ask for a second opinion, [[Somebody independent is asked whether a document is right. The patient, who stands for them, or a clinician who treats them can ask. Nobody is asked who wrote, checked or signed the document, an earlier version of it or what it replaces; nor, where that is asked for, who works for an organization that made it; an AI only where that is allowed, and only one of another maker and another model than the AIs that wrote it. Where the patient's side asks, the consent to show what is needed is given with it, and the request is active. Where a clinician asks, both wait for the patient's yes (202), which the patient says by calling this with request. Who is asked reads what the consent names, and no more, while the request is active. The answer is a DocumentReference (profile second-opinion-note), written by who was asked.]], DocumentReference)
* insert Parameter(in, question, 0, 1, string, [[What to ask, at most 2000 characters. Absent: whether the document is right.]])
* insert Parameter(in, performer, 0, *, Reference, [[Who is asked: a Practitioner, a PractitionerRole or, with ai = true, the Device of an AI. One of them answers. Absent: nobody yet, and nothing is shown to anybody.]])
* insert Parameter(in, blinded, 0, 1, boolean, [[true: they do not see the document, nor what hangs on it such as its explanations, until one of them has answered. Default false.]])
* insert Parameter(in, ai, 0, 1, boolean, [[true: an AI may be asked. Default false.]])
* insert Parameter(in, differentOrganization, 0, 1, boolean, [[true: they must work for another organization than those who made the document. Default false.]])
* insert Parameter(in, share, 0, *, Reference, [[What they may read besides: resources about the same patient.]])
* insert Parameter(in, expires, 0, 1, date, [[The last day on which they may read it. Absent: as the server is configured.]])
* insert Parameter(in, request, 0, 1, Reference, [[The proposal of a clinician that the patient says yes to. With it nothing else is given but expires.]])
* insert Parameter(in, withdraw, 0, 1, Reference, [[The open request that the patient ends. With it nothing else is given: request and consent end, and nobody reads or answers anything for it any more.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, 1, ServiceRequest, [[The request (profile second-opinion).]])
* insert Parameter(out, shareConsent, 0, 1, Consent, [[What whoever is asked may read (profile second-opinion-sharing); taken back by $withdraw-consent. Absent where nobody is asked yet.]])
* insert OutcomeParameter
* insert ReplayedParameter
