package org.equipoise.fhir;

import java.util.Collection;
import java.util.List;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.IdType;

/**
 * Where every access to the record is kept. Nothing that was kept is changed or taken away, except
 * by the operator's retention.
 */
public interface AccessLog {

  /**
   * Keeps these, in one statement: as part of the open database transaction, or for good at once
   * where none is open.
   *
   * @throws org.springframework.dao.DataAccessException where they cannot be kept; what they tell
   *     of must then not happen either
   */
  void keep(List<AccessEvent> events);

  /**
   * Keeps these where a condition holds, and else none of them, in one statement.
   *
   * @param events at least one, for good at once
   * @return whether it held
   * @throws org.springframework.dao.DataAccessException as {@link #keep}
   */
  boolean keepWhile(Standing standing, List<AccessEvent> events);

  /**
   * Keeps one, like {@link #keep(List)}.
   *
   * @return {@code AuditEvent/[id]}, under which it is served
   */
  IdType keep(AccessEvent event);

  /**
   * The decisions about the use of AI that were made about a patient's data, latest first.
   *
   * @param patient logical id
   * @param entities only those about one of these, e.g. {@code DocumentReference/7}; of any where
   *     empty
   * @param most at most so many
   */
  List<AuditEvent> consentDecisions(String patient, Collection<String> entities, int most);
}
