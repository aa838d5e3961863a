package org.equipoise.consent.enforcement;

import ca.uhn.fhir.util.FhirTerser;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.MedicationStatement;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * What a resource says of AI documents: whether it is one, and what hangs on what. A Consent does
 * not hang on the document that it is about, nor does a person's answer or task.
 */
final class AiContent {

  /** What a Provenance tells about without its being made from AI text. */
  private static final Set<String> NOT_MADE_FROM =
      Set.of("AuditEvent", "Communication", "Consent", "Patient", "QuestionnaireResponse", "Task");

  private static final Set<ProvenanceEntityRole> MADE_FROM =
      EnumSet.of(
          ProvenanceEntityRole.DERIVATION,
          ProvenanceEntityRole.QUOTATION,
          ProvenanceEntityRole.REVISION,
          ProvenanceEntityRole.SOURCE);

  private static final Pattern BINARY =
      Pattern.compile("/?(Binary/[A-Za-z0-9.-]{1,64})(?:/_history/.*)?");

  /** Types besides DocumentReference with attachments that a Binary may hold. */
  private static final Set<String> HOLDERS =
      Set.of(
          "Communication",
          "CommunicationRequest",
          "Consent",
          "DiagnosticReport",
          "Media",
          "Patient",
          "Person",
          "Practitioner",
          "QuestionnaireResponse",
          "RelatedPerson");

  /** What tells who is who, what was done and what is to be done: no writing about a patient. */
  private static final Set<String> NO_WRITING =
      Set.of(
          "Appointment",
          "AuditEvent",
          "Binary",
          "Consent",
          "Device",
          "Encounter",
          "Patient",
          "Provenance",
          "RelatedPerson",
          "Task");

  /** Elements that name who wrote, measured or concluded what a resource says. */
  private static final Set<String> WRITERS =
      Set.of(
          "actor",
          "asserter",
          "assessor",
          "author",
          "device",
          "informationSource",
          "operator",
          "performer",
          "recorder",
          "reportOrigin",
          "reporter",
          "resultsInterpreter",
          "sender",
          "source");

  private static final List<String> PERSONS =
      List.of("Patient", "Practitioner", "PractitionerRole", "RelatedPerson");

  private static final String STATUS = "status";

  /** What tells of a resource, not of the patient. */
  private static final Set<String> METADATA = Set.of("id", "identifier", "language", "meta");

  private static final FhirTerser TERSER = FhirR4.context().newTerser();

  private AiContent() {}

  /**
   * One thing comes from another, or is about it.
   *
   * @param derived e.g. {@code Observation/2}
   * @param origin e.g. {@code DocumentReference/3}
   */
  record Link(String derived, String origin) {}

