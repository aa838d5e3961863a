Extension: ReviewPace
Id: review-pace
Title: "Pace of the review"
Description: "Whether there was time to read the document between opening it and confirming it, as the server measured it."
* insert Ours
* ^context[0].type = #element
* ^context[0].expression = "DocumentReference"
* ^context[1].type = #element
* ^context[1].expression = "Provenance"
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from ReviewPaceVS (required)

Extension: RejectionReason
Id: rejection-reason
Title: "Reason for the rejection"
Description: "Why a clinician rejected the document, in words that the patient can read."
* insert Ours
* insert On(DocumentReference)
* value[x] 1..1
* value[x] only string

Extension: ReviewTime
Id: review-time
Title: "Time between opening and deciding"
Description: "How long after the clinician opened this very version they decided on it, measured by the server, beside the time that reading it needs. It is the longest that they can have looked: nobody knows whether they looked all the while. Without an opening on record, measured is absent."
* insert Ours
* insert On(Provenance)
* extension contains measured 0..1 and needed 0..1 and words 0..1 and wordsPerMinute 0..1
* extension[measured] ^short = "From their last opening of this version to the decision; absent where the server saw none"
* extension[measured].value[x] 1..1
* extension[measured].value[x] only Duration
* extension[needed] ^short = "What reading that many words takes"
* extension[needed].value[x] 1..1
* extension[needed].value[x] only Duration
* extension[words] ^short = "Number of words that were there to read"
* extension[words].value[x] 1..1
* extension[words].value[x] only integer
* extension[wordsPerMinute] ^short = "The reading speed that was assumed"
* extension[wordsPerMinute].value[x] 1..1
* extension[wordsPerMinute].value[x] only integer

Extension: ClaimedReviewTime
Id: claimed-review-time
Title: "Review time that the client claims"
Description: "How long the clinician looked, as their app says. The server did not measure it and judges nothing by it."
* insert Ours
* insert On(Provenance)
* value[x] 1..1
* value[x] only Duration
