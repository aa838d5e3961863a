package org.equipoise.consent.statement;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;

/**
 * How well a patient understood what they decided: the extension {@code comprehension}.
 *
 * @param itemsTotal items that count, 0 where nothing was asked
 * @param itemsCorrect items that were right, 0 to {@code itemsTotal}
 * @param language BCP-47 tag of the language it was asked in, null where unknown
 * @param reused true where the answers had been given for an earlier yes
 */
public record Comprehension(int itemsTotal, int itemsCorrect, String language, boolean reused) {

  private static final String TEACH_BACK = "teach-back";

  /** Of answers that were given for this decision. */
  public Comprehension(int itemsTotal, int itemsCorrect, String language) {
    this(itemsTotal, itemsCorrect, language, false);
  }

  /** The same answers, given for an earlier yes. */
  public Comprehension asReused() {
    return new Comprehension(itemsTotal, itemsCorrect, language, true);
  }

  /** Reads a Consent; absent where it has no such extension. */
  public static Optional<Comprehension> of(Consent consent) {
    return consent.getExtensionsByUrl(Canonical.Extension.COMPREHENSION).stream()
        .findFirst()
        .map(
            extension ->
                new Comprehension(
                    integer(extension, "itemsTotal"),
                    integer(extension, "itemsCorrect"),
                    Extensions.parts(extension, "language", CodeType.class)
                        .map(CodeType::getValue)
                        .findFirst()
                        .orElse(null),
                    Extensions.parts(extension, "reused", BooleanType.class)
                        .anyMatch(BooleanType::booleanValue)));
  }

  /** True where at least this share of the items was right; never where nothing was asked. */
  public boolean reaches(BigDecimal threshold) {
    return itemsTotal > 0 && itemsCorrect <= itemsTotal && itemsCorrect >= needed(threshold);
  }

  /** How many items must be right to reach this share. */
  public int needed(BigDecimal threshold) {
    return threshold
        .multiply(BigDecimal.valueOf(itemsTotal))
        .setScale(0, RoundingMode.CEILING)
        .intValueExact();
  }

  public Extension toExtension() {
    Extension extension = new Extension(Canonical.Extension.COMPREHENSION);
    extension.addExtension(
        "method",
        new CodeableConcept(
            new Coding().setSystem(Canonical.System.COMPREHENSION_METHOD).setCode(TEACH_BACK)));
    extension.addExtension("itemsTotal", new IntegerType(itemsTotal));
    extension.addExtension("itemsCorrect", new IntegerType(itemsCorrect));
    if (language != null) {
      extension.addExtension("language", new CodeType(language));
    }
    if (reused) {
      extension.addExtension("reused", new BooleanType(true));
    }
    return extension;
  }

  private static int integer(Extension extension, String url) {
    return Extensions.parts(extension, url, IntegerType.class)
        .findFirst()
        .map(IntegerType::getValue)
        .orElse(0);
  }
}
