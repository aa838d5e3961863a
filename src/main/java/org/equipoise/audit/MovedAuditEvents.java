package org.equipoise.audit;

import ca.uhn.fhir.context.FhirContext;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Takes the decisions about AI that were kept as resources, before access events had a table of
 * their own, into that table: once, with their time, and so that their addresses stay good. The
 * resources stay where they are, and nothing leads to them any more.
 */
@Order(1)
final class MovedAuditEvents implements ApplicationRunner {

  private static final Logger log = LoggerFactory.getLogger(MovedAuditEvents.class);
  private static final int AT_ONCE = 200;

  private final JdbcTemplate jdbc;
  private final AccessEvents events;
  private final FhirContext context;
  private final TransactionOperations transaction;

  MovedAuditEvents(
      JdbcTemplate jdbc,
      AccessEvents events,
      FhirContext context,
      TransactionOperations transaction) {
    this.jdbc = jdbc;
    this.events = events;
    this.context = context;
    this.transaction = transaction;
  }

  /**
   * One that was kept as a resource.
   *
   * @param row its number among the resources
   */
  private record Kept(long row, String fhirId, String json) {}

  @Override
  public void run(ApplicationArguments arguments) {
    int moved = 0;
    try {
      for (int some = move(); some > 0; some = move()) {
        moved += some;
      }
    } catch (DuplicateKeyException e) {
      // Another node moves them in this moment.
      log.info("Access events are being moved by another node");
    }
    if (moved > 0) {
      log.info("Moved {} decisions about AI to the access events", moved);
    }
  }

  private int move() {
    Integer moved =
        transaction.execute(
            status -> {
              List<Kept> some = next();
              some.forEach(this::move);
              return some.size();
            });
    return moved == null ? 0 : moved;
  }

  private List<Kept> next() {
    return jdbc.query(
        "select r.res_id, r.fhir_id, v.res_text_vc from hfj_resource r"
            + " join hfj_res_ver v on v.res_id = r.res_id and v.res_ver = r.res_ver"
            + " where r.res_type = 'AuditEvent' and r.res_deleted_at is null"
            + " and v.res_text_vc is not null and not exists"
            + " (select 1 from eqp_moved_audit_event m where m.fhir_id = r.fhir_id)"
            + " order by r.res_id fetch first "
            + AT_ONCE
            + " rows only",
        (row, index) -> new Kept(row.getLong(1), row.getString(2), row.getString(3)));
  }

  private void move(Kept kept) {
    AuditEvent event = context.newJsonParser().parseResource(AuditEvent.class, kept.json());
    long number =
        events.takeIn(
            of(event, context.newJsonParser().encodeResourceToString(event)),
            event.getRecorded().toInstant());
    jdbc.update(
        "insert into eqp_moved_audit_event (fhir_id, event_id) values (?, ?)",
        kept.fhirId(),
        number);
    // By these a search of what it refers to would find it.
    jdbc.update("delete from hfj_res_link where src_resource_id = ?", kept.row());
  }

  private static AccessEvent of(AuditEvent event, String json) {
    List<String> entities =
        event.getEntity().stream()
            .flatMap(entity -> Stream.ofNullable(entity.getWhat().getReference()))
            .toList();
    return new AccessEvent(
        null,
        Door.CONSENT_DECISION,
        "evaluate-ai-use",
        Arrays.stream(Outcome.values())
            .filter(one -> String.valueOf(one.code()).equals(event.getOutcome().toCode()))
            .findFirst()
            .orElseThrow(),
        0,
        new Agent(
            event.getAgent().stream()
                .flatMap(agent -> Stream.ofNullable(agent.getWho().getIdentifier().getValue()))
                .findFirst()
                .orElse(null),
            event.getAgent().stream()
                .filter(AuditEventAgentComponent::getRequestor)
                .map(AuditEventAgentComponent::getWho)
                .filter(Reference::hasReference)
                .map(Reference::getReference)
                .findFirst()
                .orElse(null),
            null,
            null,
            null,
            Ground.NONE,
            null),
        entities.stream()
            .filter(one -> one.startsWith("Patient/"))
            .map(one -> one.substring("Patient/".length()))
            .findFirst()
            .orElse(null),
        entities.stream().filter(one -> !one.startsWith("Patient/")).toList(),
        0,
        null,
        json,
        null);
  }
}
