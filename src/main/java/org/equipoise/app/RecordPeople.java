package org.equipoise.app;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.ShownText;
import org.equipoise.security.authorization.Representation;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.springframework.stereotype.Component;

/**
 * People as the record has them. It is read on the server's own account: the pages ask for those
 * only whom the authorization server offers this user to choose.
 */
@Component
class RecordPeople implements People {

  private final DaoRegistry daos;
  private final Clock clock;

  RecordPeople(DaoRegistry daos, Clock clock) {
    this.daos = daos;
    this.clock = clock;
  }

  @Override
  public Optional<String> standsFor(IdType person) {
    if ("Patient".equals(person.getResourceType())) {
      return Optional.of(person.getIdPart());
    }
    return "RelatedPerson".equals(person.getResourceType())
        ? read(person)
            .map(RelatedPerson.class::cast)
            .flatMap(one -> Representation.patientOf(one, clock.instant()))
        : Optional.empty();
  }

  private Optional<IBaseResource> read(IdType id) {
    try {
      return Optional.of(
          daos.getResourceDao(id.getResourceType())
              .read(id.toUnqualifiedVersionless(), new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Person> find(IdType id) {
    IBaseResource found = read(id).orElse(null);
    if (found instanceof Patient patient) {
      return Optional.of(
          new Person(
              ShownText.name(patient.getName()).orElse(null),
              patient.getBirthDateElement().getValueAsString(),
              List.of()));
    }
    if (found instanceof RelatedPerson related) {
      return Optional.of(
          new Person(
              ShownText.name(related.getName()).orElse(null),
              related.getBirthDateElement().getValueAsString(),
              related.getRelationship().stream()
                  .flatMap(relationship -> relationship.getCoding().stream())
                  .map(Coding::getCode)
                  .toList()));
    }
    if (found instanceof Practitioner practitioner) {
      return Optional.of(
          new Person(ShownText.name(practitioner.getName()).orElse(null), null, List.of()));
    }
    return Optional.empty();
  }
}
