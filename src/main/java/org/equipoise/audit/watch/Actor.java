package org.equipoise.audit.watch;

import java.util.Set;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;

/** What the watch asks of one access about who it was and what they did. */
final class Actor {

  /** The purpose of an AI that writes notes ({@code ai-purpose}). */
  static final String DOCUMENTATION = "ai-documentation";

  private static final Set<Door> LOOKS =
      Set.of(Door.READ, Door.VREAD, Door.HISTORY, Door.SEARCH, Door.PAGE, Door.OPERATION);

  private static final Set<Door> WRITES = Set.of(Door.CREATE, Door.UPDATE, Door.PATCH, Door.DELETE);

  /** The operations by which an AI writes of a patient; the others that it may call only look. */
  private static final Set<String> WRITING = Set.of("attach-explanation", "attach-consent");

  private Actor() {}

  /**
   * Who acts: the person, e.g. {@code Practitioner/7}, else the AI, e.g. {@code Device/3}, else the
   * client, e.g. {@code client:lab}. Many people share a client, so it counts last.
   */
  static String key(Agent agent) {
    if (agent.person() != null) {
      return agent.person();
    }
    return agent.device() != null ? agent.device() : "client:" + agent.client();
  }

  /** Whether somebody who works here acts in person. */
  static boolean isStaff(Agent agent) {
    return agent.person() != null && agent.person().startsWith("Practitioner/");
  }

  /** The patient, or who stands for them. */
  static boolean isPatientSide(Agent agent) {
    return agent.ground() == Ground.OWN || agent.ground() == Ground.REPRESENTATIVE;
  }

  /**
   * Whether somebody had to do with the data of a patient: saw some, or wrote some. A search that
   * named a patient and found nothing has no ground. Who breaks the glass is let in by that alone.
   * Whoever starts an app is shown a list of all their patients, and opens none of them by that.
   */
  static boolean isAccess(AccessEvent event) {
    return event.patient() != null
        && event.outcome() == Outcome.SUCCESS
        && !AccessEvent.CHOOSE_PATIENT.equals(event.operation())
        && (event.agent().ground() != Ground.NONE || isBreakGlass(event))
        && (LOOKS.contains(event.door()) || WRITES.contains(event.door()));
  }

  /** Whether the glass was broken, or access rests on that. */
  static boolean isBreakGlass(AccessEvent event) {
    return event.agent().ground() == Ground.BREAK_GLASS || "break-glass".equals(event.operation());
  }

  /** Whether an AI that documents looked at a patient's data. */
  static boolean isLookOfScribe(AccessEvent event) {
    return isScribe(event) && isAccess(event) && !isWrite(event);
  }

  /** Whether an AI that documents wrote of a patient. */
  static boolean isWriteOfScribe(AccessEvent event) {
    return isScribe(event) && isAccess(event) && isWrite(event);
  }

  private static boolean isScribe(AccessEvent event) {
    return event.agent().device() != null && DOCUMENTATION.equals(event.agent().purpose());
  }

  /** Whether it changed the record. */
  static boolean isWrite(AccessEvent event) {
    return WRITES.contains(event.door())
        || (event.door() == Door.OPERATION
            && event.operation() != null
            && WRITING.contains(event.operation()));
  }

  /** Whether somebody was refused what is not theirs, or is not there for them. */
  static boolean isTurnedAway(AccessEvent event) {
    return event.outcome() == Outcome.REFUSED && (event.status() == 403 || event.status() == 404);
  }
}
