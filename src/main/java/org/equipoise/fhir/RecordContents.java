package org.equipoise.fhir;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * All that stands in the record, as the server itself sees it: for what is kept beside the
 * resources and found out anew from them.
 */
public final class RecordContents {

  private final JdbcTemplate jdbc;
  private final DaoRegistry records;
  private final TransactionTemplate each;

  public RecordContents(
      JdbcTemplate jdbc, DaoRegistry records, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.records = records;
    this.each = new TransactionTemplate(transactions);
    each.setReadOnly(true);
    // Within one transaction of the caller the storage engine would keep all that was read.
    each.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
  }

  /**
   * The current version of each resource of a type, deleted ones left out. Resources are read one
   * by one, as the stream asks for them, so that a filter keeps what is held in memory small.
   */
  public <T extends Resource> Stream<T> ofType(Class<T> type) {
    return ofType(type.getSimpleName()).map(type::cast);
  }

  /** The same, by the name of the type. */
  public Stream<Resource> ofType(String type) {
    return jdbc
        .queryForList(
            "select fhir_id from hfj_resource where res_type = ? and res_deleted_at is null",
            String.class,
            type)
        .stream()
        .flatMap(id -> read(new IdType(type, id)));
  }

  /** Nothing where it was deleted meanwhile. */
  private Stream<Resource> read(IdType id) {
    try {
      IBaseResource found =
          each.execute(
              status ->
                  records
                      .getResourceDao(id.getResourceType())
                      .read(id, new SystemRequestDetails()));
      return Stream.of((Resource) found);
    } catch (ResourceGoneException | ResourceNotFoundException e) {
      return Stream.empty();
    }
  }
}
