package org.equipoise.transparency;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.fhir.AiUseDecisions.Decision;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;

/**
 * What the record knows about one AI document, as far as the caller may be shown it: nothing in it
 * is about another patient.
 *
 * @param document the document as it stands
 * @param versions its versions, the newest first; the current one alone where they were not asked
 *     for
 * @param related documents that name it by {@code relatesTo} (explanations, what replaces it, what
 *     was added), the newest first
 * @param replaced the documents that it replaces, the newest first
 * @param provenances its Provenances, the oldest first
 * @param devices the AIs
 * @param cards their model cards
 * @param inputs what the Provenances name besides: prompt and inputs
 * @param people the practitioners whom document and Provenances name
 * @param organizations the custodian, and those for whom the AI worked
 * @param consents consents that speak of it or of its AI, in any status, the newest first
 * @param tasks what people were asked to do about it, the oldest first
 * @param audits decisions about its use that were asked for and logged, the newest first
 * @param decisions shared decisions in which it had a part, the newest first
 * @param requests open requests for a second opinion on it, the newest first
 * @param usedAt when the AI wrote it, as far as known
 * @param then what the patient's consents said at that time; empty where they cannot be told
 * @param now what they say now; empty where they cannot be told
 * @param closed resource types of which the caller's scopes open nothing, or not all
 * @param cut what there is more of than is shown
 */
