package org.equipoise.security.access;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.FhirTerser;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * Which patients a resource is about. R4's own Patient compartment leaves out Task, Device, Binary
 * and a Provenance that targets anything but the Patient; what these say of a patient is added
 * here.
 */
class PatientCompartment {

  private final FhirTerser terser;
  private final Function<String, Set<String>> patientsOfDocuments;

  /**
   * @param patientsOfDocuments the patients whose documents hold a Binary, by its logical id
   */
  PatientCompartment(FhirContext context, Function<String, Set<String>> patientsOfDocuments) {
    this.terser = context.newTerser();
    this.patientsOfDocuments = patientsOfDocuments;
  }

  /** Logical ids of the patients that the resource is about. */
  Set<String> ownersOf(Resource resource) {
    if (resource instanceof Patient patient) {
      // Itself alone: a link to another record of the same person opens nothing.
      return patient.getIdElement().hasIdPart()
          ? Set.of(patient.getIdElement().getIdPart())
          : Set.of();
    }
    if (resource instanceof Binary binary && !binary.hasSecurityContext()) {
      // What says nothing of whose it is belongs to the documents that it is the content of.
      return binary.getIdElement().hasIdPart()
          ? patientsOfDocuments.apply(binary.getIdElement().getIdPart())
          : Set.of();
    }
    Set<String> owners = new HashSet<>();
    for (IIdType owner : terser.getCompartmentOwnersForResource("Patient", resource, Set.of())) {
      // A reference to another entry of the same transaction (urn:uuid) has no type yet; it is no
      // Patient of the record.
      if ("Patient".equals(owner.getResourceType())) {
        owners.add(owner.getIdPart());
      }
    }
    beyondTheStandard(resource)
        .map(Reference::getReferenceElement)
        .filter(id -> "Patient".equals(id.getResourceType()))
        .map(IIdType::getIdPart)
        .forEach(owners::add);
    owners.removeIf(Objects::isNull);
    return owners;
  }

  private static Stream<Reference> beyondTheStandard(Resource resource) {
    if (resource instanceof Task task) {
      return Stream.of(task.getFor());
    }
    if (resource instanceof Device device) {
      return Stream.of(device.getPatient());
    }
    if (resource instanceof Binary binary) {
      return Stream.of(binary.getSecurityContext());
    }
    if (resource instanceof Provenance provenance) {
      return provenance.getExtensionsByUrl(Canonical.Extension.PROVENANCE_PATIENT).stream()
          .map(extension -> extension.getValue())
          .filter(Reference.class::isInstance)
          .map(Reference.class::cast);
    }
    return Stream.empty();
  }

  /** True for an AI Device, a model card and the like: nothing in it points to a patient. */
  boolean isAboutNoPatient(Resource resource) {
    if (resource instanceof DocumentReference document && !isModelCard(document)) {
      return false;
    }
    return ownersOf(resource).isEmpty();
  }

  private static boolean isModelCard(DocumentReference document) {
    return document.getType().hasCoding(Canonical.System.AI_INPUTS, Canonical.AI_MODEL_CARD);
  }
}
