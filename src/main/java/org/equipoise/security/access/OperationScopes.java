package org.equipoise.security.access;

import static org.equipoise.security.scope.SmartScope.Permission.CREATE;
import static org.equipoise.security.scope.SmartScope.Permission.READ;
import static org.equipoise.security.scope.SmartScope.Permission.SEARCH;
import static org.equipoise.security.scope.SmartScope.Permission.UPDATE;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.security.access.Grant.Reach;
import org.equipoise.security.scope.SmartScope.Permission;

/**
 * The scopes that each operation needs. SMART has none for operations, so a caller must hold those
 * of what the operation reads and writes in its name; what the server adds on its own account (a
 * Provenance of what the patient signed) needs none.
 */
final class OperationScopes {

  /** One scope that must be held. */
  record Need(String type, Permission permission) {
    @Override
    public String toString() {
      return type + "." + permission.letter();
    }
  }

  /**
   * One operation.
   *
   * @param level where it is called: on one resource, or on a type
   * @param needs the scopes that it needs
   * @param patientNeeds those where a patient, or who stands for one, calls
   */
  private record Offered(RestOperationTypeEnum level, List<Need> needs, List<Need> patientNeeds) {}

  /**
   * A search of many types at once: it does not look beyond the token's scopes on its own account,
   * as other operations do.
   */
  static final String EVERYTHING = "everything";

  static final String ACCESS_REPORT = "access-report";

  /** By {@code Type/name}, the name without its dollar sign. */
  private static final Map<String, Offered> OFFERED =
      Map.ofEntries(
          // Where a patient calls, it is a request to a person, not the writing of an explanation.
          onInstance(
              "DocumentReference/attach-explanation",
              List.of(
                  new Need("DocumentReference", READ),
                  new Need("DocumentReference", CREATE),
                  new Need("DocumentReference", UPDATE),
                  new Need("Provenance", CREATE)),
              List.of(new Need("DocumentReference", READ), new Need("Task", CREATE))),
          onInstance(
              "DocumentReference/attach-consent",
              List.of(
                  new Need("DocumentReference", READ),
                  new Need("Consent", CREATE),
                  new Need("Consent", UPDATE))),
          onInstance(
              "DocumentReference/review",
              List.of(
                  new Need("DocumentReference", READ),
                  new Need("DocumentReference", UPDATE),
                  new Need("Provenance", CREATE))),
          onInstance(
              "Patient/decide-ai-use",
              List.of(
                  new Need("Patient", READ),
                  new Need("Consent", CREATE),
                  new Need("Consent", UPDATE))),
          // Of the other types it shows what the token's scopes open, and says which they do not.
          onInstance(
              "DocumentReference/ai-transparency", List.of(new Need("DocumentReference", READ))),
          onInstance(
              "Patient/ai-transparency",
              List.of(new Need("Patient", READ), new Need("DocumentReference", READ))),
          onInstance(
              "Patient/contribute",
              List.of(
                  new Need("Patient", READ),
                  new Need("Observation", CREATE),
                  new Need("DocumentReference", CREATE))),
          onInstance(
              "Observation/acknowledge",
              List.of(
                  new Need("Observation", READ),
                  new Need("Observation", UPDATE),
                  new Need("Provenance", CREATE))),
          onInstance(
              "DocumentReference/acknowledge",
              List.of(
                  new Need("DocumentReference", READ),
                  new Need("DocumentReference", UPDATE),
                  new Need("Provenance", CREATE))),
          onInstance(
              "Patient/waiting",
              List.of(
                  new Need("Patient", READ),
                  new Need("Observation", READ),
                  new Need("DocumentReference", READ))),
          onType("Consent/evaluate-ai-use", List.of(new Need("Consent", READ))),
          onInstance(
              "Consent/withdraw-consent",
              List.of(new Need("Consent", READ), new Need("Consent", UPDATE))),
          onInstance(
              "Patient/withdraw-consent",
              List.of(new Need("Consent", READ), new Need("Consent", UPDATE))),
          onInstance(
              "Consent/" + NeutralTasks.CONFIRM,
              List.of(new Need("Consent", READ), new Need("Consent", UPDATE))),
          onInstance(
              "Patient/ingest-wearable",
              List.of(new Need("Observation", CREATE), new Need("Observation", UPDATE))),
          onInstance(
              "Patient/ingest-wearable-status",
              List.of(new Need("Observation", CREATE), new Need("Observation", UPDATE))),
          onInstance(
              "Patient/ingest-wearable-report",
              List.of(new Need("Observation", CREATE), new Need("Observation", UPDATE))),
          // What comes of a decision that both have signed is the server's to write.
          onInstance(
              "Patient/record-decision",
              List.of(
                  new Need("Patient", READ),
                  new Need("Composition", READ),
                  new Need("Composition", CREATE),
                  new Need("Composition", UPDATE),
                  new Need("CarePlan", CREATE),
                  new Need("CarePlan", UPDATE),
                  new Need("Goal", CREATE),
                  new Need("Observation", CREATE),
                  new Need("QuestionnaireResponse", CREATE))),
          onInstance(
              "Patient/about-me",
              List.of(
                  new Need("Patient", READ),
                  new Need("DocumentReference", CREATE),
                  new Need("DocumentReference", UPDATE))),
          onInstance(
              "DocumentReference/second-opinion",
              List.of(
                  new Need("DocumentReference", READ),
                  new Need("ServiceRequest", CREATE),
                  new Need("Consent", CREATE))),
          // To whom it answers besides is decided where it runs: patients, and who looks after
          // them.
          onInstance("Patient/" + ACCESS_REPORT, List.of(new Need("AuditEvent", SEARCH))),
          // Of each type it gives what a search with the same token finds.
          onInstance("Patient/" + EVERYTHING, List.of(new Need("Patient", READ))),
          onInstance("Patient/teach-back", List.of(new Need("Patient", READ))),
          // The rules of the house are for everybody who has a token, and hold no patient's data.
          onType("Consent/guardrails", List.of()),
          onInstance("Patient/" + BreakGlass.NAME, List.of(new Need("Patient", READ))));

