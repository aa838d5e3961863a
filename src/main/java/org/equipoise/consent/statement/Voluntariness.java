package org.equipoise.consent.statement;

import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/**
 * Whether a patient decided freely: the extension {@code voluntariness}.
 *
 * @param askedPrivately nobody else could hear or see the answer
 * @param refusalHasNoEffectOnCare the patient was told that a no changes nothing about their care
 * @param signals codes of {@code influence-signal}
 * @param patientStatement the patient's own words, null where there are none
 * @param circumstances who had to do with it
 */
public record Voluntariness(
    boolean askedPrivately,
    boolean refusalHasNoEffectOnCare,
    List<String> signals,
    String patientStatement,
    Circumstances circumstances) {

  public Voluntariness {
    signals = List.copyOf(signals);
  }

  /** Of a patient who decided on their own. */
  public Voluntariness(
      boolean askedPrivately,
      boolean refusalHasNoEffectOnCare,
      List<String> signals,
      String patientStatement) {
    this(askedPrivately, refusalHasNoEffectOnCare, signals, patientStatement, Circumstances.NONE);
  }

  /**
   * Reads a Consent; absent where it has no such extension. What is missing inside counts as false.
   */
  public static Optional<Voluntariness> of(Consent consent) {
    return consent.getExtensionsByUrl(Canonical.Extension.VOLUNTARINESS).stream()
        .findFirst()
        .map(
            extension ->
                new Voluntariness(
                    isTrue(extension, "askedPrivately"),
                    isTrue(extension, "refusalHasNoEffectOnCare"),
                    signals(extension),
                    Extensions.parts(extension, "patientStatement", StringType.class)
                        .map(StringType::getValue)
                        .findFirst()
                        .orElse(null),
                    Circumstances.of(consent, extension)));
  }

  public Voluntariness withStatement(String words) {
    return new Voluntariness(
        askedPrivately, refusalHasNoEffectOnCare, signals, words, circumstances);
  }

  public Extension toExtension() {
    Extension extension = new Extension(Canonical.Extension.VOLUNTARINESS);
    extension.addExtension("askedPrivately", new BooleanType(askedPrivately));
    extension.addExtension("refusalHasNoEffectOnCare", new BooleanType(refusalHasNoEffectOnCare));
    signals.forEach(
        signal ->
            extension.addExtension(
                "signal",
                new CodeableConcept(
                    new Coding().setSystem(Canonical.System.INFLUENCE_SIGNAL).setCode(signal))));
    if (patientStatement != null) {
      extension.addExtension("patientStatement", new StringType(patientStatement));
    }
    if (circumstances.askedBy() != null) {
      extension.addExtension("askedBy", new Reference(circumstances.askedBy()));
    }
    return extension;
  }

  private static boolean isTrue(Extension extension, String url) {
    return Extensions.parts(extension, url, BooleanType.class)
        .findFirst()
        .map(BooleanType::booleanValue)
        .orElse(false);
  }

  private static List<String> signals(Extension extension) {
    return Extensions.parts(extension, "signal", CodeableConcept.class)
        .flatMap(concept -> concept.getCoding().stream())
        .map(coding -> String.valueOf(coding.getCode()))
        .toList();
  }
}
