package org.equipoise.explanation;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Device;

/**
 * Writes an explanation from what the record says. One that asks a model can take the place of
 * ours; it must then call itself an AI in {@link #author()}.
 */
public interface ExplanationWriter {

  /** The languages it writes, as two-letter codes of ISO 639-1. */
  List<String> languages();

  /** What is named as author of what it writes; has an identifier, by which it is found again. */
  Device author();

  /**
   * Writes one explanation.
   *
   * @param facts all it may speak of
   * @param languageTag BCP 47 tag whose language is one of {@link #languages()}
   * @param targetGrade school grade that the text should not exceed
   */
  Written write(DocumentFacts facts, String languageTag, BigDecimal targetGrade);

  /**
   * An explanation.
   *
   * @param title what it is called, plain text
   * @param description what it is and who checked it, in plain words
   * @param parts sentences by code of {@code explanation-part}, in the order of reading
   */
  record Written(String title, String description, Map<String, List<Sentence>> parts) {}
}
