package org.equipoise.consent.policy;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentReader;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.fhir.AiUseDecisions;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;

/** What {@link ConsentPolicy} decides about the uses of one document. */
final class PolicyDecisions implements AiUseDecisions {

  private final ConsentPolicy policy;
  private final ConsentReader reader;

  PolicyDecisions(ConsentSettings settings) {
    this.policy = new ConsentPolicy(settings);
    this.reader = new ConsentReader(settings.zone());
  }

  private record Statements(List<ConsentStatement> all) implements Said {
    @Override
    public boolean isAboutAi() {
      return !all.isEmpty();
    }
  }

  @Override
  public Said read(Consent consent) {
    return new Statements(reader.readOnRecord(consent));
  }

  @Override
  public boolean speaksOf(Said said, DocumentReference document) {
    return ((Statements) said)
        .all().stream().anyMatch(one -> one.speaksOf(AiUse.of(one.purpose(), document)));
  }

  @Override
  public List<Decision> about(
      DocumentReference document, Collection<Said> said, Instant at, Locale locale) {
    ConsentWords words = ConsentWords.in(locale.toLanguageTag());
    List<ConsentStatement> statements =
        said.stream().flatMap(one -> ((Statements) one).all().stream()).toList();
    return Arrays.stream(AiPurpose.values())
        .map(purpose -> policy.decide(statements, AiUse.of(purpose, document), at))
        .map(decision -> decision(decision, words))
        .toList();
  }

  private static Decision decision(ConsentDecision decision, ConsentWords words) {
    return new Decision(
        decision.use().purpose().code(),
        Verdict.valueOf(decision.verdict().name()),
        decision.basis().stream().map(ConsentStatement::consent).map(IdType::new).toList(),
        decision.reasons().stream().map(words::sentence).filter(Objects::nonNull).toList());
  }
}
