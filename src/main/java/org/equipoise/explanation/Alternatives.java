package org.equipoise.explanation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceRelatesToComponent;
import org.hl7.fhir.r4.model.Reference;

/**
 * The part {@code alternatives}: other texts that the record relates this one to, people who wrote
 * along, and whom to ask for a text without AI. FHIR has no element that tells how else a text
 * could have come about.
 */
final class Alternatives {

  private final Telling telling;
  private final DocumentReference document;

  Alternatives(Telling telling) {
    this.telling = telling;
    this.document = telling.facts().document();
  }

  List<Sentence> sentences() {
    List<Sentence> sentences = new ArrayList<>();
    for (int i = 0; i < document.getRelatesTo().size(); i++) {
      DocumentReferenceRelatesToComponent relation = document.getRelatesTo().get(i);
      if (relation.hasCode()) {
        sentences.add(
            telling.sentence(
                "other." + relation.getCode().toCode(), telling.cite("relatesTo[" + i + "].code")));
      }
    }
    for (int i = 0; i < document.getAuthor().size(); i++) {
      humanAuthor(i).ifPresent(sentences::add);
    }
    if (sentences.isEmpty()) {
      sentences.add(telling.sentence("other.none", telling.cite("relatesTo")));
    }
    telling
        .organization(document.getCustodian(), telling.cite("custodian"))
        .map(keeper -> telling.sentence("other.ask", "organization", keeper))
        .ifPresent(sentences::add);
    return sentences;
  }

  private Optional<Sentence> humanAuthor(int index) {
    Reference author = document.getAuthor().get(index);
    return People.isPerson(author)
        ? telling
            .person(author, telling.cite("author[" + index + "]"))
            .map(name -> telling.sentence("other.author", "name", name))
        : Optional.empty();
  }
}
