package org.equipoise.security.access;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CareTeam.CareTeamStatus;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** What a resource says of who cares for whom: a pure function of the resource. */
final class CareFacts {

  /** Types that say something. */
  static final Set<String> TYPES = Set.of("CareTeam", "Encounter", "Patient");

  private static final Set<EncounterStatus> NEVER_HELD =
      Set.of(EncounterStatus.CANCELLED, EncounterStatus.ENTEREDINERROR);

  private static final Set<String> CLINICIANS = Set.of("Practitioner", "PractitionerRole");

  /**
   * One clinician cares for one patient.
   *
   * @param member e.g. {@code Practitioner/7}
   * @param patient logical id
   * @param kind what kind of source says so
   * @param endedAt when it ended or will end; null while nobody knows
   */
  record Fact(String member, String patient, Kind kind, Instant endedAt) {}

  /** What says that a clinician cares for a patient. */
  enum Kind {
    ENCOUNTER("encounter"),
    CARE_TEAM("care-team"),
    GENERAL("general"),
    REGISTRATION("registration"),
    BREAK_GLASS("break-glass");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  private CareFacts() {}

  /** What the resource says, each pair once. */
  static Set<Fact> of(Resource resource) {
    Stream<Fact> facts = Stream.empty();
    if (resource instanceof Encounter encounter) {
      facts = ofEncounter(encounter);
    } else if (resource instanceof CareTeam team) {
      facts = ofCareTeam(team);
    } else if (resource instanceof Patient patient) {
      facts = ofPatient(patient);
    }
    // Somebody may take part twice; the longer part counts.
    return Set.copyOf(
        facts
            .collect(
                Collectors.toMap(
                    fact -> List.of(fact.member(), fact.patient()),
                    fact -> fact,
                    (one, other) ->
                        one.endedAt() == null
                                || (other.endedAt() != null
                                    && one.endedAt().isAfter(other.endedAt()))
                            ? one
                            : other))
            .values());
  }

  /** What the later version says that the earlier one did not, or for longer. */
  static Set<Fact> added(Resource before, Resource after) {
    Set<Fact> known = of(before);
    return of(after).stream()
        .filter(fact -> known.stream().noneMatch(one -> covers(one, fact)))
        .collect(Collectors.toSet());
  }

  private static boolean covers(Fact one, Fact other) {
    return one.member().equals(other.member())
        && one.patient().equals(other.patient())
        && (one.endedAt() == null
            || (other.endedAt() != null && !other.endedAt().isAfter(one.endedAt())));
  }

  private static Stream<Fact> ofEncounter(Encounter encounter) {
    if (NEVER_HELD.contains(encounter.getStatus())) {
      return Stream.empty();
    }
    Instant end = end(encounter.getPeriod());
    if (end == null && encounter.getStatus() == EncounterStatus.FINISHED) {
      // Over, and nobody wrote when: as early as it can have been.
      end =
          Stream.of(encounter.getPeriod().getStart(), encounter.getMeta().getLastUpdated())
              .filter(Objects::nonNull)
              .findFirst()
              .map(Date::toInstant)
              .orElse(Instant.EPOCH);
    }
    Instant ended = end;
    return encounter.getParticipant().stream()
        .flatMap(
            participant ->
                fact(
                    participant.getIndividual(),
                    encounter.getSubject(),
                    Kind.ENCOUNTER,
                    earlier(ended, end(participant.getPeriod()))));
  }

  private static Stream<Fact> ofCareTeam(CareTeam team) {
    if (team.getStatus() != CareTeamStatus.ACTIVE) {
      return Stream.empty();
    }
    return team.getParticipant().stream()
        .flatMap(
            participant ->
                fact(
                    participant.getMember(),
                    team.getSubject(),
                    Kind.CARE_TEAM,
                    earlier(end(team.getPeriod()), end(participant.getPeriod()))));
  }

  private static Stream<Fact> ofPatient(Patient patient) {
    Reference self = new Reference("Patient/" + patient.getIdElement().getIdPart());
    return patient.getGeneralPractitioner().stream()
        .flatMap(general -> fact(general, self, Kind.GENERAL, null));
  }

  private static Stream<Fact> fact(
      Reference member, Reference patient, Kind kind, Instant endedAt) {
    IIdType clinician = member.getReferenceElement();
    IIdType subject = patient.getReferenceElement();
    return isLocal(clinician)
            && CLINICIANS.contains(clinician.getResourceType())
            && isLocal(subject)
            && "Patient".equals(subject.getResourceType())
        ? Stream.of(
            new Fact(
                clinician.getResourceType() + "/" + clinician.getIdPart(),
                subject.getIdPart(),
                kind,
                endedAt))
        : Stream.empty();
  }

  /** Whose role it is, and until when. */
  static Optional<Fact> ofRole(PractitionerRole role) {
    IIdType person = role.getPractitioner().getReferenceElement();
    boolean inactive = role.hasActive() && !role.getActive();
    return isLocal(person) && !inactive
        ? Optional.of(new Fact(person.getIdPart(), null, null, end(role.getPeriod())))
        : Optional.empty();
  }

  private static boolean isLocal(IIdType id) {
    return id.hasIdPart() && id.hasResourceType() && !id.isAbsolute();
  }

  private static Instant end(Period period) {
    return period.hasEnd() ? period.getEnd().toInstant() : null;
  }

  private static Instant earlier(Instant one, Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }
}
