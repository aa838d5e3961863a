package org.equipoise.security.client;

/** Who registered a client. */
enum ClientOrigin {
  /** {@code equipoise.clients}; changed there and nowhere else. */
  CONFIGURATION,
  /** An operator. */
  OPERATOR,
  /** Dynamic registration (RFC 7591). */
  SELF_REGISTERED;

  /** As it is stored, and stands in the operator's API. */
  String code() {
    return Codes.of(this);
  }
}
