package org.equipoise.audit.report;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.report.People.Person;
import org.equipoise.audit.report.People.Role;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.ClientDirectory;
import org.equipoise.fhir.ClientDirectory.Client;
import org.equipoise.fhir.ShownText;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;

/**
 * Finds out who those were who came, on the server's own account: a patient may know who looked,
 * whatever else their app may read. A few searches for a page, however many came. Nothing is looked
 * up about other patients, nor about who stands for them.
 */
final class RecordedPeople {

  private static final String ROLES = "http://terminology.hl7.org/CodeSystem/practitioner-role";

  /** Ids in one search. */
  private static final int CHUNK = 200;

  private final DaoRegistry records;
  private final ClientDirectory clients;
  private final FhirContext context;

  RecordedPeople(DaoRegistry records, ClientDirectory clients, FhirContext context) {
    this.records = records;
    this.clients = clients;
    this.context = context;
  }

  /**
   * @param patient logical id of the patient whom the report is for
   */
  People of(String patient, Collection<StoredEvent> events) {
    List<Agent> agents = events.stream().map(event -> event.event().agent()).distinct().toList();
    Set<String> persons =
        agents.stream()
            .flatMap(agent -> Stream.of(orEmpty(agent.person()), orEmpty(agent.device())))
            .filter(reference -> !reference.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    Map<String, Person> found = new HashMap<>();
    Map<String, PractitionerRole> roles = roles(persons, agents);
    for (Practitioner one : byId(Practitioner.class, persons)) {
      String reference = reference(one);
      Optional<PractitionerRole> role = Optional.ofNullable(roles.get(reference));
      found.put(
          reference,
          new Person(
              ShownText.name(one.getName()).orElse(null),
              role.flatMap(RecordedPeople::role).orElse(null),
              role.map(it -> it.getOrganization().getReferenceElement())
                  .filter(id -> id.hasIdPart())
                  .map(id -> "Organization/" + id.getIdPart())
                  .orElse(null),
              null));
    }
    for (RelatedPerson one : byId(RelatedPerson.class, persons)) {
      if (patient.equals(one.getPatient().getReferenceElement().getIdPart())) {
        found.put(
            reference(one),
            new Person(ShownText.name(one.getName()).orElse(null), null, null, null));
      }
    }
    for (Device one : byId(Device.class, persons)) {
      found.put(reference(one), new Person(name(one), null, null, text(one.getManufacturer())));
    }
    Map<String, Client> programs =
        clients.find(
            events.stream()
                .flatMap(
                    event ->
                        Stream.of(
                            orEmpty(event.event().agent().client()),
                            orEmpty(event.event().source())))
                .filter(id -> !id.isEmpty())
                .collect(Collectors.toSet()));
    Set<String> organizations =
        Stream.of(
                agents.stream().map(Agent::organization),
                found.values().stream().map(Person::organization),
                programs.values().stream().map(Client::organization))
            .flatMap(all -> all)
            .filter(Objects::nonNull)
            .collect(Collectors.toCollection(TreeSet::new));
    Map<String, String> names = new HashMap<>();
    byId(Organization.class, organizations)
        .forEach(
            one -> {
              if (text(one.getName()) != null) {
                names.put(reference(one), one.getName());
              }
            });
    return new People(found, names, programs, elsewhere(events));
  }

  /** Whether this RelatedPerson stands, or stood, for the patient. */
  boolean standsFor(String patient, String relatedPerson) {
    return byId(RelatedPerson.class, Set.of(relatedPerson)).stream()
        .anyMatch(one -> patient.equals(one.getPatient().getReferenceElement().getIdPart()));
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }

  /** Blank words are none. */
  private static String text(String text) {
    return text == null || text.isBlank() ? null : text;
  }

  private static String reference(Resource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }

  private <T extends Resource> List<T> byId(Class<T> type, Collection<String> references) {
    String prefix = type.getSimpleName() + "/";
    List<String> ids =
        references.stream()
            .filter(reference -> reference.startsWith(prefix))
            .map(reference -> reference.substring(prefix.length()))
            .toList();
    List<T> found = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += CHUNK) {
      TokenOrListParam wanted = new TokenOrListParam();
      ids.subList(from, Math.min(ids.size(), from + CHUNK))
          .forEach(id -> wanted.add(new TokenParam(id)));
      found.addAll(
          records
              .getResourceDao(type)
              .searchForResources(
                  SearchParameterMap.newSynchronous().add("_id", wanted),
                  new SystemRequestDetails()));
    }
    return found;
  }

