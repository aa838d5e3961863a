package org.equipoise.consent.enforcement;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** Who answers for a document before its patient: as the server itself reads the record. */
class ResponsibleClinicians {

  private final DaoRegistry records;

  ResponsibleClinicians(DaoRegistry records) {
    this.records = records;
  }

  /**
   * Logical ids of Practitioners: those among its authors and those who took part in its Encounter;
   * where there is none, the patient's general practitioners.
   */
  List<String> of(DocumentReference document) {
    List<String> present =
        practitioners(
            Stream.concat(
                document.getAuthor().stream(),
                document.getContext().getEncounter().stream()
                    .flatMap(reference -> read(Encounter.class, reference).stream())
                    .flatMap(encounter -> encounter.getParticipant().stream())
                    .map(Encounter.EncounterParticipantComponent::getIndividual)));
    return present.isEmpty()
        ? practitioners(
            read(Patient.class, document.getSubject()).stream()
                .flatMap(patient -> patient.getGeneralPractitioner().stream()))
        : present;
  }

  private List<String> practitioners(Stream<Reference> people) {
    List<String> found = new ArrayList<>();
    people
        .flatMap(
            person ->
                read(PractitionerRole.class, person)
                    .map(PractitionerRole::getPractitioner)
                    .or(() -> Optional.of(person))
                    .stream())
        .map(Reference::getReferenceElement)
        .filter(id -> "Practitioner".equals(id.getResourceType()) && id.hasIdPart())
        .map(IIdType::getIdPart)
        .distinct()
        .forEach(found::add);
    return found;
  }

  private <T extends Resource> Optional<T> read(Class<T> type, Reference reference) {
    IIdType id = reference.getReferenceElement();
    if (!type.getSimpleName().equals(id.getResourceType()) || !id.hasIdPart()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          type.cast(
              records
                  .getResourceDao(type)
                  .read(id.toUnqualifiedVersionless(), new SystemRequestDetails())));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }
}
