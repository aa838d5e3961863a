package org.equipoise.explanation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.explanation.Telling.Called;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;

/**
 * The part {@code human-role}: whether a person checked the text, who, when, and what was changed.
 */
final class HumanRole {

  private static final String REVIEW_STATUS =
      "extension.where(url='" + Canonical.Extension.REVIEW_STATUS + "').value";
  private static final Set<String> CHECKS = Set.of("verifier", "attester");

  private final Telling telling;
  private final DocumentReference document;

  HumanRole(Telling telling) {
    this.telling = telling;
    this.document = telling.facts().document();
  }

  List<Sentence> sentences() {
    List<Sentence> sentences = new ArrayList<>();
    sentences.add(review());
    if (document.getDocStatus() == ReferredDocumentStatus.PRELIMINARY) {
      sentences.add(telling.sentence("check.draft", telling.cite("docStatus")));
    }
    if (document.hasAuthenticator()) {
      sentences.add(
          telling
              .person(document.getAuthenticator(), telling.cite("authenticator"))
              .map(name -> telling.sentence("check.signed", "name", name))
              .orElseGet(
                  () -> telling.sentence("check.signed.unnamed", telling.cite("authenticator"))));
    }
    telling.facts().provenances().stream()
        .flatMap(provenance -> checks(provenance).stream())
        .forEach(sentences::add);
    edits().ifPresent(sentences::add);
    telling.facts().modelCards().stream()
        .map(
            card -> telling.cardSays(new ModelCard(card), ModelCard.ROLE_IN_DECISIONS, "card.role"))
        .flatMap(Optional::stream)
        .forEach(sentences::add);
    return sentences;
  }

  private Sentence review() {
    Extension status = document.getExtensionByUrl(Canonical.Extension.REVIEW_STATUS);
    if (status != null && status.getValue() instanceof CodeableConcept concept) {
      String key = "check." + concept.getCodingFirstRep().getCode();
      if (telling.wording().has(key)) {
        return telling.sentence(key, telling.cite(REVIEW_STATUS + ".coding.first().code"));
      }
    }
    return telling.sentence("check.unknown", telling.cite(REVIEW_STATUS));
  }

  private List<Sentence> checks(Provenance provenance) {
    if (!(provenance.getOccurred() instanceof DateTimeType when) || !when.hasValue()) {
      return List.of();
    }
    List<Sentence> sentences = new ArrayList<>();
    for (int i = 0; i < provenance.getAgent().size(); i++) {
      ProvenanceAgentComponent agent = provenance.getAgent().get(i);
      if (isCheck(agent)) {
        Citation type =
            Citation.of(provenance, "Provenance.agent[" + i + "].type.coding.first().code");
        Citation occurred = Citation.of(provenance, "Provenance.occurred");
        Optional<Called> name =
            telling.person(
                agent.getWho(), Citation.of(provenance, "Provenance.agent[" + i + "].who"));
        List<Citation> citations = new ArrayList<>(List.of(type, occurred));
        name.ifPresent(called -> citations.addAll(called.citations()));
        String on = telling.wording().on(when);
        sentences.add(
            new Sentence(
                name.map(
                        called ->
                            telling
                                .wording()
                                .say("check.by", Map.of("name", called.text(), "on", on)))
                    .orElseGet(() -> telling.wording().say("check.by.unnamed", Map.of("on", on))),
                citations));
      }
    }
    return sentences;
  }

  private boolean isCheck(ProvenanceAgentComponent agent) {
    return People.isPerson(agent.getWho())
        && CHECKS.contains(String.valueOf(agent.getType().getCodingFirstRep().getCode()));
  }

  private Optional<Sentence> edits() {
    Extension edits = document.getExtensionByUrl(Canonical.Extension.EDIT_SUMMARY);
    return edits != null && edits.hasValue()
        ? Optional.of(
            telling.freeText(
                "check.edits",
                edits.getValue().primitiveValue(),
                Map.of(),
                List.of(
                    telling.cite(
                        "extension.where(url='" + Canonical.Extension.EDIT_SUMMARY + "').value"))))
        : Optional.empty();
  }
}
