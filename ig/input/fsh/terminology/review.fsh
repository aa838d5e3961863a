CodeSystem: ReviewDecisionCS
Id: review-decision
Title: "Review decisions"
Description: "What a clinician who has read an AI draft can do with it."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/review-decision"
* #attest "Confirm" "The draft is right as it is; the clinician stands behind it."
* #attest-with-edits "Correct and confirm" "The clinician gives a corrected text and stands behind that."
* #reject "Reject" "The draft is unfit for the record."
* #attest ^designation[0].language = #es
* #attest ^designation[0].value = "Confirmar"
* #attest-with-edits ^designation[0].language = #es
* #attest-with-edits ^designation[0].value = "Corregir y confirmar"
* #reject ^designation[0].language = #es
* #reject ^designation[0].value = "Rechazar"

ValueSet: ReviewDecisionVS
Id: review-decision
Title: "Review decisions"
Description: "What a clinician who has read an AI draft can do with it."
* insert Ours
* include codes from system ReviewDecisionCS

CodeSystem: ReviewPaceCS
Id: review-pace
Title: "Pace of a review"
Description: "Whether there was time to read an AI document between opening it and confirming it. The server measures the time; how much reading needs is estimated from the number of words. Time enough proves no reading; too little time proves that not all was read."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/review-pace"
* #time-to-read "Time to read" "Between opening and confirming there was time to read the text."
* #faster-than-reading "Faster than reading" "It was confirmed sooner after it was opened than its words can be read."
* #not-measured "Not measured" "The server saw no opening of this version by the clinician, so the time is not known."
* #not-estimated "Not estimated" "How long reading takes could not be estimated, for instance of a picture or a sound."
* #time-to-read ^designation[0].language = #es
* #time-to-read ^designation[0].value = "Con tiempo para leer"
* #faster-than-reading ^designation[0].language = #es
* #faster-than-reading ^designation[0].value = "Más rápido de lo que se lee"
* #not-measured ^designation[0].language = #es
* #not-measured ^designation[0].value = "Sin medir"
* #not-estimated ^designation[0].language = #es
* #not-estimated ^designation[0].value = "Sin estimar"

ValueSet: ReviewPaceVS
Id: review-pace
Title: "Pace of a review"
Description: "Whether there was time to read an AI document between opening it and confirming it."
* insert Ours
* include codes from system ReviewPaceCS
