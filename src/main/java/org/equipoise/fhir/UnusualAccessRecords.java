package org.equipoise.fhir;

import java.util.Set;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * How what the watch over accesses writes into the record is known: a Task that asks the privacy
 * officer to look into an access, and a Communication that tells the patient. The server alone
 * writes these; who may see them, access rules decide.
 */
public final class UnusualAccessRecords {

  /** The code of such a Task, and the category of such a Communication ({@code task}). */
  public static final String CODE = "unusual-access";

  /**
   * System of {@code Task.groupIdentifier}: who came, e.g. {@code Practitioner/7}. All Tasks about
   * one person, AI or client are a group.
   */
  public static final String AGENT = Canonical.BASE + "/NamingSystem/unusual-access-agent";

  /** The types of which some are such records. */
  public static final Set<String> TYPES = Set.of("Communication", "Task");

  private UnusualAccessRecords() {}

  /** Whether it is one of these. */
  public static boolean isOne(Resource resource) {
    return isTask(resource)
        || (resource instanceof Communication message
            && message.getCategory().stream()
                .anyMatch(category -> category.hasCoding(Canonical.System.TASK, CODE)));
  }

  /** Whether it is the Task. */
  public static boolean isTask(Resource resource) {
    return resource instanceof Task task && task.getCode().hasCoding(Canonical.System.TASK, CODE);
  }

  /** Whether the Task is about what this person did, e.g. {@code Practitioner/7}. */
  public static boolean isAbout(Task task, String person) {
    return AGENT.equals(task.getGroupIdentifier().getSystem())
        && person.equals(task.getGroupIdentifier().getValue());
  }
}
