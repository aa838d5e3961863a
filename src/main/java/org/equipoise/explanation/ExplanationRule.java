package org.equipoise.explanation;

import java.math.BigDecimal;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceContentComponent;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds an explanation that comes by a plain write to what {@code $attach-explanation} asks: its texts are safe to show,
 * and its readability is measured here, whatever the client claims.
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
        || !explanation.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION)) {
      return;
    }
    for (int i = 0; i < explanation.getContent().size(); i++) {
      DocumentReferenceContentComponent content = explanation.getContent().get(i);
      if (!content.getAttachment().hasData() || !content.getAttachment().hasLanguage()) {
        // The profile refuses it, naming the element.
        return;
      }
      LanguageTag.parse(
          content.getAttachment().getLanguage(), "DocumentReference.content[" + i + "].attachment.language");
    }
    if (explanation.hasContent()) {
      LanguageTag language =
          LanguageTag.parse(
              explanation.getContentFirstRep().getAttachment().getLanguage(),
              "DocumentReference.content[0].attachment.language");
      ExplanationDocument.grade(explanation, language, target, "DocumentReference");
    }
  }
}