  private OperationScopes() {}

  private static Map.Entry<String, Offered> onType(String name, List<Need> needs) {
    return Map.entry(
        name, new Offered(RestOperationTypeEnum.EXTENDED_OPERATION_TYPE, needs, needs));
  }

  private static Map.Entry<String, Offered> onInstance(String name, List<Need> needs) {
    return onInstance(name, needs, needs);
  }

  private static Map.Entry<String, Offered> onInstance(
      String name, List<Need> needs, List<Need> patientNeeds) {
    return Map.entry(
        name, new Offered(RestOperationTypeEnum.EXTENDED_OPERATION_INSTANCE, needs, patientNeeds));
  }

  /** Whether {@code operation} (without its dollar sign) is one of ours, called on this level. */
  static boolean isKnown(String type, String operation, RestOperationTypeEnum level) {
    Offered offered = OFFERED.get(type + "/" + operation);
    return offered != null && offered.level() == level;
  }

  /** The needs that the caller's scopes do not meet. */
  static List<Need> missing(Viewer viewer, String type, String operation) {
    return missing(viewer, type, operation, Reach.PATIENT);
  }

  /**
   * For whose data the operation may run: the widest reach whose scopes meet all needs. A scope for
   * one patient does not become one for others because another scope, for something else, is wider.
   *
   * @return empty where needs are missing
   */
  static Optional<Reach> reach(Viewer viewer, String type, String operation) {
    return Arrays.stream(Reach.values())
        .filter(reach -> missing(viewer, type, operation, reach).isEmpty())
        .max(Reach::compareTo);
  }

  private static List<Need> missing(Viewer viewer, String type, String operation, Reach least) {
    Offered offered = OFFERED.get(type + "/" + operation);
    return (viewer.caller().isPatientSide() ? offered.patientNeeds() : offered.needs())
        .stream().filter(need -> !isMet(viewer, need, least)).toList();
  }

  /** A granular scope does not count: an operation reads and writes more than one query names. */
  private static boolean isMet(Viewer viewer, Need need, Reach least) {
    return viewer.grants(need.type(), Set.of(need.permission())).stream()
        .anyMatch(grant -> !grant.scope().isGranular() && grant.reach().compareTo(least) >= 0);
  }
}
