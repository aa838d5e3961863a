package org.equipoise.decision;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UriType;

/**
 * What an option can bring, as it is stated.
 *
 * @param kind code of {@code outcome-kind}; empty where none of ours is said
 * @param frequency how many people of how many; empty where it is not said
 * @param timeframe within what time
 * @param certainty code of {@code evidence-quality}
 * @param source a reference into the record, or an address
 */
record OutcomeEstimate(
    String kind,
    String description,
    Optional<Ratio> frequency,
    Optional<Duration> timeframe,
    Optional<String> certainty,
    Optional<Type> source) {

  static final String BENEFIT = "benefit";
  static final String HARM = "harm";

  private static final String EVIDENCE = "http://terminology.hl7.org/CodeSystem/evidence-quality";

  /** What an option states, in its order. */
  static List<OutcomeEstimate> of(CarePlan option) {
    return option.getExtensionsByUrl(Canonical.Extension.OUTCOME_ESTIMATE).stream()
        .map(OutcomeEstimate::of)
        .toList();
  }

  private static OutcomeEstimate of(Extension estimate) {
    return new OutcomeEstimate(
        Optional.ofNullable(estimate.getExtensionByUrl("kind"))
            .flatMap(kind -> Sections.code(kind, Canonical.System.OUTCOME_KIND))
            .orElse(""),
        value(estimate, "description", StringType.class).map(StringType::getValue).orElse(""),
        value(estimate, "outcomeOf", Ratio.class),
        value(estimate, "timeframe", Duration.class),
        value(estimate, "certainty", CodeableConcept.class)
            .flatMap(certainty -> Sections.codes(List.of(certainty), Set.of(EVIDENCE)).findFirst()),
        value(estimate, "source", Type.class).filter(OutcomeEstimate::leadsSomewhere));
  }

  private static boolean leadsSomewhere(Type source) {
    return source instanceof Reference reference
        ? reference.hasReference() || reference.hasDisplay() || reference.hasIdentifier()
        : source instanceof UriType uri && uri.hasValue();
  }

  private static <T extends Type> Optional<T> value(
      Extension estimate, String name, Class<T> type) {
    return Optional.ofNullable(estimate.getExtensionByUrl(name))
        .map(Extension::getValue)
        .filter(type::isInstance)
        .map(type::cast);
  }

  /** Whether its frequency and its source must be said. */
  boolean mustBeCounted() {
    return kind.equals(BENEFIT) || kind.equals(HARM);
  }

  /** Whether the frequency is a count of people: a whole number out of a whole number. */
  static boolean isNaturalFrequency(Ratio frequency) {
    return isCount(frequency.getNumerator())
        && isCount(frequency.getDenominator())
        && frequency.getDenominator().getValue().signum() > 0
        && frequency.getNumerator().getValue().compareTo(frequency.getDenominator().getValue())
            <= 0;
  }

  private static boolean isCount(Quantity quantity) {
    BigDecimal value = quantity.getValue();
    return value != null
        && value.signum() >= 0
        && value.stripTrailingZeros().scale() <= 0
        && !quantity.hasUnit()
        && !quantity.hasComparator()
        && (!quantity.hasCode() || "1".equals(quantity.getCode()));
  }

  /** Of how many people the frequency counts. */
  Optional<BigDecimal> people() {
    return frequency
        .filter(OutcomeEstimate::isNaturalFrequency)
        .map(ratio -> ratio.getDenominator().getValue().stripTrailingZeros());
  }
}
