package org.equipoise.consent.policy;

import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Has the writers of one patient's AI documents and decisions about AI wait for each other, on all
 * nodes: rows of {@code eqp_consent_lock}, each for many patients. Who needs other locks too takes
 * those of {@link org.equipoise.fhir.RecordTransaction#lock} first.
 */
public class DecisionLock {

  private static final int SLOTS = 64;

  private final JdbcTemplate jdbc;

  public DecisionLock(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Waits until no other open transaction holds it, then holds it to the end of this one. What is
   * read afterwards is what they left.
   *
   * @param patient logical id
   */
  public void take(String patient) {
    take(List.of(patient));
  }

  /** The same for several, always in the same order, so that no two wait for each other. */
  public void take(Collection<String> patients) {
    patients.stream()
        .map(DecisionLock::slot)
        .distinct()
        .sorted()
        .forEach(
            slot ->
                jdbc.queryForList(
                    "select slot from eqp_consent_lock where slot = ? for update",
                    Integer.class,
                    slot));
  }

  /**
   * Takes it where nobody holds it.
   *
   * @return whether it is held now
   */
  public boolean tryTake(String patient) {
    return !jdbc.queryForList(
            "select slot from eqp_consent_lock where slot = ? for update skip locked",
            Integer.class,
            slot(patient))
        .isEmpty();
  }

  private static int slot(String patient) {
    return Math.floorMod(patient.hashCode(), SLOTS);
  }
}
