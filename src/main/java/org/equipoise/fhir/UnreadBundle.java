package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;

/** A batch or transaction that was refused before anybody looked into its entries. */
public final class UnreadBundle {

  private static final String MARK = UnreadBundle.class.getName();

  private UnreadBundle() {}

  /** Marks the request as one that carries such a bundle. */
  public static void mark(RequestDetails request) {
    request.getUserData().put(MARK, true);
  }

  /** Whether the request carries such a bundle. */
  public static boolean isIn(RequestDetails request) {
    return request.getUserData().containsKey(MARK);
  }
}
