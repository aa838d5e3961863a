package org.equipoise.aidocument;

import ca.uhn.fhir.util.FhirTerser;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.ProfileSelection;
import org.equipoise.fhir.WholeRecord;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * What inherits the label AIAST: what is made out of labelled content. What a person adds to it, or
 * decides about it, is their own. The table stands in {@code docs/ai-document-life.md}.
 */
final class LabelInheritance {

  private static final Set<DocumentRelationshipType> MADE_OUT_OF =
      EnumSet.of(DocumentRelationshipType.TRANSFORMS, DocumentRelationshipType.REPLACES);

  private static final Set<ProvenanceEntityRole> ORIGIN =
      EnumSet.of(
          ProvenanceEntityRole.DERIVATION,
          ProvenanceEntityRole.REVISION,
          ProvenanceEntityRole.QUOTATION);

  /** What people say and decide, what is told about who did what, and who is who. */
  private static final Set<String> NEVER =
      Set.of(
          "Communication",
          "Consent",
          "Device",
          "Location",
          "Organization",
          "Practitioner",
          "PractitionerRole",
          "Provenance",
          "QuestionnaireResponse",
          "Task");

  private static final FhirTerser TERSER = FhirR4.context().newTerser();

  private LabelInheritance() {}

  /** Whether a resource of this kind ever inherits the label. */
  static boolean inherits(Resource resource) {
    return !NEVER.contains(resource.fhirType())
        && !(resource instanceof DocumentReference document
            && (isInput(document) || isExplanation(document)));
  }

  /** Whether what is made out of this resource inherits its label: not of what an AI is made of. */
  static boolean passesOn(Resource resource) {
    return AiLabel.isOn(resource)
        && !resource.fhirType().equals("Device")
        && !(resource instanceof DocumentReference document && isInput(document));
  }

  /** Model cards and prompts. */
  private static boolean isInput(DocumentReference document) {
    return document.getType().getCoding().stream()
        .anyMatch(type -> Canonical.System.AI_INPUTS.equals(type.getSystem()));
  }

