package org.equipoise.security.access;

import ca.uhn.fhir.context.FhirContext;
import com.google.common.collect.MapMaker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.SecondOpinions;
import org.equipoise.fhir.UnusualAccessRecords;
import org.equipoise.security.access.AccessProperties.Clinicians;
import org.equipoise.security.access.Grant.Reach;
import org.equipoise.security.scope.SmartScope;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/**
 * The one place that decides who may do what. A scope says which types, actions and resources a
 * token is good for, and by its context for whose data; several scopes add up, each within its own
 * bounds. What no scope allows is denied. See {@code docs/access.md}.
 */
public final class AccessRules {

  /** Judges the queries of granular scopes. */
  public interface Queries {

    /** Whether the resource meets the query of the scope. */
    boolean match(SmartScope scope, Resource resource);

    /** Whether these scopes, held by one token, can be judged exactly. */
    boolean canJudge(Set<String> scopes);
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
  static final Set<String> DIRECTORY =
      Set.of("Location", "Medication", "Organization", "Practitioner", "PractitionerRole");

  /**
   * What a clinician writes although it is about nobody. Who works where is not among it: it
   * decides who cares for whom.
   */
  private static final Set<String> CLINICIAN_WRITES_ABOUT_NOBODY = Set.of("Medication");

  private static final String AUDIT_EVENT = "AuditEvent";

  private final PatientCompartment compartment;
  private final CareRelation care;
  private final Queries queries;
  private final Clinicians clinicians;
  private final NeutralTasks neutralTasks;
  private final SecondOpinions opinions;

  /** For as long as the caller is remembered: the scopes of a token do not change. */
  private final Map<Caller, Rights> rights = new MapMaker().weakKeys().makeMap();

  /**
   * @param patientsOfDocuments the patients whose documents hold a Binary, by its logical id
   */
  public AccessRules(
      FhirContext context,
      CareRelation care,
      Queries queries,
      Clinicians clinicians,
      Function<String, Set<String>> patientsOfDocuments,
      NeutralTasks neutralTasks,
      SecondOpinions opinions) {
    this.compartment = new PatientCompartment(context, patientsOfDocuments);
    this.care = care;
    this.queries = queries;
    this.clinicians = clinicians;
    this.neutralTasks = neutralTasks;
    this.opinions = opinions;
  }

  /**
   * What a token is good for.
   *
   * @param grants on records
   * @param logGrants on what the server logs, which other people read
   */
  private record Rights(List<Grant> grants, List<Grant> logGrants) {}

  /** What the caller's token is good for. */
  Viewer viewer(Caller caller) {
    Rights its = rights.computeIfAbsent(caller, this::rights);
    return new Viewer(caller, its.grants(), its.logGrants(), care);
  }

  private Rights rights(Caller caller) {
    List<Grant> grants = new ArrayList<>();
    List<Grant> logGrants = new ArrayList<>();
    // Ours are refused when they are asked for; another issuer may grant what we cannot hold to.
    boolean canJudge = queries.canJudge(caller.scopes());
    for (String text : caller.scopes()) {
      SmartScope.parse(text)
          .ifPresent(
              scope -> {
                Reach reach = reachOf(scope, caller);
                if (reach != null && (canJudge || !scope.isGranular())) {
                  grants.add(new Grant(reach, scope));
                }
                Reach logReach = logReachOf(scope, caller);
                if (logReach != null && !scope.isGranular()) {
                  logGrants.add(new Grant(logReach, scope));
                }
                toTell(scope, caller).ifPresent(one -> logGrants.add(new Grant(Reach.ALL, one)));
              });
    }
    return new Rights(List.copyOf(grants), List.copyOf(logGrants));
  }

  /**
   * Who looked is for the patient who was looked at, for who stands for them, and for the privacy
   * officer: neither for who looks nor for programs.
   */
  private static Reach logReachOf(SmartScope scope, Caller caller) {
    if (caller.isPatientSide()) {
      return scope.context().equals("system") ? null : onePatient(caller);
    }
    if (caller.isPrivacyOfficer()) {
      return scope.context().equals("user") ? Reach.ALL : null;
    }
    return null;
  }

