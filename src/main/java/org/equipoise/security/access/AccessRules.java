package org.equipoise.security.access;

import ca.uhn.fhir.context.FhirContext;
import java.util.Arrays;
import java.util.Set;
import org.equipoise.fhir.Caller;
import org.equipoise.security.scope.SmartScope;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.r4.model.Resource;

/**
 * The one place that decides who may do what: a pure function of the caller and the resource. A
 * scope says which types and actions a token is good for; the compartment says for whose data. What
 * no rule allows is denied.
 */
public final class AccessRules {

  /** Whose data a caller's scopes reach for one type and action. */
  public enum Reach {
    /** Nobody's: no scope allows it. */
    NONE,
    /** The data of the one patient that the token is limited to. */
    ONE_PATIENT,
    /** Everybody's. */
    ALL
  }

  /**
   * What a patient or their app may write by plain REST, in their own name. Provenance is not among
   * it: it would say what others did.
   */
  private static final Set<String> PATIENT_WRITES =
      Set.of(
          "Communication",
          "Consent",
          "DocumentReference",
          "Goal",
          "Observation",
          "QuestionnaireResponse",
          "Task");

  /** Directory entries: they tell who works where, nothing of a patient. */
  private static final Set<String> DIRECTORY =
      Set.of("Location", "Medication", "Organization", "Practitioner", "PractitionerRole");

  private final PatientCompartment compartment;

  public AccessRules(FhirContext context) {
    this.compartment = new PatientCompartment(context);
  }

  /**
   * How far the caller's scopes reach for an action on a type; any one of {@code permissions}
   * suffices.
   */
  public Reach reach(Caller caller, String type, Permission... permissions) {
    Reach reach = Reach.NONE;
    for (String text : caller.scopes()) {
      SmartScope scope = SmartScope.parse(text).orElse(null);
      if (scope != null
          && Arrays.stream(permissions).anyMatch(permission -> scope.allows(type, permission))) {
        Reach one = reachOf(scope, caller);
        reach = one.compareTo(reach) > 0 ? one : reach;
      }
    }
    return reach;
  }

  private static Reach reachOf(SmartScope scope, Caller caller) {
    return switch (scope.context()) {
      case "system" -> caller.isService() ? Reach.ALL : Reach.NONE;
      case "user" -> caller.isPractitioner() ? Reach.ALL : onePatient(caller);
      default -> onePatient(caller);
    };
  }

  private static Reach onePatient(Caller caller) {
    return caller.patientId() == null ? Reach.NONE : Reach.ONE_PATIENT;
  }

  /** Whether the caller may see the resource, however it was found. */
  public boolean maySee(Caller caller, Resource resource) {
    return switch (reach(caller, resource.fhirType(), Permission.READ, Permission.SEARCH)) {
      case ALL -> true;
      case ONE_PATIENT -> isOpenToAll(resource) || isAboutPatientOf(caller, resource);
      case NONE -> false;
    };
  }

  /**
   * Whether the resource is the caller's to see, scopes aside: a token limited to a patient reaches
   * no other.
   */
  public boolean isWithinReach(Caller caller, Resource resource) {
    return caller.patientId() == null
        || isOpenToAll(resource)
        || isAboutPatientOf(caller, resource);
  }

  /** A group names its other members, and why they are one; a member sees it only where alone. */
  private boolean isAboutPatientOf(Caller caller, Resource resource) {
    return resource.fhirType().equals("Group")
        ? belongsToOnly(resource, caller.patientId())
        : compartment.ownersOf(resource).contains(caller.patientId());
  }

  /**
   * Whether the caller's scopes and reach allow this write of {@code resource}, as it is or as it
   * will be.
   */
  public boolean mayWrite(Caller caller, Resource resource, Permission permission) {
    return switch (reach(caller, resource.fhirType(), permission)) {
      case ALL -> true;
      case ONE_PATIENT ->
          PATIENT_WRITES.contains(resource.fhirType())
              && belongsToOnly(resource, caller.patientId())
              && Authorship.claimsNobodyElse(resource, caller)
              && (permission == Permission.CREATE || Authorship.includes(resource, caller));
      case NONE -> false;
    };
  }

  /** Whether the resource is about this patient and about no other. */
  public boolean belongsToOnly(Resource resource, String patientId) {
    return compartment.ownersOf(resource).equals(Set.of(patientId));
  }

  /**
   * What every authenticated caller with the scope may read, because it holds no patient's data.
   */
  private boolean isOpenToAll(Resource resource) {
    return DIRECTORY.contains(resource.fhirType())
        || (compartment.isAboutNoPatient(resource)
            && (resource.fhirType().equals("Device")
                || resource.fhirType().equals("DocumentReference")));
  }
}