  private static boolean isExplanation(DocumentReference document) {
    return document.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION);
  }

  /** What a resource says that it was made out of. */
  static List<Reference> origins(Resource resource) {
    Stream<Reference> derivedFrom =
        TERSER.getAllResourceReferences(resource).stream()
            .filter(found -> isDerivedFrom(found.getName()))
            .map(ResourceReferenceInfo::getResourceReference)
            .map(Reference.class::cast);
    Stream<Reference> related =
        resource instanceof DocumentReference document
            ? document.getRelatesTo().stream()
                .filter(relation -> MADE_OUT_OF.contains(relation.getCode()))
                .map(DocumentReference.DocumentReferenceRelatesToComponent::getTarget)
            : Stream.empty();
    return Stream.concat(derivedFrom, related).toList();
  }

  private static boolean isDerivedFrom(String path) {
    return path.equals("derivedFrom") || path.endsWith(".derivedFrom");
  }

  /** What the targets of a Provenance were made out of. */
  static List<Reference> origins(Provenance provenance) {
    return provenance.getEntity().stream()
        .filter(entity -> ORIGIN.contains(entity.getRole()))
        .map(ProvenanceEntityComponent::getWhat)
        .toList();
  }

  /**
   * The labelled resources that this one was made out of, directly or through other entries of the
   * same transaction.
   *
   * @param resource what will be stored
   */
  static List<Resource> labelledOrigins(Resource resource, WholeRecord record) {
    return labelledOrigins(resource, record, new HashSet<>());
  }

  private static List<Resource> labelledOrigins(
      Resource resource, WholeRecord record, Set<Resource> seen) {
    if (!seen.add(resource)) {
      return List.of();
    }
    return Stream.concat(
            origins(resource).stream(),
            storiesOf(resource, record, target -> true).flatMap(story -> origins(story).stream()))
        .flatMap(
            reference ->
                Stream.concat(record.entriesAt(reference), record.find(reference).stream()))
        .flatMap(
            origin ->
                passesOn(origin)
                    ? Stream.of(origin)
                    : inherits(origin)
                        ? labelledOrigins(origin, record, seen).stream()
                        : Stream.empty())
        .toList();
  }

  /** The Provenances among the entries of the same transaction that are about a resource. */
  static Stream<Provenance> storiesOf(
      Resource resource, WholeRecord record, Predicate<Reference> targets) {
    Set<String> addresses = addresses(resource, record);
    return record.transaction().stream()
        .flatMap(bundle -> bundle.getEntry().stream())
        .filter(entry -> entry.getRequest().getMethod() == HTTPVerb.POST)
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(Provenance.class::isInstance)
        .map(Provenance.class::cast)
        .filter(
            story ->
                story.getTarget().stream()
                    .filter(targets)
                    .anyMatch(target -> addresses.contains(key(target))));
  }

  /** How the entries of the same transaction may refer to a resource. */
  private static Set<String> addresses(Resource resource, WholeRecord record) {
    Set<String> addresses = new HashSet<>();
    if (resource.getIdElement().hasIdPart()) {
      addresses.add(resource.fhirType() + "/" + resource.getIdElement().getIdPart());
    }
    record.transaction().stream()
        .flatMap(bundle -> bundle.getEntry().stream())
        .filter(entry -> entry.getResource() == resource && entry.hasFullUrl())
        .forEach(entry -> addresses.add(entry.getFullUrl()));
    return addresses;
  }

  /** What stands in the record and was made out of a resource. */
  static List<Resource> madeOutOf(Resource origin, WholeRecord record) {
    IdType id = origin.getIdElement();
    Stream<Resource> observations =
        record.referringTo(Observation.class, Observation.SP_DERIVED_FROM, id).stream()
            .map(Resource.class::cast);
    Stream<Resource> documents =
        record.referringTo(DocumentReference.class, DocumentReference.SP_RELATESTO, id).stream()
            .filter(
                document ->
                    origins(document).stream()
                        .anyMatch(reference -> key(reference).equals(key(origin))))
            .map(Resource.class::cast);
    Stream<Resource> told =
        record.referringTo(Provenance.class, Provenance.SP_ENTITY, id).stream()
            .filter(
                story ->
                    origins(story).stream()
                        .anyMatch(reference -> key(reference).equals(key(origin))))
            .flatMap(story -> story.getTarget().stream())
            .flatMap(target -> record.find(target).stream());
    return Stream.of(observations, documents, told).flatMap(found -> found).toList();
  }

  /** Labels what this AI wrote, and names it among the authors of a document. */
  static void label(Resource resource, IdType device) {
    AiDocument.label(resource, Canonical.AIAST);
    if (resource instanceof DocumentReference document
        && AiDocument.devices(document)
            .noneMatch(
                author -> key(author).equals(device.toUnqualifiedVersionless().getValue()))) {
      document.addAuthor(new Reference(device.toUnqualifiedVersionless().getValue()));
    }
  }

  /**
   * Whether a document names an AI Device of this server, or of the same transaction, among its
   * authors that was not among them before. One that has always named it, from before such
   * documents were labelled, may go on: it may have been used as final since.
   *
   * @param stored the document as it stands; null where it is new
   */
  static boolean addsAiAuthor(DocumentReference document, Resource stored, WholeRecord record) {
    Set<String> before =
        stored instanceof DocumentReference old
            ? old.getAuthor().stream().map(LabelInheritance::key).collect(Collectors.toSet())
            : Set.of();
    return document.getAuthor().stream()
        .filter(author -> !before.contains(key(author)))
        .filter(LabelInheritance::mayBeDevice)
        .flatMap(author -> Stream.concat(record.entriesAt(author), record.find(author).stream()))
        .anyMatch(
            author ->
                ProfileSelection.of(author)
                    .filter(Canonical.Profile.AI_DEVICE::equals)
                    .isPresent());
  }

  /** The type of another entry of the same transaction is not said where it is referred to. */
  private static boolean mayBeDevice(Reference author) {
    String type = author.getReferenceElement().getResourceType();
    return type == null || type.equals("Device");
  }

  /**
   * Labels a resource. A document becomes an AI document: the AIs that wrote its origins are among
   * its authors, and who keeps them keeps it.
   */
  static void label(Resource resource, List<Resource> origins) {
    AiDocument.label(resource, Canonical.AIAST);
    if (!(resource instanceof DocumentReference document)) {
      return;
    }
    for (Resource origin : origins) {
      if (origin instanceof DocumentReference source) {
        AiDocument.devices(source)
            .filter(
                device ->
                    document.getAuthor().stream()
                        .noneMatch(author -> key(author).equals(key(device))))
            .toList()
            .forEach(device -> document.addAuthor(device.copy()));
        if (!document.hasCustodian() && source.hasCustodian()) {
          document.setCustodian(source.getCustodian().copy());
        }
      }
    }
  }

  private static String key(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }

  static String key(Reference reference) {
    String id =
        reference.getReferenceElement().toUnqualifiedVersionless() instanceof IdType plain
            ? plain.getValue()
            : null;
    return id != null
        ? id
        : reference.getIdentifier().getSystem() + "|" + reference.getIdentifier().getValue();
  }
}
