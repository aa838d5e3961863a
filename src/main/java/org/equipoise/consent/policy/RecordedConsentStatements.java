package org.equipoise.consent.policy;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentReader;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.fhir.ConsentStatements;
import org.equipoise.fhir.RecordTransaction;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;

/** The decisions about a document that are on record, found by one search. */
public class RecordedConsentStatements implements ConsentStatements {

  private static final Comparator<ConsentStatement> NEWEST_FIRST =
      ConsentStatement.BY_TIME.reversed();

  private final ConsentPolicy policy;
  private final ConsentReader reader;

  public RecordedConsentStatements(ConsentSettings settings) {
    this.policy = new ConsentPolicy(settings);
    this.reader = new ConsentReader(settings.zone());
  }

  @Override
  public List<Statement> about(RecordTransaction transaction, DocumentReference document) {
    String patient = AiUse.key(document.getSubject());
    List<ConsentStatement> all =
        transaction.search(Consent.class, about(document)).stream()
            .filter(consent -> AiUse.key(consent.getPatient()).equals(patient))
            .flatMap(consent -> reader.readOnRecord(consent).stream())
            .filter(ConsentStatement::isInForce)
            .sorted(NEWEST_FIRST)
            .toList();
    return all.stream().map(one -> statement(one, all, document, transaction.now())).toList();
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
