package org.equipoise.fhir;

import java.util.ArrayList;
import java.util.List;

/**
 * What must still be true when an answer leaves the server, put so that it can ride on a statement
 * that is made anyway: a database answers yes or no in the same moment.
 *
 * @param condition an SQL condition, e.g. {@code exists (select 1 from ...)}
 * @param parameters of its question marks
 */
public record Standing(String condition, List<Object> parameters) {

  public Standing {
    parameters = List.copyOf(parameters);
  }

  /** Both. */
  public Standing and(Standing other) {
    List<Object> both = new ArrayList<>(parameters);
    both.addAll(other.parameters);
    return new Standing("(" + condition + ") and (" + other.condition + ")", both);
  }
}
