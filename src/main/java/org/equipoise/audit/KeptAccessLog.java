package org.equipoise.audit;

import ca.uhn.fhir.context.FhirContext;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.Standing;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The access log in the database. */
final class KeptAccessLog implements AccessLog {

  private final AccessEvents events;
  private final FhirContext context;

  KeptAccessLog(AccessEvents events, FhirContext context) {
    this.events = events;
    this.context = context;
  }

  @Override
  public void keep(List<AccessEvent> told) {
    events.add(told);
    standsFor(told);
  }

  /** The doors tell of nothing that is told by these. */
  private void standsFor(List<AccessEvent> told) {
    Told ofRequest = Told.ofThread();
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      Committing.ofTransaction(events).kept(ofRequest, told);
    } else {
      ofRequest.add(told);
    }
  }

  @Override
  public boolean keepWhile(Standing standing, List<AccessEvent> told) {
    return events.addWhile(standing, told);
  }

  @Override
  public IdType keep(AccessEvent event) {
    long number = events.add(event);
    standsFor(List.of(event));
    return new IdType("AuditEvent", StoredEvent.fhirId(number));
  }

  @Override
  public List<AuditEvent> consentDecisions(String patient, Collection<String> entities, int most) {
    return events.find(EventQuery.ofConsentDecisions(patient, entities, most)).stream()
        .map(this::decision)
        .toList();
  }

  private AuditEvent decision(StoredEvent stored) {
    AuditEvent decision =
        context.newJsonParser().parseResource(AuditEvent.class, stored.event().resource());
    decision.setId(new IdType("AuditEvent", stored.fhirId(), "1"));
    decision.setRecorded(Date.from(stored.recorded()));
    return decision;
  }
}
