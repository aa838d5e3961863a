package org.equipoise.security.access;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Finds out who cares for whom from a record that was written before this server kept it, or where
 * the operator asks for it.
 */
@Order(1)
class CareRebuild implements ApplicationRunner {

  private static final Logger log = LoggerFactory.getLogger(CareRebuild.class);

  private final JdbcTemplate jdbc;
  private final DaoRegistry records;
  private final CareRelations relations;
  private final TransactionOperations transaction;
  private final boolean always;

  CareRebuild(
      JdbcTemplate jdbc,
      DaoRegistry records,
      CareRelations relations,
      TransactionOperations transaction,
      boolean always) {
    this.jdbc = jdbc;
    this.records = records;
    this.relations = relations;
    this.transaction = transaction;
    this.always = always;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    if (!always && isKnown()) {
      return;
    }
    List<Resource> telling =
        Stream.concat(CareFacts.TYPES.stream().sorted(), Stream.of("PractitionerRole"))
            .flatMap(type -> ids(type).stream())
            .flatMap(this::read)
            .filter(
                resource ->
                    resource instanceof PractitionerRole || !CareFacts.of(resource).isEmpty())
            .toList();
    // All or nothing: a table that holds a part would pass for the whole at the next start.
    transaction.executeWithoutResult(
        status -> {
          jdbc.update(
              "delete from eqp_care_relation where kind in ('encounter', 'care-team', 'general')");
          jdbc.update("delete from eqp_practitioner_role");
          telling.forEach(relations::learn);
        });
    if (!telling.isEmpty()) {
      log.info("Found out who cares for whom from {} resources", telling.size());
    }
  }

  private boolean isKnown() {
    return !jdbc.queryForList(
            "select 1 from eqp_care_relation fetch first 1 rows only", Integer.class)
        .isEmpty();
  }

  private List<IdType> ids(String type) {
    List<IdType> ids = new ArrayList<>();
    jdbc.query(
        "select fhir_id from hfj_resource where res_type = ? and res_deleted_at is null",
        row -> {
          ids.add(new IdType(type, row.getString(1)));
        },
        type);
    return ids;
  }

  private Stream<Resource> read(IdType id) {
    try {
      return Stream.of(
          (Resource)
              records.getResourceDao(id.getResourceType()).read(id, new SystemRequestDetails()));
    } catch (ResourceGoneException | ResourceNotFoundException e) {
      return Stream.empty();
    }
  }
}
