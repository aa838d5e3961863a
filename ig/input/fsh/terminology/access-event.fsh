CodeSystem: AccessGroundCS
Id: access-ground
Title: "Grounds of an access"
Description: "Why the door to a record stood open to somebody, or that it did not."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #own "Own record" "The patient opened their own record."
* #representative "Stands for the patient" "Somebody who stands for the patient opened it."
* #care "Care" "A clinician whose care reaches the patient."
* #break-glass "Broke the glass" "A clinician who does not care for the patient, and said why."
* #asked "Asked to look" "A clinician who was asked to look at this alone: for a second opinion, or whether a choice is free."
* #whole-house "Whole house" "A clinician, where every clinician of the house reaches every patient; whether they cared was not looked at."
* #service "Program" "A program with credentials of its own."
* #oversight "Oversight" "A privacy officer."
* #none "None" "It was refused, or no patient's data was touched."

CodeSystem: TokenEventCS
Id: token-event
Title: "What happened with a token"
Description: "What a client asked the authorization server for."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #authorization-code "After a login" "An app got a token because a person allowed it."
* #refresh-token "Goes on" "An app got a new token for one that it was allowed before."
* #client-credentials "Of its own" "A program got a token with its own credentials."
* #launch "Launch" "A program said with which patient an app is to be started."
* #revocation "Given back" "An app or program gave back a token, which is good for nothing any more."
* #taken-back "Taken back" "A person took back what they had allowed an app; its tokens are good for nothing any more."

CodeSystem: EventOriginCS
Id: event-origin
Title: "Where an event was seen"
Description: "Whose word an event is, where it is not this server's."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #elsewhere "Told by another system" "Another system saw it; this server did not."

ValueSet: AccessGroundVS
Id: access-ground
Title: "Grounds of an access"
Description: "Why the door to a record stood open to somebody, or that it did not."
* insert Ours
* include codes from system AccessGroundCS

ValueSet: OperationVS
Id: operation
Title: "Operations"
Description: "The operations of this guide."
* insert Ours
* include codes from system OperationCS
