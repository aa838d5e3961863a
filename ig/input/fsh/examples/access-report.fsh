Instance: example-access-report
InstanceOf: AccessReport
Usage: #example
* language = #en
* text.status = #generated
* text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\"><h1>Who looked at your record</h1><p>This page shows who looked at your record from May 1, 2026 to May 31, 2026. The times are those of New York.</p><h2>In short</h2><ul><li>One person who takes care of you looked 2 times.</li></ul><h2>Who came, why, and what they did</h2><h3>Dana Test, doctor</h3><p>Works for Lake Clinic. This person takes care of you.</p><ul><li>Read 12 lab results and your visit note on May 3, 2026, in the morning.</li></ul></div>"
* subject = Reference(example-patient)
* date = "2026-11-22T09:00:00Z"
* author.type = "Device"
* author.display = "Equipoise"
* title = "Who looked at your record"
* section[0].title = "In short"
* section[0].code = AccessReportSectionCS#summary
* section[0].text.status = #generated
* section[0].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\"><ul><li>One person who takes care of you looked 2 times.</li></ul></div>"
* section[1].title = "Who came, why, and what they did"
* section[1].code = AccessReportSectionCS#accesses
* section[1].text.status = #generated
* section[1].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\"><h3>Dana Test, doctor</h3><p>Works for Lake Clinic. This person takes care of you.</p><ul><li>Read 12 lab results and your visit note on May 3, 2026, in the morning.</li></ul></div>"
