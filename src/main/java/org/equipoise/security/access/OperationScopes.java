package org.equipoise.security.access;

import static org.equipoise.security.scope.SmartScope.Permission.CREATE;
import static org.equipoise.security.scope.SmartScope.Permission.READ;
import static org.equipoise.security.scope.SmartScope.Permission.UPDATE;

import java.util.List;
import java.util.Map;
import org.equipoise.fhir.Caller;
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
              new Need("Consent", UPDATE)));

  /** Where a patient calls, it is a request to a person, not the writing of an explanation. */
  private static final Map<String, List<Need>> PATIENT_NEEDS =
      Map.of(
          "attach-explanation",
          List.of(new Need("DocumentReference", READ), new Need("Task", CREATE)));

  private OperationScopes() {}

  /** Whether {@code operation} (without its dollar sign) is one of ours. */
  static boolean isKnown(String operation) {
    return NEEDS.containsKey(operation);
  }

  /** The needs that the caller's scopes do not meet. */
  static List<Need> missing(AccessRules rules, Caller caller, String operation) {
    List<Need> needs = caller.isPatientSide() ? PATIENT_NEEDS.get(operation) : null;
    return (needs == null ? NEEDS.get(operation) : needs)
        .stream()
            .filter(
                need ->
                    rules.reach(caller, need.type(), need.permission()) == AccessRules.Reach.NONE)
            .toList();
  }
}
