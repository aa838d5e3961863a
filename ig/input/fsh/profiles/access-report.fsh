Invariant: eq-rep-1
Description: "It can be read without the other resources: the text as a whole and the text of each section are there."
Severity: #error
Expression: "text.div.exists() and section.all(text.div.exists())"

Invariant: eq-rep-2
Description: "It tells of access events alone: every entry of a section is an AuditEvent."
Severity: #error
Expression: "section.entry.all(reference.exists() and reference.matches('^(.*/)?AuditEvent/[A-Za-z0-9.-]{1,64}$'))"

Profile: AccessReport
Parent: Composition
Id: access-report
Title: "Access report"
Description: "The page with which $access-report begins: who looked at a patient's record, for whom they work, why, what and when, in plain words that any patient app can show. It is computed for each call and not kept."
* insert Ours
* obeys eq-rep-1 and eq-rep-2
* language 1..1
* language ^short = "Language of the words"
* text 1..1
* status = #final
* type = DocumentTypeCS#access-report
* subject 1..1
* subject only Reference(Patient)
* section 1..*
* section.title 1..1
* section.code 1..1
* section.code from AccessReportSectionVS (required)
* section.text 1..1
* section.entry ^short = "The access events that the section tells of"
