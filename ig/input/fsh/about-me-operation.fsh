Instance: about-me
InstanceOf: OperationDefinition
Usage: #definition
* insert InstanceOperation(about-me, AboutMe, Say who I am, [[A patient, or somebody who stands for them, says about themselves what people who treat them should know: what matters to them, how to speak to them, their languages, who decides with them. Their words are kept as they are. What they said before is superseded and stays readable. Nobody else can call this, nor change what was said. Read it by DocumentReference?patient=[id]&type=https://equipoise-fhir.github.io/ig/CodeSystem/document-type|about-me&status=current; it is the first entry of $everything and of $ai-transparency.]], Patient)
* insert Parameter(in, language, 1, 1, code, [[BCP 47 language that the words are in.]])
* insert Parts(in, part, 1, *, [[One thing that they say. Each code at most once.]])
* insert Part(in, code, 1, 1, code, [[What the part is about.]])
* parameter[=].part[=].binding.strength = #required
* parameter[=].part[=].binding.valueSet = "https://equipoise-fhir.github.io/ig/ValueSet/about-me-part"
* insert Part(in, text, 0, 1, string, [[The words, kept as they are, at most 10000 characters.]])
* insert Part(in, name, 0, 1, string, [[With how-to-speak-to-me: the name to speak to them with.]])
* insert Part(in, pronouns, 0, 1, string, [[With how-to-speak-to-me: their pronouns.]])
* insert Part(in, language, 0, *, code, [[With language: a language that they speak, BCP 47, the best first.]])
* insert Part(in, interpreter, 0, 1, boolean, [[With language: whether they want an interpreter.]])
* insert Part(in, person, 0, *, Reference, [[With who-decides-with-me: a RelatedPerson of the patient.]])
* insert RequestIdParameter
* insert Parameter(out, return, 1, 1, DocumentReference, [[The statement as it now stands (profile about-me).]])
* insert ReplayedParameter
