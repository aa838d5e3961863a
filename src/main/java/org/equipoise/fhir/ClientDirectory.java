package org.equipoise.fhir;

import java.util.Collection;
import java.util.Map;

/** What people are told of the programs that use the record; implemented in {@code security}. */
public interface ClientDirectory {

  /**
   * One OAuth client.
   *
   * @param name under which people know it; null where nobody gave it one
   * @param organization for whom it works, e.g. {@code Organization/5}; null where nothing is said
   * @param isElsewhere whether another authorization server vouches for it, and it is not
   *     registered here
   * @param issuer what people call that authorization server; null where nobody said, and where it
   *     is this one
   */
  record Client(String name, String organization, boolean isElsewhere, String issuer) {}

  /**
   * These clients, whatever became of them since.
   *
   * @param clientIds any number of them
   * @return by client id; one that is not registered any more is left out
   */
  Map<String, Client> find(Collection<String> clientIds);
}
