// The rules that keep a yes free. A patient reads display and definition, so both stand in English and Spanish; the
// server, its pages and its refusals take their words from here.

RuleSet: Guardrail(code, title, reason, titleInSpanish, reasonInSpanish)
* #{code} "{title}" "{reason}"
* #{code} ^designation[0].language = #es
* #{code} ^designation[=].value = "{titleInSpanish}"
* #{code} ^definition.extension[0].url = $translation
* #{code} ^definition.extension[=].extension[0].url = "lang"
* #{code} ^definition.extension[=].extension[=].valueCode = #es
* #{code} ^definition.extension[=].extension[+].url = "content"
* #{code} ^definition.extension[=].extension[=].valueString = "{reasonInSpanish}"

RuleSet: BrightLine(code)
* #{code} ^property[0].code = #bright-line
* #{code} ^property[0].valueBoolean = true

CodeSystem: ConsentGuardrailCS
Id: consent-guardrail
Title: "Guardrails of consent"
Description: "Rules against undue influence on a patient who decides about AI. Display and definition are the name of the rule and its reason, as patients read them. A bright line is a use of AI that no consent can allow; its code also names that use where somebody asks for it."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/consent-guardrail"
* ^property[0].code = #bright-line
* ^property[0].description = "true where the rule is a use of AI that no consent can allow: such a rule is never switched off."
* ^property[0].type = #boolean
* insert Guardrail(data-sale, [[Your facts are not for sale]], [[Nobody may sell facts about you, even if you say yes. Once facts are sold, nobody can call them back.]], [[Sus datos no se venden]], [[Nadie puede vender datos sobre usted, aunque usted diga que sí. Lo que se vende ya no se puede recuperar.]])
* insert BrightLine(data-sale)
* insert Guardrail(emotion-inference, [[No AI guesses your feelings]], [[No AI may guess from your face, your voice or your words what you feel. Such guesses are often wrong, and you could never feel at ease.]], [[Ninguna IA adivina lo que siente]], [[Ninguna IA puede adivinar por su cara, su voz o sus palabras lo que usted siente. Falla mucho, y usted nunca estaría en calma.]])
* insert BrightLine(emotion-inference)
* insert Guardrail(automated-care-denial, [[No AI says no to your care]], [[No AI may refuse you care on its own. A person must decide, so that you can ask why.]], [[Ninguna IA le niega la atención]], [[Ninguna IA puede negarle atención por sí sola. Decide una persona, para que usted pueda preguntar por qué.]])
* insert BrightLine(automated-care-denial)
* insert Guardrail(independent-witness, [[A neutral witness]], [[It is hard to say no to the people who treat you. If one of them asks to use your facts to teach an AI, your yes counts only when a neutral person was there or has talked with you.]], [[Un testigo neutral]], [[Es difícil decir que no a quien le atiende. Si esa persona le pide usar sus datos para entrenar una IA, su sí vale solo cuando estuvo alguien neutral o habló con usted.]])
* insert Guardrail(care-made-conditional, [[Care does not depend on your answer]], [[If you were made to think that you get care only for a yes, your yes may not be free. It does not count until a neutral person has asked you and says that it is.]], [[La atención no depende de su respuesta]], [[Si le hicieron creer que solo le atienden si dice que sí, su sí quizá no es libre. No vale hasta que alguien neutral le pregunte y diga que lo es.]])
* insert Guardrail(incentive, [[No reward for a yes]], [[If you were offered something for a yes, your yes may not be free. It does not count until a neutral person has asked you and says that it is.]], [[Sin premio por un sí]], [[Si le ofrecieron algo por un sí, su sí quizá no es libre. No vale hasta que alguien neutral le pregunte y diga que lo es.]])
* insert Guardrail(time-pressure, [[No hurry]], [[A yes that was given in a hurry does not count. You can take your time and be asked again.]], [[Sin prisa]], [[Un sí dado con prisa no vale. Puede tomarse su tiempo, y le preguntan otra vez.]])
* insert Guardrail(person-in-authority-present, [[Nobody with power over you looks on]], [[It is hard to say no in front of a person who has power over you. A yes that they saw does not count. You can be asked again when they are gone.]], [[Sin nadie con poder sobre usted]], [[Es difícil decir que no delante de alguien que tiene poder sobre usted. Un sí dado así no vale. Le preguntan otra vez cuando no esté.]])
* insert Guardrail(not-private, [[In private]], [[A yes that others could hear or see does not count. You can be asked again with nobody near.]], [[En privado]], [[Un sí que otros pudieron oír o ver no vale. Le preguntan otra vez sin nadie cerca.]])
* insert Guardrail(language-not-understood, [[In your language]], [[A yes to words that you could not follow does not count. You can be asked again in your language.]], [[En su idioma]], [[Un sí a palabras que no entendió no vale. Le preguntan otra vez en su idioma.]])
* insert Guardrail(distress, [[Not when you feel bad]], [[A yes that was given in pain, in fear or in grief does not count. You can be asked again when you feel better.]], [[No cuando se siente mal]], [[Un sí dado con dolor, con miedo o con pena no vale. Le preguntan otra vez cuando esté mejor.]])
* insert Guardrail(cooling-off, [[Time to think it over]], [[Where this is set, a yes does not count at once. You have time to think, and until then you can take it back as if it had never been.]], [[Tiempo para pensarlo]], [[Si está puesto, un sí no vale enseguida. Tiene tiempo para pensar, y hasta entonces lo puede retirar como si nunca lo hubiera dicho.]])
* insert Guardrail(new-teach-back, [[A new yes, new questions]], [[When you say yes once more to what you allowed before, we ask you the questions again. Old answers do not count for a new yes.]], [[Un sí nuevo, preguntas nuevas]], [[Cuando dice que sí otra vez a lo que ya permitió, le hacemos las preguntas otra vez. Las respuestas viejas no valen para un sí nuevo.]])
* insert Guardrail(reading-level, [[Words that you can read]], [[We ask you in your language and in easy words. You can choose the fuller words if you like. If you do not get it, we did not say it well.]], [[Palabras que puede leer]], [[Le preguntamos en su idioma y con palabras fáciles. Si quiere, puede elegir las palabras más completas. Si algo no se entiende, no lo dijimos bien.]])

ValueSet: ConsentGuardrailVS
Id: consent-guardrail
Title: "Guardrails of consent"
Description: "Rules against undue influence on a patient who decides about AI."
* insert Ours
* include codes from system ConsentGuardrailCS

CodeSystem: ReadingLevelCS
Id: reading-level
Title: "Reading levels"
Description: "How full the words are in which a patient is asked."
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/reading-level"
* #easier "Easy words" "Short words and short sentences, for about the first four years of school."
* #standard "Fuller words" "Everyday words that say a little more, for at most six years of school."
* #easier ^designation[0].language = #es
* #easier ^designation[=].value = "Palabras fáciles"
* #standard ^designation[0].language = #es
* #standard ^designation[=].value = "Palabras más completas"

ValueSet: ReadingLevelVS
Id: reading-level
Title: "Reading levels"
Description: "How full the words are in which a patient is asked."
* insert Ours
* include codes from system ReadingLevelCS
