Extension: ReviewStatus
Id: review-status
Title: "Review status"
Description: "How far a clinician has checked a document that an AI wrote."
* insert Ours
* insert On(DocumentReference)
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from ReviewStatusVS (required)

Extension: AiShare
Id: ai-share
Title: "Share of the text that the AI wrote"
Description: "0 when a person wrote every word, 1 when the AI did. Measured by comparing the draft with the final text."
* insert Ours
* insert On(DocumentReference)
* value[x] 1..1
* value[x] only decimal
* valueDecimal ^minValueDecimal = 0.0
* valueDecimal ^maxValueDecimal = 1.0

Extension: EditSummary
Id: edit-summary
Title: "Edit summary"
Description: "What the clinician changed in the draft of the AI, in a sentence."
* insert Ours
* insert On(DocumentReference)
* value[x] 1..1
* value[x] only string
