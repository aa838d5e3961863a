package org.equipoise.fhir;

import java.util.List;
import java.util.Optional;

/**
 * One access to the record, told for one patient: who came by which door, on what ground, for what,
 * what was touched and how it ended. A request that touches three patients leaves three; one that
 * touches none (a list of organisations, a login) leaves one without a patient.
 *
 * <p>The content of IHE BALP's AuditEvents (IHE Basic Audit Log Patterns 1.1), without their shape.
 *
 * @param request what the access events of one request have in common: its {@code X-Request-Id}
 * @param door by which way
 * @param operation name of the operation without the dollar sign, or what was done on a page of the
 *     server; null where it is neither
 * @param outcome how it ended
 * @param status HTTP status that the caller got, 0 where none was given yet (a write tells of
 *     itself when it commits, before its answer is made)
 * @param agent who
 * @param patient logical id of the patient; null where the access touches none
 * @param entities what was touched, about this patient: references relative to this server, with
 *     their version where it is known, e.g. {@code Observation/5/_history/2}; the resource that the
 *     request names comes first
 * @param more how many were touched besides those in {@code entities}
 * @param query what was asked for, where it was a search: the request's path and parameters as they
 *     came; null elsewhere
 * @param resource the whole AuditEvent as FHIR JSON, where it says more than these components (a
 *     decision about consent, an event of another system); null where it is made from them
 * @param source the OAuth client through which another system told this event; null for our own
 */
public record AccessEvent(
    String request,
    Door door,
    String operation,
    Outcome outcome,
    int status,
    Agent agent,
    String patient,
    List<String> entities,
    int more,
    String query,
    String resource,
    String source) {

  /** So many references are kept of one event; of what goes beyond, the number. */
  public static final int MOST_ENTITIES = 1000;

  /** A search: somebody was shown the list of those for whom an app can be used. */
  public static final String CHOOSE_PATIENT = "choose-patient";

  /** A search: somebody looked for a name or number, to use an app for that patient. */
  public static final String FIND_PATIENT = "find-patient";

  /** A read: somebody was asked whether an app may use this patient's record. */
  public static final String ALLOW_APP = "allow-app";

  /**
   * Of a token: a person took back what they had allowed an app, which is the client. It touches
   * the patient whose record the app could open.
   */
  public static final String TAKEN_BACK = "taken-back";

  public AccessEvent {
    if (entities.size() > MOST_ENTITIES) {
      more += entities.size() - MOST_ENTITIES;
      entities = entities.subList(0, MOST_ENTITIES);
    }
    entities = List.copyOf(entities);
  }

  /** By which way somebody came to the record, with the action of AuditEvent that it is. */
  public enum Door {
    READ('R'),
    VREAD('R'),
    HISTORY('R'),
    SEARCH('E'),
    PAGE('E'),
    CREATE('C'),
    UPDATE('U'),
    PATCH('U'),
    DELETE('D'),
    OPERATION('E'),
    /**
     * A transaction or batch that was refused as a whole; else each entry has a door of its own.
     */
    TRANSACTION('E'),
    CONSENT_DECISION('E'),
    LOGIN('E'),
    LOGOUT('E'),
    TOKEN('E'),
    ELSEWHERE('E');

    private final char action;

    Door(char action) {
      this.action = action;
    }

    /** A code of {@code audit-event-action}. */
    public char action() {
      return action;
    }
  }

  /** How it ended, as {@code audit-event-outcome} grades it. */
  public enum Outcome {
    SUCCESS(0),
    /** Refused, or not there for this caller. */
    REFUSED(4),
    /** The server failed. */
    FAILED(8);

    private final int code;

    Outcome(int code) {
      this.code = code;
    }

    /** A code of {@code audit-event-outcome}. */
    public int code() {
      return code;
    }

    /** Of an answer with this HTTP status. */
    public static Outcome of(int status) {
      if (status >= 500) {
        return FAILED;
      }
      return status >= 400 ? REFUSED : SUCCESS;
    }
  }

  /** Why the door stood open for this patient's data. */
  public enum Ground {
    /** The patient's own record. */
    OWN,
    /** Somebody who stands for the patient. */
    REPRESENTATIVE,
    /** A clinician whose care reaches the patient. */
    CARE,
    /** A clinician who broke the glass. */
    BREAK_GLASS,
    /**
     * A clinician who was asked to look at this alone: for a second opinion, or whether a choice is
     * free.
     */
    ASKED,
    /** A clinician, where the whole house reaches every patient; care is not looked at. */
    WHOLE_HOUSE,
    /** A program with its own credentials. */
    SERVICE,
    /** A privacy officer. */
    OVERSIGHT,
    /** None: refused, or no patient's data. */
    NONE
  }

  /**
   * Who came.
   *
   * @param client the OAuth client; for a login by a page the server's own name
   * @param person who acts, e.g. {@code Practitioner/7}; null for a service
   * @param device the AI that the client is, e.g. {@code Device/3}; null where it is none
   * @param organization for whom they work, e.g. {@code Organization/5}; null where nothing is said
   * @param purpose why, as far as the token says: the code of {@code ai-purpose} of an AI; null
   *     elsewhere
   * @param ground why the door stood open
   * @param address network address of the client; null where it came by none
   */
  public record Agent(
      String client,
      String person,
      String device,
      String organization,
      String purpose,
      Ground ground,
      String address) {

    /** Of a request's caller. */
    public static Agent of(Caller caller, Ground ground, String address) {
      return new Agent(
          caller.clientId(),
          caller.person().map(id -> id.toUnqualifiedVersionless().getValue()).orElse(null),
          caller.device(),
          caller.organization(),
          caller.aiPurpose(),
          ground,
          address);
    }
  }

  /** The patient whom it touches. */
  public Optional<String> patientId() {
    return Optional.ofNullable(patient);
  }
}
