package org.equipoise.contribution;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;

/**
 * One item of a call cannot be stored: what was written is taken back, and the rest tried again. A
 * server response, since HAPI lets nothing else pass a transaction as it is.
 */
class ItemRefused extends BaseServerResponseException {

  private static final long serialVersionUID = 1L;

  private final int index;
  private final transient BaseServerResponseException refusal;

  ItemRefused(int index, BaseServerResponseException refusal) {
    super(refusal.getStatusCode(), refusal.getMessage());
    this.index = index;
    this.refusal = refusal;
  }

  /** Which item. */
  int index() {
    return index;
  }

  /** What is wrong with it. */
  BaseServerResponseException refusal() {
    return refusal;
  }
}
