package org.equipoise.explanation;

import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Reference;

/**
 * One part of an explanation as it is stored.
 *
 * @param code what it is about
 * @param markdown its text in CommonMark
 * @param reading the same text without markdown
 * @param references what it rests on
 */
record ExplanationPart(PartCode code, String markdown, String reading, List<Reference> references) {

  ExplanationPart {
    references = List.copyOf(references);
  }

  /** A part made of sentences. */
  static ExplanationPart of(PartCode code, List<Sentence> sentences) {
    String reading = sentences.stream().map(Sentence::text).collect(Collectors.joining(" "));
    List<Reference> references =
        sentences.stream()
            .flatMap(sentence -> sentence.citations().stream())
            .map(Citation::resource)
            .distinct()
            .map(Reference::new)
            .toList();
    return new ExplanationPart(code, SafeText.toMarkdown(reading), reading, references);
  }
}
