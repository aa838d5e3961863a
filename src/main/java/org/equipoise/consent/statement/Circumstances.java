package org.equipoise.consent.statement;

import java.util.List;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;

/**
 * Who had to do with a decision, as the guardrails ask: parts of the extension {@code
 * voluntariness}, and the extension {@code free-choice-confirmation}. But for who asked, the server
 * finds these out itself, when the decision, a witness or a confirmation is recorded.
 *
 * @param askedBy who asked, {@code Practitioner/3}; null where the patient decided on their own
 * @param askedByTreating whether they treated the patient then
 * @param independentWitnesses witnesses who neither asked nor treated nor wrote or attested the
 *     document, {@code Practitioner/4}
 * @param awaits codes of {@code consent-guardrail}: all that kept a proposed permit from counting,
 *     where nothing else did; its other proof was found good
 * @param confirmedBy the neutral person who found that the choice is free, else null
 */
public record Circumstances(
    String askedBy,
    boolean askedByTreating,
    List<String> independentWitnesses,
    List<String> awaits,
    String confirmedBy) {

  /** The patient on their own. */
  public static final Circumstances NONE =
      new Circumstances(null, false, List.of(), List.of(), null);

  /** Parts of {@code voluntariness} that only the server writes. */
  private static final List<String> OF_SERVER =
      List.of("askedByTreating", "independentWitness", "awaits");

  public Circumstances {
    independentWitnesses = List.copyOf(independentWitnesses);
    awaits = List.copyOf(awaits);
  }

  static Circumstances of(Consent consent, Extension voluntariness) {
    return new Circumstances(
        references(voluntariness, "askedBy").findFirst().orElse(null),
        Extensions.parts(voluntariness, "askedByTreating", BooleanType.class)
            .anyMatch(BooleanType::booleanValue),
        references(voluntariness, "independentWitness").toList(),
        Extensions.parts(voluntariness, "awaits", CodeType.class).map(CodeType::getValue).toList(),
        consent.getExtensionsByUrl(Canonical.Extension.FREE_CHOICE_CONFIRMATION).stream()
            .flatMap(confirmation -> references(confirmation, "by"))
            .findFirst()
            .orElse(null));
  }

  private static Stream<String> references(Extension extension, String part) {
    return Extensions.parts(extension, part, Reference.class).map(AiUse::key);
  }

  /** Puts what was found out into the Consent's {@code voluntariness}, in place of what it said. */
  public void writeTo(Consent consent) {
    consent
        .getExtensionsByUrl(Canonical.Extension.VOLUNTARINESS)
        .forEach(
            voluntariness -> {
              takeFrom(voluntariness);
              if (askedBy != null) {
                voluntariness.getExtension().removeIf(part -> "askedBy".equals(part.getUrl()));
                voluntariness.addExtension("askedBy", new Reference(askedBy));
                voluntariness.addExtension("askedByTreating", new BooleanType(askedByTreating));
              }
              independentWitnesses.forEach(
                  witness ->
                      voluntariness.addExtension("independentWitness", new Reference(witness)));
              awaits.forEach(
                  guardrail -> voluntariness.addExtension("awaits", new CodeType(guardrail)));
            });
  }

  /** Takes out what only the server may say. */
  public static void takeFrom(Extension voluntariness) {
    voluntariness.getExtension().removeIf(part -> OF_SERVER.contains(part.getUrl()));
  }

  public Circumstances awaiting(List<String> guardrails) {
    return new Circumstances(
        askedBy, askedByTreating, independentWitnesses, guardrails, confirmedBy);
  }

  public Circumstances witnessedBy(String witness) {
    return new Circumstances(
        askedBy,
        askedByTreating,
        Stream.concat(independentWitnesses.stream(), Stream.of(witness)).distinct().toList(),
        awaits,
        confirmedBy);
  }
}
