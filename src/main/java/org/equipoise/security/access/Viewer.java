package org.equipoise.security.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Standing;
import org.equipoise.security.access.Grant.Reach;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.r4.model.Resource;

/**
 * A caller, what their token is good for, and for whom they were found to care: one for each
 * request, so that a page of fifty resources asks once.
 */
final class Viewer {

  /** The scope that opens one's own resource (SMART App Launch 2.2, "Scopes for identity data"). */
  private static final String FHIR_USER = "fhirUser";

  private final Caller caller;
  private final List<Grant> grants;
  private final List<Grant> logGrants;
  private final CareRelation care;

  /** On what ground the caller reaches those whom they care for. */
  private final Map<String, Ground> caredFor = new ConcurrentHashMap<>();

  /** What must still be true for whom they were found to care for a moment ago. */
  private final Map<String, Standing> assumed = new ConcurrentHashMap<>();

  private volatile boolean assumesCare;

  /** Those of whom they see what they were asked to look at, and nothing else. */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /**
   * @param grants what the token is good for on records
   * @param logGrants the same on what the server logs, which other people read
   */
  Viewer(Caller caller, List<Grant> grants, List<Grant> logGrants, CareRelation care) {
    this.caller = caller;
    this.grants = List.copyOf(grants);
    this.logGrants = List.copyOf(logGrants);
    this.care = care;
  }

  Caller caller() {
    return caller;
  }

  /** What is granted for a type; any one of {@code permissions} suffices. */
  List<Grant> grants(String type, Set<Permission> permissions) {
    List<Grant> found = new ArrayList<>();
    for (Grant grant : grantsOn(type)) {
      for (Permission permission : permissions) {
        if (grant.scope().allows(type, permission)) {
          found.add(grant);
          break;
        }
      }
    }
    return found;
  }

  boolean isAllowed(String type, Permission permission) {
    for (Grant grant : grantsOn(type)) {
      if (grant.scope().allows(type, permission)) {
        return true;
      }
    }
    return false;
  }

  private List<Grant> grantsOn(String type) {
    return Interactions.LOGS.contains(type) ? logGrants : grants;
  }

  /**
   * Whether all resources of the type are open for this, whoever's and whatever they are; never to
   * an AI, which sees what patients permit.
   */
  boolean isUnlimited(String type, Permission permission) {
    return !caller.isAi() && grants(type, Set.of(permission)).stream().anyMatch(Grant::isUnlimited);
  }

  /** Whether no scope has a limit to whose data it reaches, or to which of them. */
  boolean isWithoutLimits() {
    return !caller.isAi() && grants.stream().allMatch(Grant::isUnlimited);
  }

  /** The widest reach of any scope, whatever it is for; empty where no scope reaches anything. */
  Optional<Reach> widestReach() {
    return grants.stream().map(Grant::reach).max(Reach::compareTo);
  }

  /** Whether this reach includes the patient. */
  boolean reaches(Reach reach, String patientId) {
    return switch (reach) {
      case ALL -> true;
      case CARED_FOR -> caresFor(patientId);
      case PATIENT ->
          patientId.equals(caller.patientId()) && (!isCareBound() || caresFor(patientId));
    };
  }

  /** A clinician's app is held to the care relation for the patient in context too. */
  private boolean isCareBound() {
    return caller.isPractitioner();
  }

  /**
   * For the rest of this request the caller reaches this patient as if they cared for them.
   *
   * @param patientId logical id
   */
  void entrust(String patientId) {
    caredFor.put(patientId, Ground.ASKED);
  }

  /**
   * From now on whoever was found a moment ago to care for a patient is taken to do so still.
   * Nothing may leave the server before {@link #assumed} was found true.
   */
  void assumeCare() {
    assumesCare = true;
  }

  /** What must still be true of what was assumed; empty where nothing was. */
  Optional<Standing> assumed() {
    return assumed.values().stream().reduce(Standing::and);
  }

  /** What was assumed is not so: from now on the database is asked. */
  void assumeNothing() {
    assumesCare = false;
    caredFor.keySet().removeAll(assumed.keySet());
    assumed.clear();
  }

  /**
   * The caller sees something of this patient because they were asked to look at it.
   *
   * @param patientId logical id
   */
  void wasAsked(String patientId) {
    asked.add(patientId);
  }

  /**
   * Why this patient's data is open to the caller, as far as this request found out.
   *
   * @param patientId logical id
   * @param isTouched whether something of the patient was shown or written
   */
  Ground ground(String patientId, boolean isTouched) {
    if (caller.isService()) {
      return Ground.SERVICE;
    }
    if (isOwnRecord(patientId)) {
      return Ground.OWN;
    }
    if (!caller.isPractitioner()) {
      return patientId.equals(caller.patientId()) ? Ground.REPRESENTATIVE : Ground.NONE;
    }
    if (caredFor.containsKey(patientId)) {
      return caredFor.get(patientId);
    }
    if (caller.isPrivacyOfficer()) {
      return Ground.OVERSIGHT;
    }
    if (widestReach().filter(Reach.ALL::equals).isPresent()) {
      return Ground.WHOLE_HOUSE;
    }
    if (asked.contains(patientId)) {
      return Ground.ASKED;
    }
    // Whom they just registered, say: nothing had to be found out.
    return isTouched ? Ground.CARE : Ground.NONE;
  }

  private boolean isOwnRecord(String patientId) {
    return "Patient".equals(caller.user().getResourceType())
        && caller.user().getIdPart().equals(patientId);
  }

  private boolean caresFor(String patientId) {
    // Only a yes is remembered: within one transaction a no may become one.
    if (caredFor.containsKey(patientId)) {
      return true;
    }
    Optional<Standing> remembered =
        assumesCare ? care.remembered(caller.user().getIdPart(), patientId) : Optional.empty();
    if (remembered.isPresent()) {
      assumed.put(patientId, remembered.get());
      caredFor.put(patientId, Ground.CARE);
      return true;
    }
    Optional<Ground> ground = care.ground(caller.user().getIdPart(), patientId);
    ground.ifPresent(found -> caredFor.put(patientId, found));
    return ground.isPresent();
  }

  /** Logical ids of all patients within this reach, which is not {@link Reach#ALL}. */
  Set<String> patients(Reach reach) {
    if (reach == Reach.CARED_FOR) {
      return care.patientsOf(caller.user().getIdPart());
    }
    return reaches(Reach.PATIENT, caller.patientId()) ? Set.of(caller.patientId()) : Set.of();
  }

  /** Whether this is the caller's own resource, and the token opens it as such. */
  boolean isOwnIdentity(Resource resource) {
    return isOwnIdentity(resource.fhirType(), resource.getIdElement().getIdPart());
  }

  boolean isOwnIdentity(String type, String id) {
    return caller.user() != null
        && caller.scopes().contains(FHIR_USER)
        && caller.user().getResourceType().equals(type)
        && caller.user().getIdPart().equals(id);
  }
}
