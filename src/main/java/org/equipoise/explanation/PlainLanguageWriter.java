package org.equipoise.explanation;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.Device.FHIRDeviceStatus;

/**
 * Writes explanations by rule, without a model: the same facts always give the same text. Each
 * sentence says what one or few elements of the record say, and nothing that no element says; where
 * a mandatory part would be empty it says that the record does not tell. The words stand in {@code
 * explanation/messages_*.properties}, so a further language is a further file.
 *
 * <p>Long or hard texts of a model card are not pasted into the sentences: a text is quoted where
 * it can be read at the target grade, has at most {@value Quotation#MOST_WORDS} words and is in the
 * language of the explanation as far as the card tells; otherwise the sentence says what the card
 * tells about and how many words it takes, and cites it.
 */
public final class PlainLanguageWriter implements ExplanationWriter {

  private static final List<String> LANGUAGES = List.of("en", "es");

  @Override
  public List<String> languages() {
    return LANGUAGES;
  }

  /** The server itself, which is a program but no AI: its type says nothing of the kind. */
  @Override
  public Device author() {
    Device device = new Device();
    device
        .addIdentifier()
        .setSystem("urn:ietf:rfc:3986")
        .setValue(Canonical.BASE + "/Device/equipoise");
    device.setStatus(FHIRDeviceStatus.ACTIVE);
    device.addDeviceName().setName("Equipoise").setType(DeviceNameType.USERFRIENDLYNAME);
    device.getType().setText("Program that puts explanations together by rule, without AI");
    return device;
  }

  @Override
  public Written write(DocumentFacts facts, String languageTag, BigDecimal targetGrade) {
    Locale locale = Locale.forLanguageTag(languageTag);
    Wording wording =
        Wording.of(locale)
            .orElseThrow(
                () -> new IllegalArgumentException("No words for the language " + languageTag));
    Telling telling = new Telling(facts, wording, new Quotation(locale, targetGrade));
    Map<String, List<Sentence>> parts = new LinkedHashMap<>();
    parts.put(PartCode.WHAT_AI_DID.code(), new WhatAiDid(telling).sentences());
    parts.put(PartCode.DATA_USED.code(), new DataUsed(telling).sentences());
    parts.put(PartCode.LIMITS.code(), new Limits(telling).sentences());
    List<Sentence> confidence = new Confidence(telling).sentences();
    if (!confidence.isEmpty()) {
      parts.put(PartCode.CONFIDENCE.code(), confidence);
    }
    parts.put(PartCode.ALTERNATIVES.code(), new Alternatives(telling).sentences());
    parts.put(PartCode.HUMAN_ROLE.code(), new HumanRole(telling).sentences());
    parts.put(PartCode.YOUR_CHOICES.code(), new YourChoices(telling).sentences());
    Map<String, Object> document = Map.of("document", telling.document().text());
    return new Written(
        wording.say("title", document), wording.say("description.generated", document), parts);
  }
}
