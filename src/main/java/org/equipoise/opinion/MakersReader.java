package org.equipoise.opinion;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.WholeRecord;
import org.equipoise.opinion.Independence.Ai;
import org.equipoise.opinion.Independence.Candidate;
import org.equipoise.opinion.Independence.Makers;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Signature;

/**
 * Finds out who made a document, and who is asked, from the whole record: whether somebody is
 * independent does not depend on what the caller may see.
 */
final class MakersReader {

  /** A document does not replace more than so many, nor has more versions, in any sane record. */
  private static final int MOST = 50;

  private static final Set<String> ATTEST = Set.of("verifier", "attester", "legal");

  private final WholeRecord record;
  private final Set<String> authors = new LinkedHashSet<>();
  private final Set<String> attesters = new LinkedHashSet<>();
  private final Set<String> organizations = new LinkedHashSet<>();
  private final Map<String, Ai> ais = new LinkedHashMap<>();

  MakersReader(WholeRecord record) {
    this.record = record;
  }

  /** Who made this document, in all versions, and those that it replaces. */
  Makers makers(DocumentReference document) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<DocumentReference> waiting = new ArrayDeque<>(List.of(document));
    while (!waiting.isEmpty() && seen.size() < MOST) {
      DocumentReference next = waiting.poll();
      if (!seen.add(Opinions.key(next))) {
        continue;
      }
      versions(next)
          .forEach(
              version -> {
                read(version);
                Opinions.targets(version, DocumentRelationshipType.REPLACES)
                    .flatMap(target -> record.find(target).stream())
                    .filter(DocumentReference.class::isInstance)
                    .map(DocumentReference.class::cast)
                    .forEach(waiting::add);
              });
      record
          .search(
              Provenance.class,
              new SearchParameterMap()
                  .add(Provenance.SP_TARGET, new ReferenceParam(Opinions.key(next))))
          .forEach(this::read);
    }
    return new Makers(authors, attesters, organizations, Set.copyOf(ais.values()));
  }

  private Stream<DocumentReference> versions(DocumentReference document) {
    long newest =
        document.getIdElement().hasVersionIdPart()
            ? document.getIdElement().getVersionIdPartAsLong()
            : 1;
    Stream<DocumentReference> before =
        Stream.iterate(newest - 1, number -> number > 0, number -> number - 1)
            .limit(MOST)
            .map(
                number ->
                    new IdType(
                        "DocumentReference",
                        document.getIdElement().getIdPart(),
                        Long.toString(number)))
            .flatMap(id -> record.version(id).stream())
            .map(DocumentReference.class::cast);
    return Stream.concat(Stream.of(document), before);
  }

  private void read(DocumentReference version) {
    version.getAuthor().forEach(author -> add(author, authors));
    add(version.getAuthenticator(), attesters);
    addOrganization(version.getCustodian());
  }

  private void read(Provenance story) {
    story.getAgent().forEach(this::read);
    for (Signature signature : story.getSignature()) {
      add(signature.getWho(), attesters);
      addOrganization(signature.getOnBehalfOf());
    }
  }

  private void read(ProvenanceAgentComponent agent) {
    boolean attests =
        agent.getType().getCoding().stream().anyMatch(type -> ATTEST.contains(type.getCode()));
    add(agent.getWho(), attests ? attesters : authors);
    addOrganization(agent.getOnBehalfOf());
  }

  private void add(Reference who, Set<String> into) {
    String type = who.getReferenceElement().getResourceType();
    if (type == null || !who.getReferenceElement().hasIdPart()) {
      return;
    }
    switch (type) {
      case "Practitioner" -> {
        into.add(Opinions.key(who));
        organizations.addAll(employersOf(Opinions.key(who)));
      }
      case "PractitionerRole" ->
          find(who, PractitionerRole.class)
              .ifPresent(
                  role -> {
                    String person = Opinions.key(role.getPractitioner());
                    addOrganization(role.getOrganization());
                    if (!person.isEmpty()) {
                      into.add(person);
                      // They work elsewhere as well.
                      organizations.addAll(employersOf(person));
                    }
                  });
      case "Device" ->
          find(who, Device.class)
              .ifPresent(
                  device -> {
                    into.add(Opinions.key(device));
                    addOrganization(device.getOwner());
                    if (isAi(device)) {
                      ais.put(Opinions.key(device), ai(device));
                    }
                  });
      case "Organization" -> organizations.add(Opinions.key(who));
      default -> {
        // The patient's own part in it makes nobody dependent.
      }
    }
  }

  private void addOrganization(Reference organization) {
    if ("Organization".equals(organization.getReferenceElement().getResourceType())) {
      organizations.add(Opinions.key(organization));
    }
  }

  /**
   * Who is asked; empty where the reference leads to nobody.
   *
   * @param who a Practitioner, a PractitionerRole or a Device
   */
  Optional<Candidate> candidate(Reference who) {
    return record.find(who).flatMap(this::candidate);
  }

  private Optional<Candidate> candidate(Resource found) {
    if (found instanceof PractitionerRole role) {
      String person = Opinions.key(role.getPractitioner());
      Set<String> works = new LinkedHashSet<>(employersOf(person));
      if (role.hasOrganization()) {
        works.add(Opinions.key(role.getOrganization()));
      }
      return isInactive(role) || person.isEmpty()
          ? Optional.empty()
          : Optional.of(Candidate.person(person, works));
    }
    if (found instanceof Device device) {
      Set<String> works =
          device.hasOwner() ? Set.of(Opinions.key(device.getOwner())) : Set.<String>of();
      return Optional.of(new Candidate(Opinions.key(device), works, ai(device), isAi(device)));
    }
    return "Practitioner".equals(found.fhirType())
        ? Optional.of(Candidate.person(Opinions.key(found), employersOf(Opinions.key(found))))
        : Optional.empty();
  }

  private Set<String> employersOf(String practitioner) {
    return record
        .search(
            PractitionerRole.class,
            new SearchParameterMap()
                .add(PractitionerRole.SP_PRACTITIONER, new ReferenceParam(practitioner)))
        .stream()
        .filter(role -> !isInactive(role) && role.hasOrganization())
        .map(role -> Opinions.key(role.getOrganization()))
        .filter(key -> !key.isEmpty())
        .collect(Collectors.toSet());
  }

  private static boolean isInactive(PractitionerRole role) {
    return role.hasActive() && !role.getActive();
  }

  private <T extends Resource> Optional<T> find(Reference reference, Class<T> type) {
    return record.find(reference).filter(type::isInstance).map(type::cast);
  }

  private static boolean isAi(Device device) {
    return device
        .getType()
        .hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE);
  }

  private static Ai ai(Device device) {
    return new Ai(
        Opinions.key(device),
        device.getManufacturer(),
        Stream.concat(
                Stream.of(device.getModelNumber()),
                device.getDeviceName().stream().map(name -> name.getName()))
            .filter(name -> name != null && !name.isBlank())
            .collect(Collectors.toSet()));
  }
}
