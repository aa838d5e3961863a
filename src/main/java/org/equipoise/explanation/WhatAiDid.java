package org.equipoise.explanation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.explanation.Telling.Called;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.Device.FHIRDeviceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Reference;

/** The part {@code what-ai-did}: which AI did what, when, for whom, and what it is made for. */
final class WhatAiDid {

  private static final Set<String> AGENT_TYPES = Set.of("author", "assembler", "informant");

  /**
   * One AI that took part: as agent of a Provenance, or where none names it, as author of the
   * document.
   */
  private record Part(Provenance provenance, int agent, Reference who, Citation citation) {}

  private final Telling telling;
  private final DocumentFacts facts;

  WhatAiDid(Telling telling) {
    this.telling = telling;
    this.facts = telling.facts();
  }

  List<Sentence> sentences() {
    List<Sentence> sentences = new ArrayList<>();
    Collection<Part> parts = parts();
    if (parts.isEmpty()) {
      sentences.add(
          telling.sentence(
              AiRole.isAsserted(facts.document()) ? "did.unknown" : "did.none",
              "document",
              telling.document(),
              telling.cite("meta.security.where(code='" + Canonical.AIAST + "')")));
    }
    parts.forEach(part -> tell(part, sentences));
    share().ifPresent(sentences::add);
    visit().ifPresent(sentences::add);
    return sentences;
  }

  private Collection<Part> parts() {
    Map<String, Part> parts = new LinkedHashMap<>();
    for (Provenance provenance : facts.provenances()) {
      for (int i = 0; i < provenance.getAgent().size(); i++) {
        ProvenanceAgentComponent agent = provenance.getAgent().get(i);
        if (facts.isAi(agent)) {
          Citation citation = Citation.of(provenance, "Provenance.agent[" + i + "]");
          parts.putIfAbsent(
              String.valueOf(DocumentFacts.key(agent.getWho())),
              new Part(provenance, i, agent.getWho(), citation));
        }
      }
    }
    if (parts.isEmpty()) {
      for (int i = 0; i < facts.document().getAuthor().size(); i++) {
        Reference author = facts.document().getAuthor().get(i);
        if (DocumentFacts.named(facts.devices(), author).isPresent()) {
          parts.putIfAbsent(
              DocumentFacts.key(author),
              new Part(null, i, author, telling.cite("author[" + i + "]")));
        }
      }
    }
    return parts.values();
  }

  private void tell(Part part, List<Sentence> sentences) {
    Optional<Device> device = DocumentFacts.named(facts.devices(), part.who());
    sentences.add(did(part, device));
    device.flatMap(this::maker).ifPresent(sentences::add);
    if (part.provenance() != null) {
      when(part.provenance()).ifPresent(sentences::add);
      forWhom(part).ifPresent(sentences::add);
    }
    device.ifPresent(
        known -> {
          sentences.addAll(kinds(telling, known, "kind."));
          facts.cardsOf(known).stream()
              .map(
                  card ->
                      telling.cardSays(new ModelCard(card), ModelCard.INTENDED_USE, "card.purpose"))
              .flatMap(Optional::stream)
              .forEach(sentences::add);
          if (known.getStatus() == FHIRDeviceStatus.INACTIVE) {
            sentences.add(telling.sentence("did.inactive", Citation.of(known, "Device.status")));
          }
        });
  }

  private Sentence did(Part part, Optional<Device> device) {
    List<Citation> citations = new ArrayList<>();
    String key = "did.author";
    if (part.provenance() == null) {
      citations.add(
          new Citation(part.citation().resource(), part.citation().path() + ".reference"));
    } else {
      CodeableConcept type = part.provenance().getAgent().get(part.agent()).getType();
      String code = type.getCodingFirstRep().getCode();
      key = "did." + (AGENT_TYPES.contains(String.valueOf(code)) ? code : "other");
      citations.add(
          new Citation(
              part.citation().resource(),
              part.citation().path() + (type.isEmpty() ? ".who" : ".type.coding.first().code")));
    }
    Called document = telling.document();
    citations.addAll(document.citations());
    Optional<Called> name =
        device
            .flatMap(this::name)
            .or(
                () ->
                    telling.display(
                        part.who(), new Citation(part.citation().resource(), whoPath(part))));
    if (name.isEmpty()) {
      return new Sentence(
          telling.wording().say(key + ".unnamed", Map.of("document", document.text())), citations);
    }
    citations.addAll(name.get().citations());
    return new Sentence(
        telling.wording().say(key, Map.of("document", document.text(), "name", name.get().text())),
        citations);
  }

