package org.equipoise.security.client;

/** The three clients of the {@code demo} profile. Their secret is known to everybody. */
public enum DemoClient {
  /** A backend service that writes AI notes. */
  SCRIBE("demo-scribe", "system/*.cruds", null),
  /** Acts as a clinician. */
  PRACTITIONER("demo-practitioner", "user/*.cruds", "Practitioner/demo-practitioner"),
  /** Acts as the patient. */
  PATIENT("demo-patient", "patient/*.cruds", "Patient/demo-patient");

  /** The Spring profile. */
  public static final String PROFILE = "demo";

  /** The secret of all three. */
  public static final String SECRET = "demo";

  private final String id;
  private final String scope;
  private final String actsAs;

  DemoClient(String id, String scope, String actsAs) {
    this.id = id;
    this.scope = scope;
    this.actsAs = actsAs;
  }

  /** The {@code client_id}. */
  public String id() {
    return id;
  }

  /** The one scope that it may ask for. */
  public String scope() {
    return scope;
  }

  /** The person for whom it acts, e.g. {@code Patient/demo-patient}; null for a backend service. */
  String actsAs() {
    return actsAs;
  }
}
