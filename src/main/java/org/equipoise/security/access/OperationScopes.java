package org.equipoise.security.access;

import static org.equipoise.security.scope.SmartScope.Permission.CREATE;
import static org.equipoise.security.scope.SmartScope.Permission.READ;
import static org.equipoise.security.scope.SmartScope.Permission.UPDATE;

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

  private static final Map<String, List<Need>> NEEDS =
      Map.of(
          "attach-explanation",
          List.of(
              new Need("DocumentReference", READ),
              new Need("DocumentReference", CREATE),
              new Need("DocumentReference", UPDATE),
              new Need("Provenance", CREATE)),
          "attach-consent",
          List.of(
              new Need("DocumentReference", READ),
              new Need("Consent", CREATE),
              new Need("Consent", UPDATE)),
          BreakGlass.NAME,
          List.of(new Need("Patient", READ)));

  /** Where a patient calls, it is a request to a person, not the writing of an explanation. */
  private static final Map<String, List<Need>> PATIENT_NEEDS =
      Map.of(
          "attach-explanation",
          List.of(new Need("DocumentReference", READ), new Need("Task", CREATE)));

  private OperationScopes() {}

  /** Whether {@code operation} (without its dollar sign) is one of ours, on this type. */
  static boolean isKnown(String type, String operation) {
    return NEEDS.containsKey(operation)
        && (operation.equals(BreakGlass.NAME) ? "Patient" : "DocumentReference").equals(type);
  }

  /** The needs that the caller's scopes do not meet. */
  static List<Need> missing(Viewer viewer, String operation) {
    return missing(viewer, operation, Reach.PATIENT);
  }

  /**
   * For whose data the operation may run: the widest reach whose scopes meet all needs. A scope for
   * one patient does not become one for others because another scope, for something else, is wider.
   *
   * @return empty where needs are missing
   */
  static Optional<Reach> reach(Viewer viewer, String operation) {
    return Arrays.stream(Reach.values())
        .filter(reach -> missing(viewer, operation, reach).isEmpty())
        .max(Reach::compareTo);
  }

  private static List<Need> missing(Viewer viewer, String operation, Reach least) {
    List<Need> needs = viewer.caller().isPatientSide() ? PATIENT_NEEDS.get(operation) : null;
    return (needs == null ? NEEDS.get(operation) : needs)
        .stream().filter(need -> !isMet(viewer, need, least)).toList();
  }

  /** A granular scope does not count: an operation reads and writes more than one query names. */
  private static boolean isMet(Viewer viewer, Need need, Reach least) {
    return viewer.grants(need.type(), Set.of(need.permission())).stream()
        .anyMatch(grant -> !grant.scope().isGranular() && grant.reach().compareTo(least) >= 0);
  }
}
