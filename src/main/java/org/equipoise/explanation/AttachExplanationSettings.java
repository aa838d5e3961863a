package org.equipoise.explanation;

import java.math.BigDecimal;

/**
 * What is configured about explanations.
 *
 * @param targetGrade school grade that an explanation should not exceed where the call names none
 */
public record AttachExplanationSettings(BigDecimal targetGrade) {

  /** Grade 6: what the American Medical Association and the NIH ask of texts for patients. */
  public static final BigDecimal DEFAULT_TARGET_GRADE = BigDecimal.valueOf(6);

  public AttachExplanationSettings {
    if (targetGrade == null || targetGrade.signum() <= 0) {
      throw new IllegalArgumentException("The target grade must be above 0");
    }
  }

  /** The defaults. */
  public static AttachExplanationSettings defaults() {
    return new AttachExplanationSettings(DEFAULT_TARGET_GRADE);
  }
}
