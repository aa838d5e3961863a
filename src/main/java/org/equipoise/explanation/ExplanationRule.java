package org.equipoise.explanation;

import java.math.BigDecimal;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds an explanation that comes by a plain write to what {@code $attach-explanation} asks: its
 * six parts are there, its texts are safe to show, and its readability is measured here, whatever
 * the client claims.
 */
final class ExplanationRule implements WriteRule {

  private final BigDecimal target;

  ExplanationRule(AttachExplanationSettings settings) {
    this.target = settings.targetGrade();
  }

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (write.byOperation()
        || !(incoming instanceof DocumentReference explanation)
        || !explanation
            .getType()
            .hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION)) {
      return;
    }
    GivenExplanation given = GivenExplanation.of(explanation, "DocumentReference");
    ExplanationDocument.grade(explanation, given.language(), target, "DocumentReference");
  }
}
