package org.equipoise.consent;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.consent.ConsentDecision.Verdict;
import org.equipoise.fhir.ConsentStatements;
import org.equipoise.fhir.RecordTransaction;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;

/** The decisions about a document that are on record, found by one search. */
public class RecordedConsentStatements implements ConsentStatements {

  private static final Comparator<Consent> NEWEST_FIRST = ConsentPolicy.BY_TIME.reversed();

  private final ConsentPolicy policy;

  public RecordedConsentStatements(ConsentSettings settings) {
    this.policy = new ConsentPolicy(settings);
  }

  @Override
  public List<Statement> about(RecordTransaction transaction, DocumentReference document) {
    List<Consent> consents =
        transaction.search(Consent.class, AttachConsentProvider.about(document));
    String patient = AiUse.key(document.getSubject());
    return consents.stream()
        .filter(consent -> AiUse.key(consent.getPatient()).equals(patient))
        .filter(ConsentPolicy::isStatement)
        .sorted(NEWEST_FIRST)
        .flatMap(consent -> statements(consent, consents, document, transaction.now()))
        .toList();
  }

  /** A permit counts only where no refusal of the same purpose stands beside it. */
  private Stream<Statement> statements(
      Consent consent, List<Consent> all, DocumentReference document, Instant now) {
    boolean permit = ConsentPolicy.isPermit(consent);
    boolean effective = policy.effect(consent, now).effective();
    return AiPurpose.of(consent).stream()
        .map(
            purpose ->
                new Statement(
                    consent.getIdElement().toUnqualifiedVersionless(),
                    purpose.code(),
                    permit,
                    effective
                        && (!permit
                            || policy.decide(all, AiUse.of(purpose, document), now).verdict()
                                == Verdict.PERMIT)));
  }
}
