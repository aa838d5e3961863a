CodeSystem: AccessReportSectionCS
Id: access-report-section
Title: "Sections of an access report"
Description: "What a report of who looked at a record speaks of, section by section."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* #unusual "What stands out" "Accesses that a rule found unusual, each with the rule. Unusual is not wrong."
* #summary "In short" "How often which kind of person came, over the whole time."
* #accesses "Who came" "Who came, for whom they work, why, what they did and when."

ValueSet: AccessReportSectionVS
Id: access-report-section
Title: "Sections of an access report"
Description: "What a report of who looked at a record speaks of, section by section."
* insert Ours
* include codes from system AccessReportSectionCS
