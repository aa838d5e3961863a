package org.equipoise.security.client;

/** Whether a client can do anything here. Only an active one can; others are as if unknown. */
enum ClientState {
  /** In use. */
  ACTIVE,
  /** Registered by itself; an operator has not approved it yet. */
  WAITING,
  /** Switched off by an operator. */
  DISABLED;

  /** As it is stored, and stands in the operator's API. */
  String code() {
    return Codes.of(this);
  }
}