  /** What a trusted program may tell, of all that a scope says, is all that it may do. */
  private static Optional<SmartScope> toTell(SmartScope scope, Caller caller) {
    return caller.isAuditSource()
            && caller.isService()
            && !scope.isGranular()
            && scope.context().equals("system")
            && scope.allows(AUDIT_EVENT, Permission.CREATE)
        ? Optional.of(new SmartScope("system", AUDIT_EVENT, Set.of(Permission.CREATE), Set.of()))
        : Optional.empty();
  }

  /** Null where the scope is worth nothing to this caller. */
  private Reach reachOf(SmartScope scope, Caller caller) {
    return switch (scope.context()) {
      case "system" -> caller.isService() ? Reach.ALL : null;
      case "user" -> caller.isPractitioner() ? reachOfClinician(caller) : onePatient(caller);
      default -> onePatient(caller);
    };
  }

  /** A privacy officer's office opens nothing of a record. */
  private Reach reachOfClinician(Caller caller) {
    return clinicians == Clinicians.ORGANISATION && !caller.isPrivacyOfficer()
        ? Reach.ALL
        : Reach.CARED_FOR;
  }

  private static Reach onePatient(Caller caller) {
    return caller.patientId() == null ? null : Reach.PATIENT;
  }

  /** Logical ids of the patients that the resource is about. */
  Set<String> patientsOf(Resource resource) {
    return compartment.ownersOf(resource);
  }

