package org.equipoise.audit.watch;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.AccessEvent.Agent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;

/** How those are called of whom something unusual is told; each is looked up once. */
class Names {

  private final DaoRegistry records;
  private final Map<String, Optional<Resource>> found = new HashMap<>();

  Names(DaoRegistry records) {
    this.records = records;
  }

  /** The person, the AI or the client; by id where it has no name, or is deleted. */
  String agent(Agent agent) {
    String reference = agent.person() == null ? agent.device() : agent.person();
    return reference == null
        ? "The client " + agent.client()
        : find(reference).flatMap(Names::name).orElse(reference);
  }

  /** By id where it has no name, or is deleted. */
  String patient(String id) {
    return find("Patient/" + id).flatMap(Names::name).orElse("Patient/" + id);
  }

  /** The language in which a patient wishes to be spoken to; null where nothing is said. */
  String language(String patient) {
    return find("Patient/" + patient)
        .map(Patient.class::cast)
        .flatMap(
            one ->
                Stream.concat(
                        one.getCommunication().stream().filter(spoken -> spoken.getPreferred()),
                        one.getCommunication().stream())
                    .map(spoken -> spoken.getLanguage().getCodingFirstRep().getCode())
                    .filter(Objects::nonNull)
                    .findFirst())
        .orElse(null);
  }

  /** Whether the patient is still in the record. */
  boolean isThere(String patient) {
    return find("Patient/" + patient).isPresent();
  }

  private Optional<Resource> find(String reference) {
    return found.computeIfAbsent(reference, this::look);
  }

  private Optional<Resource> look(String reference) {
    IdType id = new IdType(reference);
    if (!id.hasResourceType()
        || !id.hasIdPart()
        || !records.isResourceTypeSupported(id.getResourceType())) {
      return Optional.empty();
    }
    // Not a read: one that finds nothing would end the transaction.
    return records
        .getResourceDao(id.getResourceType())
        .searchForResources(
            SearchParameterMap.newSynchronous("_id", new TokenParam(id.getIdPart())),
            new SystemRequestDetails())
        .stream()
        .map(Resource.class::cast)
        .findFirst();
  }

  private static Optional<String> name(Resource resource) {
    if (resource instanceof Device device) {
      return device.getDeviceName().stream()
          .map(one -> one.getName())
          .filter(Objects::nonNull)
          .findFirst();
    }
    List<HumanName> names = List.of();
    if (resource instanceof Practitioner practitioner) {
      names = practitioner.getName();
    } else if (resource instanceof Patient patient) {
      names = patient.getName();
    } else if (resource instanceof RelatedPerson person) {
      names = person.getName();
    }
    return names.stream()
        .map(name -> name.hasText() ? name.getText() : name.getNameAsSingleString())
        .filter(name -> name != null && !name.isBlank())
        .findFirst();
  }
}
