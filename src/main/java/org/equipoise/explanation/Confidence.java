package org.equipoise.explanation;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.StringType;

/** The part {@code confidence}, which is there only where the AI said how sure it was. */
final class Confidence {

  private final Telling telling;

  Confidence(Telling telling) {
    this.telling = telling;
  }

  List<Sentence> sentences() {
    Extension confidence =
        telling.facts().document().getExtensionByUrl(Canonical.Extension.AI_CONFIDENCE);
    if (confidence == null) {
      return List.of();
    }
    Citation value =
        telling.cite("extension.where(url='" + Canonical.Extension.AI_CONFIDENCE + "').value");
    if (confidence.getValue() instanceof DecimalType share && share.hasValue()) {
      return List.of(
          telling.sentence("sure.percent", Map.of("percent", Percent.of(share.getValue())), value));
    }
    if (confidence.getValue() instanceof Quantity quantity
        && "%".equals(quantity.getUnit())
        && quantity.hasValue()) {
      BigDecimal share = quantity.getValue().movePointLeft(2);
      return List.of(telling.sentence("sure.percent", Map.of("percent", Percent.of(share)), value));
    }
    if (confidence.getValue() instanceof StringType words && words.hasValue()) {
      String quote = telling.wording().quote(telling.wording().name(words.getValue()));
      return List.of(telling.sentence("sure.words", Map.of("quote", quote), value));
    }
    return List.of();
  }
}