  /** Whether the resource is open for any one of {@code permissions}. */
  boolean isOpen(Viewer viewer, Resource resource, Set<Permission> permissions) {
    // No stream: each resource of each page comes here.
    for (Grant grant : viewer.grants(resource.fhirType(), permissions)) {
      if (isWithin(viewer, grant.reach(), resource)
          && (!grant.scope().isGranular() || queries.match(grant.scope(), resource))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the resource is within this reach, whatever the scopes are for. */
  boolean isWithinReach(Viewer viewer, Optional<Reach> reach, Resource resource) {
    return reach.filter(one -> isWithin(viewer, one, resource)).isPresent();
  }

  private boolean isWithin(Viewer viewer, Reach reach, Resource resource) {
    if (UnusualAccessRecords.isTask(resource)) {
      return reach != Reach.PATIENT && UnusualAccessSight.isOfficerFor(viewer.caller(), resource);
    }
    if (UnusualAccessSight.isHidden(viewer.caller(), resource)) {
      return false;
    }
    return reach == Reach.ALL
        || isOpenToAll(resource)
        || isAbout(resource, patient -> viewer.reaches(reach, patient))
        || (reach == Reach.CARED_FOR && wasAskedToLookAt(viewer, resource));
  }

  private boolean wasAskedToLookAt(Viewer viewer, Resource resource) {
    boolean wasAsked =
        neutralTasks.opens(viewer.caller().user().getIdPart(), resource)
            || isSharedForOpinion(viewer, resource);
    if (wasAsked) {
      compartment.ownersOf(resource).forEach(viewer::wasAsked);
    }
    return wasAsked;
  }

  /**
   * Whether a patient shows this very resource to a clinician whom they asked for a second opinion:
   * theirs, and nobody else's besides.
   */
  private boolean isSharedForOpinion(Viewer viewer, Resource resource) {
    return resource.getIdElement().hasIdPart()
        && opinions
            .patientOf(asked(viewer), Sights.key(resource))
            .filter(patient -> compartment.ownersOf(resource).equals(Set.of(patient)))
            .filter(patient -> isVersionShared(viewer, resource))
            .isPresent();
  }

  /** What a correction took out before the patient showed it stays with the patient. */
  private boolean isVersionShared(Viewer viewer, Resource resource) {
    Long version = resource.getIdElement().getVersionIdPartAsLong();
    return version == null || opinions.showsVersion(asked(viewer), Sights.key(resource), version);
  }

  /**
   * What an answer to a second opinion must refer to although its author may not read it, {@code
   * Type/id}; empty where the resource is no answer that the caller may give.
   */
  Set<String> mayBeNamedBy(Viewer viewer, Resource resource) {
    return viewer.caller().isPractitioner() || viewer.caller().isAi()
        ? opinions
            .answered(asked(viewer), resource)
            .map(SecondOpinions.Answered::references)
            .orElse(Set.of())
        : Set.of();
  }

  private boolean isAnswer(Viewer viewer, Resource resource) {
    return opinions
        .answered(asked(viewer), resource)
        .filter(one -> compartment.ownersOf(resource).equals(Set.of(one.patient())))
        .isPresent();
  }

  /** The clinician, or the AI, as whoever is asked for a second opinion is named. */
  private static String asked(Viewer viewer) {
    return viewer.caller().isAi()
        ? viewer.caller().device()
        : "Practitioner/" + viewer.caller().user().getIdPart();
  }

  /** A group names its other members, and why they are one; it is shown to who may see them all. */
  private boolean isAbout(Resource resource, Predicate<String> patients) {
    return resource.fhirType().equals("Group")
        ? isAboutOnly(resource, patients)
        : isAny(compartment.ownersOf(resource), patients);
  }

  private static boolean isAny(Set<String> owners, Predicate<String> patients) {
    for (String owner : owners) {
      if (patients.test(owner)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAboutOnly(Resource resource, Predicate<String> patients) {
    Set<String> owners = compartment.ownersOf(resource);
    return !owners.isEmpty() && owners.stream().allMatch(patients);
  }

  /**
   * Whether the caller's scopes and reach allow this write of {@code resource}, as it is or as it
   * will be.
   *
   * @param isResolved whether references to other entries of the same transaction lead to their ids
   *     by now
   */
  boolean mayWrite(Viewer viewer, Resource resource, Permission permission, boolean isResolved) {
    if (Interactions.LOGS.contains(resource.fhirType())) {
      return false;
    }
    if (BreakGlass.isRecordOfIt(resource) && !viewer.caller().isService()) {
      return false;
    }
    if (UnusualAccessRecords.isOne(resource)) {
      // What the officer may change of it, the feature's rule says.
      return permission == Permission.UPDATE
          && UnusualAccessSight.isOfficerFor(viewer.caller(), resource)
          && viewer.grants(resource.fhirType(), Set.of(permission)).stream()
              .anyMatch(grant -> !grant.scope().isGranular() && grant.reach() != Reach.PATIENT);
    }
    return viewer.grants(resource.fhirType(), Set.of(permission)).stream()
        .anyMatch(
            grant ->
                mayWrite(viewer, grant.reach(), resource, permission, isResolved)
                    && (!grant.scope().isGranular() || queries.match(grant.scope(), resource)));
  }

  private boolean mayWrite(
      Viewer viewer, Reach reach, Resource resource, Permission permission, boolean isResolved) {
    if (reach == Reach.ALL) {
      return true;
    }
    Caller caller = viewer.caller();
    if (caller.isPractitioner()) {
      return (reach == Reach.CARED_FOR
              && (isForClinicians(resource, permission)
                  || (permission != Permission.DELETE && isAnswer(viewer, resource))))
          || isAboutOnly(resource, patient -> viewer.reaches(reach, patient))
          || (!isResolved
              && compartment.ownersOf(resource).stream()
                  .allMatch(patient -> viewer.reaches(reach, patient)));
    }
    return PATIENT_WRITES.contains(resource.fhirType())
        && compartment.ownersOf(resource).equals(Set.of(caller.patientId()))
        && Authorship.claimsNobodyElse(resource, caller)
        && (permission == Permission.CREATE || Authorship.includes(resource, caller));
  }

  /** A clinician registers new patients, and describes medications. */
  private static boolean isForClinicians(Resource resource, Permission permission) {
    return (resource instanceof Patient && permission == Permission.CREATE)
        || CLINICIAN_WRITES_ABOUT_NOBODY.contains(resource.fhirType());
  }

  /**
   * Whether an operation of this reach may write this on the caller's behalf, scopes aside. A
   * Device of no patient is the server itself, as the author of what it wrote: the first call makes
   * it.
   */
  boolean mayWriteByOperation(Viewer viewer, Optional<Reach> reach, Resource resource) {
    if (UnusualAccessRecords.isOne(resource)) {
      return false;
    }
    return reach
        .filter(
            one ->
                one == Reach.ALL
                    || isAboutOnly(resource, patient -> viewer.reaches(one, patient))
                    || (resource instanceof Device && compartment.isAboutNoPatient(resource)))
        .isPresent();
  }

  /**
   * What every authenticated caller with the scope may read, because it holds no patient's data.
   */
  boolean isOpenToAll(Resource resource) {
    return DIRECTORY.contains(resource.fhirType())
        || ((resource.fhirType().equals("Device")
                || resource.fhirType().equals("DocumentReference"))
            && compartment.isAboutNoPatient(resource));
  }
}