  private static String whoPath(Part part) {
    return part.provenance() == null ? part.citation().path() : part.citation().path() + ".who";
  }

  private Optional<Called> name(Device device) {
    return device.getDeviceName().stream()
        .filter(name -> name.getType() == DeviceNameType.USERFRIENDLYNAME && name.hasName())
        .findFirst()
        .map(
            name ->
                new Called(
                    telling.wording().name(name.getName()),
                    List.of(
                        Citation.of(
                            device,
                            "Device.deviceName.where(type='user-friendly-name').first().name"))));
  }

  private Optional<Sentence> maker(Device device) {
    return Optional.ofNullable(device.getManufacturer())
        .map(
            maker ->
                telling.sentence(
                    "did.maker",
                    Map.of("maker", telling.wording().name(maker)),
                    Citation.of(device, "Device.manufacturer")));
  }

  private Optional<Sentence> when(Provenance provenance) {
    if (provenance.getOccurred() instanceof DateTimeType when && when.hasValue()) {
      return Optional.of(
          telling.sentence(
              "did.when",
              Map.of("on", telling.wording().on(when)),
              Citation.of(provenance, "Provenance.occurred")));
    }
    if (provenance.getOccurred() instanceof Period period && period.hasEnd()) {
      return Optional.of(
          telling.sentence(
              "did.when",
              Map.of("on", telling.wording().on(period.getEndElement())),
              Citation.of(provenance, "Provenance.occurred.end")));
    }
    return Optional.empty();
  }

  private Optional<Sentence> forWhom(Part part) {
    Reference organization = part.provenance().getAgent().get(part.agent()).getOnBehalfOf();
    Citation referenced =
        new Citation(part.citation().resource(), part.citation().path() + ".onBehalfOf");
    return telling
        .organization(organization, referenced)
        .map(name -> telling.sentence("did.for", "organization", name));
  }

  private Optional<Sentence> share() {
    Extension share = facts.document().getExtensionByUrl(Canonical.Extension.AI_SHARE);
    return share != null && share.getValue() instanceof DecimalType value && value.hasValue()
        ? Optional.of(
            telling.sentence(
                value.getValue().compareTo(BigDecimal.ONE) == 0 ? "did.share.all" : "did.share",
                Map.of("percent", Percent.of(value.getValue())),
                telling.cite("extension.where(url='" + Canonical.Extension.AI_SHARE + "').value")))
        : Optional.empty();
  }

  private Optional<Sentence> visit() {
    Period period = facts.document().getContext().getPeriod();
    return period.hasStart()
        ? Optional.of(
            telling.sentence(
                "did.visit",
                Map.of("on", telling.wording().on(period.getStartElement())),
                telling.cite("context.period.start")))
        : Optional.empty();
  }

  /**
   * A sentence for each kind of AI that we have words for, under keys that start with {@code
   * prefix}.
   */
  static List<Sentence> kinds(Telling telling, Device device, String prefix) {
    List<Sentence> sentences = new ArrayList<>();
    for (Extension extension : device.getExtensionsByUrl(Canonical.Extension.AI_KIND)) {
      if (extension.getValue() instanceof CodeableConcept kind) {
        for (Coding coding : kind.getCoding()) {
          String key = prefix + coding.getCode();
          if (Canonical.System.AI_DEVICE_TYPE.equals(coding.getSystem())
              && telling.wording().has(key)) {
            sentences.add(
                telling.sentence(
                    key,
                    Citation.of(
                        device,
                        "Device.extension.where(url='"
                            + Canonical.Extension.AI_KIND
                            + "').value.coding.where(code='"
                            + coding.getCode()
                            + "').code")));
          }
        }
      }
    }
    return sentences;
  }
}
