package org.equipoise.security.access;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.AuditEvent;
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

  /** R4's compartment names elements plainly or as {@code X.y.where(resolve() is Patient)}. */
  private static final Pattern TARGET_TYPE =
      Pattern.compile("\\.where\\(resolve\\(\\) is \\w+\\)$");

  private static final String OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
  private static final String PATIENT_ROLE = "1";

  private final FhirContext context;
  private final Function<String, Set<String>> patientsOfDocuments;

  /** The elements that may lead to a patient, of each resource type; worked out once. */
  private final Map<String, List<Way>> ways = new ConcurrentHashMap<>();

  /**
   * @param patientsOfDocuments the patients whose documents hold a Binary, by its logical id
   */
  PatientCompartment(FhirContext context, Function<String, Set<String>> patientsOfDocuments) {
    this.context = context;
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
    if (resource instanceof AuditEvent event) {
      // It is about whom the access touched: not about who came, be it a patient too.
      event.getEntity().stream()
          .filter(PatientCompartment::isPatient)
          .forEach(entity -> add(entity.getWhat(), owners));
      return owners;
    }
    for (Way way : ways.computeIfAbsent(resource.fhirType(), this::waysOf)) {
      way.follow(resource, one -> add(one, owners));
    }
    beyondTheStandard(resource).forEach(one -> add(one, owners));
    return owners;
  }

  private static boolean isPatient(AuditEvent.AuditEventEntityComponent entity) {
    return OBJECT_ROLE.equals(entity.getRole().getSystem())
        && PATIENT_ROLE.equals(entity.getRole().getCode());
  }

  /**
   * A reference to another entry of the same transaction (urn:uuid) has no type yet; it is no
   * Patient of the record.
   */
  private static void add(Reference reference, Set<String> owners) {
    IIdType id =
        reference.hasReference() || reference.getResource() == null
            ? reference.getReferenceElement()
            : reference.getResource().getIdElement();
    if ("Patient".equals(id.getResourceType()) && id.hasIdPart()) {
      owners.add(id.getIdPart());
    }
  }

  private List<Way> waysOf(String type) {
    RuntimeResourceDefinition definition = context.getResourceDefinition(type);
    return definition.getSearchParamsForCompartmentName("Patient").stream()
        .flatMap(parameter -> parameter.getPathsSplit().stream())
        .map(path -> TARGET_TYPE.matcher(path).replaceFirst(""))
        .filter(path -> !path.isBlank())
        .distinct()
        .map(path -> Way.of(definition, path))
        .toList();
  }

  /**
   * From a resource to elements of it, one step for each name: each resource that is read goes this
   * way, and a path would be taken apart each time.
   */
  private record Way(List<BaseRuntimeChildDefinition.IAccessor> steps) {

    /**
     * @param path e.g. {@code Procedure.performer.actor}
     */
    static Way of(RuntimeResourceDefinition definition, String path) {
      List<BaseRuntimeChildDefinition.IAccessor> steps = new ArrayList<>();
      BaseRuntimeElementDefinition<?> parent = definition;
      for (String name : path.substring(path.indexOf('.') + 1).split("\\.")) {
        BaseRuntimeChildDefinition child =
            ((BaseRuntimeElementCompositeDefinition<?>) parent)
                .getChildByNameOrThrowDataFormatException(name);
        steps.add(child.getAccessor());
        parent = child.getChildByName(name);
      }
      return new Way(List.copyOf(steps));
    }

    void follow(IBase from, Consumer<Reference> to) {
      follow(from, 0, to);
    }

    private void follow(IBase from, int step, Consumer<Reference> to) {
      if (step < steps.size()) {
        steps.get(step).getValues(from).forEach(next -> follow(next, step + 1, to));
      } else if (from instanceof Reference reference) {
        to.accept(reference);
      }
    }
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
