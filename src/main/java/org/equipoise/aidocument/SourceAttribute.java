package org.equipoise.aidocument;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MarkdownType;

/**
 * One of the 31 source attributes that US rule HTI-1 asks of a predictive decision support
 * intervention (45 CFR 170.315(b)(11)(iv)(B)), as a model card answers it.
 *
 * @param code {@code sa-01} to {@code sa-31}, in the order of the rule
 * @param text what the card says, as markdown; empty where the card says nothing
 */
public record SourceAttribute(String code, Optional<String> text) {

  /** All codes, in the order of the rule. */
  public static final List<String> CODES =
      IntStream.rangeClosed(1, 31).mapToObj("sa-%02d"::formatted).toList();

  public SourceAttribute {
    if (!CODES.contains(code)) {
      throw new IllegalArgumentException("No such source attribute: " + code);
    }
    Objects.requireNonNull(text);
  }

  /**
   * The {@code source-attribute} extension of a model card: its text, or {@code notAvailable =
   * true}.
   */
  public Extension toExtension() {
    Extension attribute = new Extension(Canonical.Extension.SOURCE_ATTRIBUTE);
    Coding coding = new Coding().setSystem(Canonical.System.SOURCE_ATTRIBUTE).setCode(code);
    attribute.addExtension(new Extension("code", new CodeableConcept(coding)));
    attribute.addExtension(
        text.map(said -> new Extension("text", new MarkdownType(said)))
            .orElseGet(() -> new Extension("notAvailable", new BooleanType(true))));
    return attribute;
  }
}
