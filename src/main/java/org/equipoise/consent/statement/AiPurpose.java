package org.equipoise.consent.statement;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;

/**
 * What AI may be used for: the codes of {@code ai-purpose}, and the standard codes that go with
 * each.
 */
public enum AiPurpose {
  /**
   * AI listens, records and writes documents. HL7's TREAT would grant all treatment use, so no HL7
   * purpose maps.
   */
  AI_DOCUMENTATION("ai-documentation", "ICOL", null),
  /** What the AI wrote is used to decide about care. */
  AI_DECISION_USE("ai-decision-use", "INFA", "TREATDS"),
  /** The document is used to train or improve an AI. */
  AI_TRAINING("ai-training", "INFA", "MLTRAINING"),
  /** The document is given to somebody else for use by an AI. Said by the category alone. */
  AI_SHARING("ai-sharing", "IDSCL", null);

  private final String code;
  private final String category;
  private final String actReason;

  AiPurpose(String code, String category, String actReason) {
    this.code = code;
    this.category = category;
    this.actReason = actReason;
  }

  /** The code in {@code ai-purpose}. */
  public String code() {
    return code;
  }

  /** The purpose with this code, absent where there is none. */
  public static Optional<AiPurpose> of(String code) {
    return Arrays.stream(values()).filter(purpose -> purpose.code.equals(code)).findFirst();
  }

  /**
   * The purpose that a coding of {@code Consent.provision.purpose} means: of ours, or of HL7 v3
   * ActReason where that means the same.
   */
  public static Optional<AiPurpose> of(Coding coding) {
    if (Canonical.System.AI_PURPOSE.equals(coding.getSystem())) {
      return of(coding.getCode());
    }
    return Canonical.System.ACT_REASON.equals(coding.getSystem()) && coding.hasCode()
        ? Arrays.stream(values())
            .filter(purpose -> coding.getCode().equals(purpose.actReason))
            .findFirst()
        : Optional.empty();
  }

  /** The purposes that a Consent names in its root provision; other codes are left out. */
  public static List<AiPurpose> of(Consent consent) {
    return consent.getProvision().getPurpose().stream()
        .flatMap(coding -> of(coding).stream())
        .distinct()
        .toList();
  }

  public static String codes() {
    return Arrays.stream(values()).map(AiPurpose::code).collect(Collectors.joining(", "));
  }

  /** {@code Consent.provision.purpose}: ours, and the HL7 v3 ActReason where one means the same. */
  public List<Coding> toCodings() {
    Stream<Coding> own =
        Stream.of(new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(code));
    return Stream.concat(
            own,
            Stream.ofNullable(actReason)
                .map(c -> new Coding().setSystem(Canonical.System.ACT_REASON).setCode(c)))
        .toList();
  }

  /** {@code Consent.category}: collect, access or disclose (HL7 v3 ActCode). */
  public CodeableConcept toCategory() {
    return new CodeableConcept(new Coding().setSystem(Canonical.System.ACT_CODE).setCode(category));
  }
}
