package org.equipoise.fhir;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Locks by name, as rows of the database: they hold on all nodes, until the open transaction ends.
 */
public final class RecordLocks {

  /** Rows of eqp_lock. */
  private static final int SLOTS = 1024;

  private final JdbcTemplate jdbc;

  public RecordLocks(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** See {@link RecordTransaction#lock}. */
  public void hold(String... keys) {
    List<Integer> slots =
        Arrays.stream(keys)
            .map(key -> Math.floorMod(key.hashCode(), SLOTS))
            .distinct()
            .sorted()
            .toList();
    String places = slots.stream().map(slot -> "?").collect(Collectors.joining(", "));
    jdbc.queryForList(
        "select slot from eqp_lock where slot in (" + places + ") order by slot for update",
        Integer.class,
        slots.toArray());
  }
}