  /** Whether an AI wrote this about a patient: no explanation, and no model card. */
  static boolean isAiDocument(Resource resource) {
    return resource instanceof DocumentReference document
        && document.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)
            != null
        && patientOf(document) != null
        && !document.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION)
        && !document.getType().hasCoding(Canonical.System.AI_INPUTS, Canonical.AI_MODEL_CARD);
  }

  /** Logical id of the patient whom a document is about; null where it is about none. */
  static String patientOf(DocumentReference document) {
    IIdType subject = document.getSubject().getReferenceElement();
    return "Patient".equals(subject.getResourceType()) ? subject.getIdPart() : null;
  }

  /** Logical id of the patient whom anything is about; null where it is about none. */
  static String subjectOf(Resource resource) {
    return Stream.of("subject", "patient")
        .map(resource::getNamedProperty)
        .filter(Objects::nonNull)
        .flatMap(property -> property.getValues().stream())
        .filter(Reference.class::isInstance)
        .map(reference -> ((Reference) reference).getReferenceElement())
        .filter(id -> "Patient".equals(id.getResourceType()) && id.hasIdPart())
        .map(IIdType::getIdPart)
        .findFirst()
        .orElse(null);
  }

  /** Whether a resource of this kind can hold what an AI has to say about a patient. */
  static boolean isWriting(Resource resource) {
    return !NO_WRITING.contains(resource.fhirType()) && !isAiDocument(resource);
  }

  /** The Devices that wrote, measured or concluded it, AIs or not, e.g. {@code Device/3}. */
  static Stream<String> writers(Resource resource) {
    return keys(referencesToWriters(resource).toList())
        .filter(writer -> writer.startsWith("Device/"))
        .distinct();
  }

  /** Whether it says that a person wrote, measured or concluded it. */
  static boolean namesPerson(Resource resource) {
    return referencesToWriters(resource)
        .map(writer -> writer.getReferenceElement().getResourceType())
        .anyMatch(PERSONS::contains);
  }

  private static Stream<Reference> referencesToWriters(Resource resource) {
    return TERSER.getAllResourceReferences(resource).stream()
        .filter(
            found ->
                WRITERS.contains(found.getName().substring(found.getName().lastIndexOf('.') + 1)))
        .map(ResourceReferenceInfo::getResourceReference)
        .map(Reference.class::cast);
  }

  /**
   * Whether a change leaves what a resource says as it is, but for its metadata, or takes it back
   * ({@code entered-in-error}).
   *
   * @param ofStatus whether any other status says something else, too
   */
  static boolean saysTheSame(Resource before, Resource after, boolean ofStatus) {
    List<Property> said = says(before);
    List<Property> says = says(after);
    return IntStream.range(0, Math.max(said.size(), says.size()))
        .allMatch(
            i ->
                i < said.size()
                    && i < says.size()
                    && (Base.compareDeep(said.get(i).getValues(), says.get(i).getValues(), true)
                        || (STATUS.equals(says.get(i).getName())
                            && (!ofStatus || isTakenBack(says.get(i))))));
  }

  private static List<Property> says(Resource resource) {
    return resource.children().stream()
        .filter(property -> !METADATA.contains(property.getName()))
        .toList();
  }

  private static boolean isTakenBack(Property property) {
    return property.getValues().stream()
        .allMatch(status -> "entered-in-error".equals(status.primitiveValue()));
  }

  static boolean isAi(Device device) {
    return device
        .getType()
        .hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE);
  }

  /** The Devices among the authors, e.g. {@code Device/3}. */
  static Set<String> devices(DocumentReference document) {
    return keys(document.getAuthor())
        .filter(author -> author.startsWith("Device/"))
        .collect(Collectors.toSet());
  }

  /** The AI documents that this one takes the place of, {@code DocumentReference/3}. */
  static Set<String> replaced(DocumentReference document) {
    return keys(document.getRelatesTo().stream()
            .filter(one -> one.getCode() == DocumentReference.DocumentRelationshipType.REPLACES)
            .map(DocumentReference.DocumentReferenceRelatesToComponent::getTarget)
            .toList())
        .collect(Collectors.toSet());
  }

  /**
   * What this resource says hangs on what.
   *
   * @param fhirBase the address of this server's FHIR base, without a trailing slash; what stands
   *     elsewhere is none of this record
   */
  static Set<Link> links(Resource resource, String fhirBase) {
    String self = key(resource);
    Set<Link> links = new HashSet<>();
    if (resource instanceof DocumentReference document) {
      keys(document.getRelatesTo().stream()
              .map(DocumentReference.DocumentReferenceRelatesToComponent::getTarget)
              .toList())
          .forEach(target -> links.add(new Link(self, target)));
      document
          .getContent()
          .forEach(content -> addBinary(content.getAttachment(), self, fhirBase, links));
    } else if (resource instanceof Composition composition) {
      keys(composition.getRelatesTo().stream()
              .filter(Composition.CompositionRelatesToComponent::hasTargetReference)
              .map(Composition.CompositionRelatesToComponent::getTargetReference)
              .toList())
          .forEach(target -> links.add(new Link(self, target)));
    } else if (resource instanceof Observation observation) {
      keys(observation.getDerivedFrom()).forEach(origin -> links.add(new Link(self, origin)));
    } else if (resource instanceof MedicationStatement statement) {
      keys(statement.getDerivedFrom()).forEach(origin -> links.add(new Link(self, origin)));
    } else if (resource instanceof Provenance provenance) {
      addStory(self, provenance, links);
    } else if (resource instanceof Task task
        && ParkingTasks.isAboutParked(task)
        && (task.hasOwner() || task.getRestriction().hasRecipient())) {
      // One that is nobody's is for whoever treats the patient.
      keys(List.of(task.getFocus()))
          .filter(focus -> focus.startsWith("DocumentReference/"))
          .forEach(document -> links.add(new Link(self, document)));
    }
    if (HOLDERS.contains(resource.fhirType())) {
      TERSER
          .getAllPopulatedChildElementsOfType(resource, Attachment.class)
          .forEach(attachment -> addBinary(attachment, self, fhirBase, links));
    }
    links.removeIf(link -> link.derived().equals(link.origin()));
    return links;
  }

  private static void addBinary(
      Attachment attachment, String holder, String fhirBase, Set<Link> links) {
    String url = attachment.getUrl();
    if (url == null) {
      return;
    }
    Matcher binary =
        BINARY.matcher(url.startsWith(fhirBase + "/") ? url.substring(fhirBase.length()) : url);
    if (binary.matches()) {
      links.add(new Link(binary.group(1), holder));
    }
  }

  private static void addStory(String self, Provenance provenance, Set<Link> links) {
    Set<String> made =
        keys(provenance.getTarget())
            .filter(target -> !NOT_MADE_FROM.contains(target.replaceFirst("/.*", "")))
            .collect(Collectors.toSet());
    Set<String> from =
        keys(provenance.getEntity().stream()
                .filter(entity -> MADE_FROM.contains(entity.getRole()))
                .map(Provenance.ProvenanceEntityComponent::getWhat)
                .toList())
            .collect(Collectors.toSet());
    made.forEach(
        target -> {
          links.add(new Link(self, target));
          from.forEach(
              origin -> {
                links.add(new Link(target, origin));
                // It names the origin itself.
                links.add(new Link(self, origin));
              });
        });
  }

  static String key(Resource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }

  /** {@code Type/id} of each reference that leads into this record. */
  private static Stream<String> keys(List<Reference> references) {
    return references.stream()
        .map(Reference::getReferenceElement)
        .filter(id -> id.hasResourceType() && id.hasIdPart() && !id.isAbsolute() && !id.isLocal())
        .map(id -> id.getResourceType() + "/" + id.getIdPart());
  }
}
