package org.equipoise.explanation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;

/**
 * The part {@code limits}: what the makers of the AI say that can go wrong, or that nobody says it.
 */
final class Limits {

  private static final String CARDS =
      "Device.extension.where(url='" + Canonical.Extension.MODEL_CARD_DESCRIPTION + "')";

  private final Telling telling;
  private final DocumentFacts facts;

  Limits(Telling telling) {
    this.telling = telling;
    this.facts = telling.facts();
  }

  List<Sentence> sentences() {
    List<Sentence> sentences = new ArrayList<>();
    for (Device device : facts.devices()) {
      List<Sentence> ofDevice =
          facts.cardsOf(device).stream().map(ModelCard::new).flatMap(this::warnings).toList();
      sentences.addAll(ofDevice);
      if (ofDevice.isEmpty()) {
        sentences.add(silence(device));
      }
      sentences.addAll(WhatAiDid.kinds(telling, device, "kind.limit."));
    }
    if (sentences.isEmpty()) {
      sentences.add(
          telling.sentence(
              "limits.none",
              facts.provenances().isEmpty()
                  ? telling.cite("author.where(type='Device')")
                  : Citation.of(
                      facts.provenances().get(0),
                      "Provenance.agent.where(role.coding.code='"
                          + Canonical.ARTIFICIAL_INTELLIGENCE
                          + "').who.reference")));
    }
    return sentences;
  }

  private Stream<Sentence> warnings(ModelCard card) {
    return Stream.of(
            telling.cardSays(card, ModelCard.KNOWN_RISKS, "card.risks"),
            telling.cardSays(card, ModelCard.CAUTIONED_USES, "card.cautions"),
            telling.cardSays(card, ModelCard.VALIDITY_IN_TESTS, "card.tests"))
        .flatMap(Optional::stream);
  }

  private Sentence silence(Device device) {
    Optional<DocumentReference> card = facts.cardsOf(device).stream().findFirst();
    if (card.isPresent()) {
      return telling.sentence(
          "limits.card.silent", new ModelCard(card.get()).cite(ModelCard.KNOWN_RISKS));
    }
    return telling.sentence(
        device.hasExtension(Canonical.Extension.MODEL_CARD_DESCRIPTION)
            ? "limits.card.unread"
            : "limits.card.none",
        Citation.of(device, CARDS));
  }
}
