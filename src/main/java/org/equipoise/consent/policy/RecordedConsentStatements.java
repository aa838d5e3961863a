package org.equipoise.consent.policy;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentReader;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.fhir.ConsentStatements;
import org.equipoise.fhir.RecordTransaction;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;

/**
 * The decisions about a document that are on record: those that name it, found by one search, and
 * for purposes of which none does, those about AI in general or about the AIs that wrote it.
 */
public class RecordedConsentStatements implements ConsentStatements {

  private static final Comparator<ConsentStatement> NEWEST_FIRST =
      ConsentStatement.BY_TIME.reversed();

  private final ConsentPolicy policy;
  private final ConsentReader reader;
  private final Function<String, List<ConsentStatement>> decided;

  /**
   * @param decided all that a patient ({@code Patient/1}) decided about AI
   */
  public RecordedConsentStatements(
      ConsentSettings settings, Function<String, List<ConsentStatement>> decided) {
    this.policy = new ConsentPolicy(settings);
    this.reader = new ConsentReader(settings.zone());
    this.decided = decided;
  }

  @Override
  public List<Statement> about(RecordTransaction transaction, DocumentReference document) {
    List<ConsentStatement> all =
        Stream.concat(naming(transaction, document), atLarge(transaction, document))
            .sorted(NEWEST_FIRST)
            .toList();
    Set<AiPurpose> named =
        all.stream()
            .filter(one -> !one.documents().isEmpty())
            .map(ConsentStatement::purpose)
            .collect(Collectors.toSet());
    return all.stream()
        .filter(one -> !one.documents().isEmpty() || !named.contains(one.purpose()))
        .map(one -> statement(one, all, document, transaction.now()))
        .toList();
  }

  private Stream<ConsentStatement> naming(
      RecordTransaction transaction, DocumentReference document) {
    String patient = AiUse.key(document.getSubject());
    return transaction.search(Consent.class, about(document)).stream()
        .filter(consent -> AiUse.key(consent.getPatient()).equals(patient))
        .flatMap(consent -> reader.readOnRecord(consent).stream())
        .filter(ConsentStatement::isInForce);
  }

  /** Read as the caller, who may not be to see each. */
  private Stream<ConsentStatement> atLarge(
      RecordTransaction transaction, DocumentReference document) {
    return decided.apply(AiUse.key(document.getSubject())).stream()
        .filter(one -> isAtLarge(one, document))
        .map(ConsentStatement::consent)
        .distinct()
        .flatMap(consent -> transaction.find(Consent.class, new Reference(consent)).stream())
        .flatMap(consent -> reader.readOnRecord(consent).stream())
        .filter(one -> isAtLarge(one, document));
  }

  private static boolean isAtLarge(ConsentStatement one, DocumentReference document) {
    return one.isInForce()
        && one.documents().isEmpty()
        && one.speaksOf(AiUse.of(one.purpose(), document));
  }

  private static SearchParameterMap about(DocumentReference document) {
    return SearchParameterMap.newSynchronous()
        .add(
            Consent.SP_DATA,
            new ReferenceParam(document.getIdElement().toUnqualifiedVersionless().getValue()))
        .add(Consent.SP_PATIENT, new ReferenceParam(AiUse.key(document.getSubject())));
  }

  /** A permit counts only where no refusal of the same purpose stands beside it. */
  private Statement statement(
      ConsentStatement one, List<ConsentStatement> all, DocumentReference document, Instant now) {
    boolean counts =
        policy.effect(one, now).effective()
            && (!one.permit()
                || policy.decide(all, AiUse.of(one.purpose(), document), now).verdict()
                    == Verdict.PERMIT);
    return new Statement(new IdType(one.consent()), one.purpose().code(), one.permit(), counts);
  }
}
