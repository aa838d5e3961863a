// Why an access to a record is unusual. A patient reads display and definition in the report of who looked, so both
// stand in English and Spanish; the server takes its words from here.

RuleSet: UnusualAccess(code, title, reason, titleInSpanish, reasonInSpanish)
* #{code} "{title}" "{reason}"
* #{code} ^designation[0].language = #es
* #{code} ^designation[=].value = "{titleInSpanish}"
* #{code} ^definition.extension[0].url = $translation
* #{code} ^definition.extension[=].extension[0].url = "lang"
* #{code} ^definition.extension[=].extension[=].valueCode = #es
* #{code} ^definition.extension[=].extension[+].url = "content"
* #{code} ^definition.extension[=].extension[=].valueString = "{reasonInSpanish}"

CodeSystem: UnusualAccessCS
Id: unusual-access
Title: "Unusual access"
Description: "Rules that mark an access to a record as unusual. Display and definition are the name of the rule and its reason, as patients read them. Unusual is not wrong: there can be a good reason that the record does not show."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/unusual-access"
* insert UnusualAccess(no-care-relation, [[No part in your care]], [[This person has no part in your care that we know of. They are not on your care team, and you had no visit with them.]], [[No le atiende]], [[No sabemos que esta persona le atienda. No está en su equipo, y usted no tuvo visita con ella.]])
* insert UnusualAccess(break-glass, [[Opened as an emergency]], [[Your record was closed to this person. They opened it for a short time and had to say why.]], [[Abierto por urgencia]], [[Su expediente estaba cerrado para esta persona. Lo abrió por poco tiempo y tuvo que decir por qué.]])
* insert UnusualAccess(same-family-name, [[Same last name]], [[This person has the same last name as you. They may be a relative, or it may be chance.]], [[El mismo apellido]], [[Esta persona tiene el mismo apellido que usted. Puede ser de su familia o puede ser casualidad.]])
* insert UnusualAccess(own-record, [[Own record, opened at work]], [[It seems that you opened your own record with the account that you have for your work here.]], [[Expediente propio, abierto en el trabajo]], [[Parece que usted abrió su propio expediente con la cuenta que tiene para su trabajo aquí.]])
* insert UnusualAccess(out-of-hours, [[Out of hours]], [[Your record was opened at a time when people here do not work as a rule.]], [[Fuera de horario]], [[Su expediente se abrió a una hora en que aquí no se suele trabajar.]])
* insert UnusualAccess(more-than-usual, [[Many more records than usual]], [[On that day they opened the records of far more people than they do as a rule.]], [[Muchos más expedientes de lo normal]], [[Ese día abrió los expedientes de muchas más personas de lo normal.]])
* insert UnusualAccess(ai-outside-purpose, [[AI did what it is not here for]], [[This AI did with your record what does not fit the use that it was let in for.]], [[La IA hizo algo para lo que no está]], [[Esta IA hizo con su expediente algo que no es para lo que se le dejó entrar.]])
* insert UnusualAccess(repeated-refusals, [[Refused many times]], [[In a short time they asked many times for records that are not theirs to see. They were refused.]], [[Muchos intentos sin permiso]], [[En poco tiempo pidió muchas veces expedientes que no puede ver. No se le dejó.]])

ValueSet: UnusualAccessVS
Id: unusual-access
Title: "Unusual access"
Description: "Rules that mark an access to a record as unusual."
* insert Ours
* include codes from system UnusualAccessCS

CodeSystem: UnusualAccessPartCS
Id: unusual-access-part
Title: "Parts of a Task about an unusual access"
Description: "What a Task tells the privacy officer about an unusual access, in Task.input."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/unusual-access-part"
* #who "Who" "The person, AI or client that came."
* #patient "Patient" "Whose record it was."
* #access "Access" "One of the accesses, as AuditEvent."
* #accesses "Accesses" "How many accesses there were so far."
* #counted "Counted" "How many patients or refusals the rule counted."
* #usual "Usual" "How many are usual."

ValueSet: UnusualAccessPartVS
Id: unusual-access-part
Title: "Parts of a Task about an unusual access"
Description: "What a Task tells the privacy officer about an unusual access."
* insert Ours
* include codes from system UnusualAccessPartCS
