package org.equipoise.fhir;

import java.util.Collection;
import java.util.Map;

/** What the programs that use the record are called; implemented by {@code security.client}. */
public interface ClientDirectory {

  /**
   * The names under which people know these OAuth clients, whatever became of them since.
   *
   * @param clientIds any number of them
   * @return by client id; one that is not registered here, or has no name, is left out
   */
  Map<String, String> namesOf(Collection<String> clientIds);
}
