package org.equipoise.security.client;

/** The services of the {@code demo} profile. Their secret is known to everybody. */
public enum DemoClient {
  /** A backend service that writes AI notes. */
  SCRIBE("demo-scribe", "system/*.cruds", null),
  /** An AI that reads for decisions about care: what patients permit to it. */
  DECISION_SUPPORT("demo-decision-support", "system/*.rs", null, "ai-decision-use"),
  /** Acts as a clinician. */
  PRACTITIONER("demo-practitioner", "user/*.cruds", "Practitioner/demo-practitioner"),
  /** Acts as the patient. */
  PATIENT("demo-patient", "patient/*.cruds", "Patient/demo-patient"),
  /** Acts as the privacy officer. */
  PRIVACY_OFFICER(
      "demo-privacy-officer",
      "user/AuditEvent.rs user/Task.rus",
      "Practitioner/demo-privacy-officer"),
  /** An EHR that starts apps. */
  EHR("demo-ehr", ClientScopes.LAUNCH_CREATE, null),
  /** Looks after clients. */
  OPERATOR("demo-operator", ClientScopes.OPERATOR + " " + ClientScopes.CLIENT_CREATE, null);

  /** The Spring profile. */
  public static final String PROFILE = "demo";

  /** The secret of all of them. */
  public static final String SECRET = "demo";

  /** The AI that the demo's AI clients are. */
  static final String AI_DEVICE = "Device/demo-ai";

  /** For whom they work. */
  static final String ORGANIZATION = "Organization/demo-clinic";

  private final String id;
  private final String scope;
  private final String actsAs;
  private final String aiPurpose;

  DemoClient(String id, String scope, String actsAs) {
    this(id, scope, actsAs, null);
  }

  DemoClient(String id, String scope, String actsAs, String aiPurpose) {
    this.id = id;
    this.scope = scope;
    this.actsAs = actsAs;
    this.aiPurpose = aiPurpose;
  }

  /** The {@code client_id}. */
  public String id() {
    return id;
  }

  /** What it may ask for, as a token request has it: separated by spaces. */
  public String scope() {
    return scope;
  }

  /** The person for whom it acts, e.g. {@code Patient/demo-patient}; null for a backend service. */
  String actsAs() {
    return actsAs;
  }

  /**
   * What an AI client uses what it reads for, a code of {@code ai-purpose}; null for the others.
   */
  String aiPurpose() {
    return aiPurpose;
  }
}
