package org.equipoise.audit.watch;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.TreatingClinicians;
import org.equipoise.fhir.TreatingClinicians.Treatment;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Resource;

/**
 * Gathers the circumstances of a batch of events, for all of them at once. Who is deleted or was
 * never known is left out: what rests on knowing them is then not judged.
 */
class CircumstancesReader {

  private static final String PRACTITIONER = "Practitioner/";

  private final DaoRegistry records;
  private final TreatingClinicians treating;
  private final WatchMemory memory;

  CircumstancesReader(DaoRegistry records, TreatingClinicians treating, WatchMemory memory) {
    this.records = records;
    this.treating = treating;
    this.memory = memory;
  }

  /** Of new events, which are counted by this. */
  Circumstances ofNew(List<StoredEvent> events) {
    memory.noteScribes(events);
    return new Circumstances(
        people(events),
        treatments(events),
        memory.habits(events, agents -> kinds(agents, events)),
        memory.refusals(events),
        Set.of());
  }

  private Map<String, Identity> people(List<StoredEvent> events) {
    Set<String> practitioners = new HashSet<>();
    Set<String> patients = new HashSet<>();
    for (StoredEvent stored : events) {
      AccessEvent event = stored.event();
      if (Actor.isAccess(event)
          && Actor.isStaff(event.agent())
          && !Actor.isPatientSide(event.agent())) {
        practitioners.add(event.agent().person().substring(PRACTITIONER.length()));
        patients.add(event.patient());
      }
    }
    Map<String, Identity> people = new HashMap<>();
    find(Practitioner.class, practitioners)
        .forEach(
            one -> people.put(PRACTITIONER + one.getIdElement().getIdPart(), Identity.of(one)));
    find(Patient.class, patients)
        .forEach(one -> people.put("Patient/" + one.getIdElement().getIdPart(), Identity.of(one)));
    return people;
  }

  private <T extends Resource> List<T> find(Class<T> type, Collection<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    TokenOrListParam any = new TokenOrListParam();
    ids.forEach(id -> any.add(new TokenParam(id)));
    return records
        .getResourceDao(type)
        .searchForResources(
            SearchParameterMap.newSynchronous().add("_id", any), new SystemRequestDetails());
  }

  private Set<Treatment> treatments(List<StoredEvent> events) {
    Set<Treatment> asked =
        events.stream()
            .map(StoredEvent::event)
            .filter(
                event ->
                    event.agent().ground() == Ground.WHOLE_HOUSE
                        && Actor.isAccess(event)
                        && Actor.isStaff(event.agent()))
            .map(event -> new Treatment(event.agent().person(), event.patient()))
            .collect(Collectors.toSet());
    return asked.isEmpty() ? Set.of() : treating.among(asked);
  }

  /**
   * Who is like whom: clinicians of the same roles ({@code PractitionerRole.code}), AIs of the same
   * purpose. No other program is like another.
   */
  private Map<String, String> kinds(Set<String> agents, List<StoredEvent> events) {
    Map<String, String> kinds = new HashMap<>();
    events.stream()
        .map(stored -> stored.event().agent())
        .filter(agent -> agent.person() == null && agent.device() != null)
        .filter(agent -> agent.purpose() != null)
        .forEach(agent -> kinds.put(agent.device(), "AI " + agent.purpose()));
    Set<String> staff =
        agents.stream().filter(one -> one.startsWith(PRACTITIONER)).collect(Collectors.toSet());
    if (staff.isEmpty()) {
      return kinds;
    }
    Map<String, Set<String>> codes = new HashMap<>();
    roles(staff)
        .forEach(
            role ->
                codes
                    .computeIfAbsent(
                        PRACTITIONER + role.getPractitioner().getReferenceElement().getIdPart(),
                        person -> new TreeSet<>())
                    .addAll(
                        role.getCode().stream()
                            .flatMap(code -> code.getCoding().stream())
                            .map(coding -> coding.getCode())
                            .filter(code -> code != null)
                            .toList()));
    staff.forEach(person -> kinds.put(person, kindOf(codes.getOrDefault(person, Set.of()))));
    return kinds;
  }

  private static final int LONGEST_KIND = 300;

  private static String kindOf(Set<String> codes) {
    String kind = ("Practitioner " + String.join(" ", codes)).strip();
    return kind.length() > LONGEST_KIND ? kind.substring(0, LONGEST_KIND) : kind;
  }

  private List<PractitionerRole> roles(Set<String> staff) {
    ReferenceOrListParam any = new ReferenceOrListParam();
    staff.forEach(person -> any.add(new ReferenceParam(person)));
    return records
        .getResourceDao(PractitionerRole.class)
        .searchForResources(
            SearchParameterMap.newSynchronous().add(PractitionerRole.SP_PRACTITIONER, any),
            new SystemRequestDetails())
        .stream()
        .filter(role -> !role.hasActive() || role.getActive())
        .toList();
  }
}
