package org.equipoise.explanation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.explanation.Telling.Called;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;

/** The part {@code data-used}: what the AI was given, and what of it is not shown. */
final class DataUsed {

  private final Telling telling;
  private final DocumentFacts facts;

  DataUsed(Telling telling) {
    this.telling = telling;
    this.facts = telling.facts();
  }

  List<Sentence> sentences() {
    List<Sentence> sentences = new ArrayList<>();
    Set<String> told = new HashSet<>();
    for (Provenance provenance : facts.provenances()) {
      for (int i = 0; i < provenance.getEntity().size(); i++) {
        tell(provenance.getEntity().get(i), Citation.of(provenance, "Provenance.entity[" + i + "]"))
            .filter(sentence -> told.add(sentence.text()))
            .ifPresent(sentences::add);
      }
    }
    if (sentences.isEmpty()) {
      sentences.add(
          telling.sentence(
              "used.none",
              facts.provenances().isEmpty()
                  ? telling.cite("context.related")
                  : Citation.of(
                      facts.provenances().get(0), "Provenance.entity.where(role='source')")));
    }
    return sentences;
  }

  private Optional<Sentence> tell(ProvenanceEntityComponent entity, Citation at) {
    if (DocumentFacts.named(facts.modelCards(), entity.getWhat()).isPresent()) {
      return Optional.empty();
    }
    Optional<Called> name = name(entity, at);
    Extension withheld = entity.getExtensionByUrl(Canonical.Extension.INPUT_WITHHELD);
    if (withheld != null && withheld.hasValue()) {
      List<Citation> citations = new ArrayList<>();
      citations.add(
          new Citation(
              at.resource(),
              at.path()
                  + ".extension.where(url='"
                  + Canonical.Extension.INPUT_WITHHELD
                  + "').value"));
      name.ifPresent(called -> citations.addAll(called.citations()));
      return Optional.of(
          telling.freeText(
              name.isPresent() ? "used.withheld" : "used.withheld.unnamed",
              withheld.getValue().primitiveValue(),
              name.<Map<String, Object>>map(called -> Map.of("name", called.text()))
                  .orElse(Map.of()),
              citations));
    }
    if (entity.getRole() == ProvenanceEntityRole.SOURCE) {
      return Optional.of(
          name.map(
                  called ->
                      telling.sentence(
                          "used.input",
                          "name",
                          called,
                          new Citation(at.resource(), at.path() + ".role")))
              .orElseGet(
                  () ->
                      telling.sentence(
                          "used.unnamed", new Citation(at.resource(), at.path() + ".what"))));
    }
    return entity.getRole() == ProvenanceEntityRole.DERIVATION
        ? name.map(
            called ->
                telling.sentence(
                    "used.built", "name", called, new Citation(at.resource(), at.path() + ".role")))
        : Optional.empty();
  }

  private Optional<Called> name(ProvenanceEntityComponent entity, Citation at) {
    return telling
        .display(entity.getWhat(), new Citation(at.resource(), at.path() + ".what"))
        .or(() -> DocumentFacts.named(facts.inputs(), entity.getWhat()).flatMap(telling::title))
        .map(
            called ->
                new Called(
                    telling.wording().quote(telling.wording().name(called.text())),
                    called.citations()));
  }
}