record DocumentStory(
    DocumentReference document,
    List<DocumentReference> versions,
    List<DocumentReference> related,
    List<DocumentReference> replaced,
    List<Provenance> provenances,
    List<Device> devices,
    List<DocumentReference> cards,
    List<Resource> inputs,
    List<Practitioner> people,
    List<Organization> organizations,
    List<Consent> consents,
    List<Task> tasks,
    List<AuditEvent> audits,
    List<Composition> decisions,
    List<ServiceRequest> requests,
    Instant usedAt,
    List<Decision> then,
    List<Decision> now,
    Set<String> closed,
    Set<Part> cut) {

  DocumentStory {
    versions = List.copyOf(versions);
    related = List.copyOf(related);
    replaced = List.copyOf(replaced);
    provenances = List.copyOf(provenances);
    devices = List.copyOf(devices);
    cards = List.copyOf(cards);
    inputs = List.copyOf(inputs);
    people = List.copyOf(people);
    organizations = List.copyOf(organizations);
    consents = List.copyOf(consents);
    tasks = List.copyOf(tasks);
    audits = List.copyOf(audits);
    decisions = List.copyOf(decisions);
    requests = List.copyOf(requests);
    then = List.copyOf(then);
    now = List.copyOf(now);
    closed = Set.copyOf(closed);
    cut = Set.copyOf(cut);
  }

  /** Whether the document is itself an explanation that an AI wrote. */
  boolean isExplanation() {
    return isExplanation(document);
  }

  static boolean isExplanation(DocumentReference document) {
    return document.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION);
  }

  List<DocumentReference> explanations() {
    return related.stream()
        .filter(one -> isExplanation(one) && relates(one, DocumentRelationshipType.APPENDS))
        .toList();
  }

  /** The explanations that count, in every language. */
  Stream<DocumentReference> currentExplanations() {
    return explanations().stream()
        .filter(explanation -> explanation.getStatus() == DocumentReferenceStatus.CURRENT);
  }

  boolean isExplainedIn(Locale locale) {
    return currentExplanations()
        .flatMap(explanation -> languages(explanation))
        .anyMatch(language -> locale.getLanguage().equals(language.getLanguage()));
  }

  static Stream<Locale> languages(DocumentReference document) {
    return document.getContent().stream()
        .map(content -> content.getAttachment().getLanguage())
        .filter(language -> language != null)
        .map(Locale::forLanguageTag);
  }

  /** The documents that take its place. */
  List<DocumentReference> replacing() {
    return related.stream().filter(one -> relates(one, DocumentRelationshipType.REPLACES)).toList();
  }

  /** What was added to it or made from it, explanations apart. */
  List<DocumentReference> added() {
    return related.stream()
        .filter(one -> !explanations().contains(one) && !replacing().contains(one))
        .filter(one -> !isSecondOpinion(one))
        .toList();
  }

  /** The answers of those who were asked for a second opinion. */
  List<DocumentReference> secondOpinions() {
    return related.stream().filter(DocumentStory::isSecondOpinion).toList();
  }

  static boolean isSecondOpinion(DocumentReference document) {
    return document
        .getType()
        .hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.SECOND_OPINION_NOTE);
  }

  private boolean relates(DocumentReference other, DocumentRelationshipType kind) {
    return other.getRelatesTo().stream()
        .anyMatch(
            relation -> relation.getCode() == kind && Keys.names(relation.getTarget(), document));
  }

  boolean isClosed(String type) {
    return closed.contains(type);
  }

  /** The Provenances that tell of this version. */
  List<Provenance> provenancesOf(DocumentReference version) {
    String wanted = Keys.ofVersion(version);
    return provenances.stream()
        .filter(
            provenance ->
                provenance.getTarget().stream()
                    .map(target -> target.getReferenceElement().toUnqualified().getValue())
                    .anyMatch(wanted::equals))
        .toList();
  }

  /** Code of {@code review-status}; "unknown" where the document says none of ours. */
  static String reviewStatus(DocumentReference document) {
    return codes(document, Canonical.Extension.REVIEW_STATUS)
        .filter(coding -> Canonical.System.REVIEW_STATUS.equals(coding.getSystem()))
        .map(Coding::getCode)
        .findFirst()
        .orElse("unknown");
  }

  static Stream<Coding> codes(org.hl7.fhir.r4.model.DomainResource resource, String extension) {
    return resource.getExtensionsByUrl(extension).stream()
        .map(Extension::getValue)
        .filter(CodeableConcept.class::isInstance)
        .flatMap(concept -> ((CodeableConcept) concept).getCoding().stream());
  }

  /** The entities that tell what the AI was told to do. */
  boolean tellsPrompt() {
    return derivations().anyMatch(entity -> isWithheld(entity) || isPrompt(entity.getWhat()));
  }

  private boolean isPrompt(Reference what) {
    return Keys.find(inputs, what).filter(DocumentStory::isPrompt).isPresent();
  }

  static boolean isPrompt(Resource resource) {
    return resource instanceof DocumentReference document
        && document.getType().hasCoding(Canonical.System.AI_INPUTS, Canonical.AI_INPUT_PROMPT);
  }

  Stream<Provenance.ProvenanceEntityComponent> derivations() {
    return entities().filter(entity -> entity.getRole() == ProvenanceEntityRole.DERIVATION);
  }

  /** What the Provenances name as used, model cards and prompts apart. */
  List<Provenance.ProvenanceEntityComponent> usedEntities() {
    return entities()
        .filter(entity -> entity.getRole() != ProvenanceEntityRole.DERIVATION)
        .filter(entity -> !Keys.names(entity.getWhat(), document))
        .filter(entity -> Keys.find(replaced, entity.getWhat()).isEmpty())
        .toList();
  }

  private Stream<Provenance.ProvenanceEntityComponent> entities() {
    return provenances.stream().flatMap(provenance -> provenance.getEntity().stream());
  }

  static boolean isWithheld(Provenance.ProvenanceEntityComponent entity) {
    return entity.hasExtension(Canonical.Extension.INPUT_WITHHELD);
  }

  static Optional<String> withheldBecause(Provenance.ProvenanceEntityComponent entity) {
    return entity.getExtensionsByUrl(Canonical.Extension.INPUT_WITHHELD).stream()
        .map(extension -> extension.getValue())
        .filter(value -> value != null && value.hasPrimitiveValue())
        .map(value -> value.primitiveValue())
        .findFirst();
  }

  /** What the patient's consents said about this purpose when the AI wrote the document. */
  Optional<Decision> then(String purpose) {
    return then.stream().filter(decision -> decision.purpose().equals(purpose)).findFirst();
  }
}
