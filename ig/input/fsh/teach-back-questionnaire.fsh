// Words at or below school grade 6. The right answer of a choice item has the ordinal value 1, every other has 0. No
// item is required: a question that the patient leaves out counts as not understood, and refusing the whole form would
// press them.

RuleSet: Spanish(element, words)
* {element}.extension[0].url = $translation
* {element}.extension[=].extension[0].url = "lang"
* {element}.extension[=].extension[=].valueCode = #es
* {element}.extension[=].extension[+].url = "content"
* {element}.extension[=].extension[=].valueString = "{words}"

RuleSet: Question(linkId, english, spanish)
* item[+].linkId = "{linkId}"
* item[=].text = "{english}"
* insert Spanish(item[=].text, [[{spanish}]])
* item[=].type = #choice
* item[=].required = false

RuleSet: Answer(code, score, english, spanish)
* item[=].answerOption[+].valueCoding.system = "https://equipoise-fhir.github.io/ig/CodeSystem/teach-back-answer"
* item[=].answerOption[=].valueCoding.code = #{code}
* item[=].answerOption[=].valueCoding.display = "{english}"
* insert Spanish(item[=].answerOption[=].valueCoding.display, [[{spanish}]])
* item[=].answerOption[=].valueCoding.extension[0].url = $ordinalValue
* item[=].answerOption[=].valueCoding.extension[=].valueDecimal = {score}

Instance: teach-back
InstanceOf: Questionnaire
Usage: #definition
* url = "https://equipoise-fhir.github.io/ig/Questionnaire/teach-back"
* version = "0.1.0"
* name = "TeachBackQuestionnaire"
* title = "Did we explain it well?"
* insert Spanish(title, [[¿Lo explicamos bien?]])
* status = #active
* experimental = false
* subjectType = #Patient
* publisher = "Equipoise"
* description = "Five questions that show whether a choice about AI was explained well enough to count, and room for the patient's own words. They test the explanation, not the patient."
* purpose = "A yes to AI counts only if it was understood. The choice items are scored by the server: an answer option with ordinal value 1 is right. The free text counts only when the person who asked has judged it, in the item inside it, and is named as author."
* language = #en
* insert Question(what-for, [[What does a yes let us do?]], [[¿Qué nos permite hacer si dice que sí?]])
* insert Answer(any-use, 0, [[Use AI in any way we like.]], [[Usar la IA como queramos.]])
* insert Answer(named-use-only, 1, [[Use AI only in the way you told me.]], [[Usar la IA solo como me lo explicaron.]])
* insert Answer(form-only, 0, [[Nothing. It is just a form.]], [[Nada. Es solo un papel.]])
* insert Question(who-sees, [[Who may see what the AI makes?]], [[¿Quién puede ver lo que hace la IA?]])
* insert Answer(anyone, 0, [[Anyone who asks.]], [[Toda persona que lo pida.]])
* insert Answer(nobody, 0, [[No one. Not even I may see it.]], [[Nadie. Ni yo lo puedo ver.]])
* insert Answer(allowed-people-and-me, 1, [[I, and those who may see my chart.]], [[Yo, y quienes pueden ver mi expediente clínico.]])
* insert Question(can-refuse, [[What will change in your care if you say no?]], [[Si dice que no, ¿qué cambia en su atención?]])
* insert Answer(care-same, 1, [[My care stays the same.]], [[Mi atención sigue igual.]])
* insert Answer(care-worse, 0, [[I will get less care, or wait more.]], [[Me atienden menos, o espero más.]])
* insert Answer(must-pay, 0, [[I will have to pay.]], [[Voy a tener que pagar.]])
* insert Question(can-be-wrong, [[Can the AI get things wrong?]], [[¿Se puede equivocar la IA?]])
* insert Answer(never-wrong, 0, [[No. It is always right.]], [[No. Siempre acierta.]])
* insert Answer(wrong-people-check, 1, [[Yes. People need to check it.]], [[Sí. Las personas lo deben revisar.]])
* insert Answer(wrong-nobody-checks, 0, [[Yes, but no one may check it.]], [[Sí, pero nadie lo puede revisar.]])
* insert Question(how-to-stop, [[You said yes. When can you change your mind?]], [[Usted dijo que sí. ¿Cuándo puede cambiar de idea?]])
* insert Answer(for-good, 0, [[Never. A yes is for good.]], [[Nunca. El sí es para siempre.]])
* insert Answer(after-a-year, 0, [[In a year from now.]], [[Dentro de un año.]])
* insert Answer(at-any-time, 1, [[At any time. I just tell you.]], [[Cuando quiera. Solo les aviso.]])
* item[+].linkId = "own-words"
* item[=].text = "Say it in your own words: what did you say yes or no to?"
* insert Spanish(item[=].text, [[Dígalo con sus palabras: ¿a qué dijo que sí o que no?]])
* item[=].type = #text
* item[=].required = false
* item[=].item[0].linkId = "own-words-understood"
* item[=].item[=].text = "For the person who asked: do these words show that it was understood?"
* insert Spanish(item[=].item[=].text, [[Para quien hizo las preguntas: ¿muestran estas palabras que se entendió?]])
* item[=].item[=].type = #boolean
* item[=].item[=].required = false