  /**
   * The role in which each Practitioner acts: one at the organisation of the event where there is
   * one, else any that is in force.
   */
  private Map<String, PractitionerRole> roles(Set<String> persons, List<Agent> agents) {
    List<String> practitioners =
        persons.stream().filter(person -> person.startsWith("Practitioner/")).toList();
    Set<String> at =
        agents.stream()
            .map(Agent::organization)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    Map<String, PractitionerRole> roles = new HashMap<>();
    for (int from = 0; from < practitioners.size(); from += CHUNK) {
      ReferenceOrListParam wanted = new ReferenceOrListParam();
      practitioners
          .subList(from, Math.min(practitioners.size(), from + CHUNK))
          .forEach(one -> wanted.add(new ReferenceParam(one)));
      List<PractitionerRole> found =
          records
              .getResourceDao(PractitionerRole.class)
              .searchForResources(
                  SearchParameterMap.newSynchronous().add("practitioner", wanted),
                  new SystemRequestDetails());
      found.stream()
          .filter(role -> !role.hasActive() || role.getActive())
          .sorted(
              Comparator.comparing(
                      (PractitionerRole role) ->
                          !at.contains(role.getOrganization().getReference()))
                  .thenComparing(role -> role.getIdElement().getIdPart()))
          .forEach(
              role ->
                  roles.putIfAbsent(
                      "Practitioner/" + role.getPractitioner().getReferenceElement().getIdPart(),
                      role));
    }
    return roles;
  }

  private static Optional<Role> role(PractitionerRole role) {
    for (CodeableConcept code : role.getCode()) {
      Optional<String> known =
          code.getCoding().stream()
              .filter(coding -> ROLES.equals(coding.getSystem()))
              .map(Coding::getCode)
              .filter(Objects::nonNull)
              .findFirst();
      String words = words(code);
      if (known.isPresent() || words != null) {
        return Optional.of(new Role(known.orElse(null), words));
      }
    }
    return role.getSpecialty().stream()
        .map(RecordedPeople::words)
        .filter(Objects::nonNull)
        .findFirst()
        .map(words -> new Role(null, words));
  }

  private static String words(CodeableConcept concept) {
    return Stream.concat(
            Stream.ofNullable(concept.getText()),
            concept.getCoding().stream().map(Coding::getDisplay))
        .filter(words -> text(words) != null)
        .findFirst()
        .orElse(null);
  }

  private static String name(Device device) {
    return device.getDeviceName().stream()
        .min(
            Comparator.comparing(name -> name.getType() == DeviceNameType.USERFRIENDLYNAME ? 0 : 1))
        .map(name -> text(name.getName()))
        .orElse(null);
  }

  /** Whom the events of other systems name. */
  private Map<Long, String> elsewhere(Collection<StoredEvent> events) {
    Map<Long, String> names = new HashMap<>();
    for (StoredEvent stored : events) {
      if (stored.event().source() != null && stored.event().resource() != null) {
        told(stored.event().resource())
            .flatMap(RecordedPeople::requestor)
            .ifPresent(name -> names.put(stored.id(), name));
      }
    }
    return names;
  }

  private Optional<AuditEvent> told(String json) {
    try {
      return Optional.of(context.newJsonParser().parseResource(AuditEvent.class, json));
    } catch (DataFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> requestor(AuditEvent event) {
    return event.getAgent().stream()
        .sorted(Comparator.comparing(agent -> !agent.getRequestor()))
        .flatMap(agent -> names(agent))
        .findFirst();
  }

  private static Stream<String> names(AuditEventAgentComponent agent) {
    // A patient elsewhere may be another patient here.
    return "Patient".equals(agent.getWho().getReferenceElement().getResourceType())
            || "RelatedPerson".equals(agent.getWho().getReferenceElement().getResourceType())
        ? Stream.empty()
        : Stream.of(orEmpty(agent.getName()), orEmpty(agent.getWho().getDisplay()))
            .filter(name -> !name.isBlank());
  }
}
