package org.equipoise.explanation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.equipoise.explanation.ExplanationWriter.Written;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceContentComponent;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * The rule of {@code $attach-explanation}: from what is asked and what the record says to what is
 * written. It reads and writes nothing itself.
 *
 * <p>One explanation for each language appends the explained document, which is not touched. One
 * that is current in the same language becomes superseded in the same transaction, and the new one
 * says that it replaces it; both stay readable. One Provenance tells who attached what, and from
 * what.
 */
final class AttachExplanation {

  /**
   * What the record says.
   *
   * @param document the explained document
   * @param existing its explanations that are current
   * @param facts what a generated explanation may speak of; empty where nothing is generated
   * @param ai the AI that wrote what is given; empty where none did
   * @param caller who attaches
   * @param now when
   */
  record Situation(
      DocumentReference document,
      List<DocumentReference> existing,
      Optional<DocumentFacts> facts,
      Optional<AiSource> ai,
      Caller caller,
      Instant now) {}

  /** The grade of one explanation. */
  record Graded(LanguageTag language, Readability readability, BigDecimal target) {}

  /**
   * What to write.
   *
   * @param bundle a FHIR transaction: the explanations in the order of {@code graded}, then the
   *     Provenance, then whatever else changes
   * @param graded the grade of each explanation
   */
  record Plan(Bundle bundle, List<Graded> graded) {

    /** Warnings in words, if there are any. */
    Optional<OperationOutcome> warnings() {
      OperationOutcome outcome = new OperationOutcome();
      for (Graded one : graded) {
        if (one.readability().computed().isEmpty()) {
          warn(
              outcome,
              IssueType.NOTSUPPORTED,
              "The explanation in '"
                  + one.language()
                  + "' was stored, but how hard it is to read was not computed: no formula is known for this language.");
        } else if (one.readability().isAbove(one.target())) {
          warn(
              outcome,
              IssueType.BUSINESSRULE,
              "The explanation in '"
                  + one.language()
                  + "' is at school grade "
                  + one.readability().grade()
                  + ", above the target of "
                  + one.target().toPlainString()
                  + ". Shorter sentences and shorter words make it easier to read.");
        }
      }
      return outcome.hasIssue() ? Optional.of(outcome) : Optional.empty();
    }

    private static void warn(OperationOutcome outcome, IssueType code, String words) {
      outcome
          .addIssue()
          .setSeverity(IssueSeverity.WARNING)
          .setCode(code)
          .setDiagnostics(words)
          .getDetails()
          .setText(words);
    }
  }

  private final ExplanationWriter writer;
  private final AttachExplanationSettings settings;

  AttachExplanation(ExplanationWriter writer, AttachExplanationSettings settings) {
    this.writer = writer;
    this.settings = settings;
  }

  /** Refuses a document that cannot be explained. */
  static void requireExplainable(DocumentReference document) {
    if (document.getStatus() == DocumentReferenceStatus.ENTEREDINERROR) {
      throw Refusal.conflict(
          "DocumentReference.status", "The document was entered in error; it cannot be explained");
    }
    if (ExplanationDocument.is(document)) {
      throw Refusal.businessRule("DocumentReference.type", "The document is an explanation itself");
    }
    if (!AiRole.isAsserted(document)) {
      throw Refusal.businessRule(
          "DocumentReference.meta.security",
          "The document is not labelled AIAST: no AI wrote it, so none is explained");
    }
    if (!document.hasSubject()) {
      throw Refusal.businessRule(
          "DocumentReference.subject", "The document names no patient to explain it to");
    }
    if (!document.hasCustodian()) {
      throw Refusal.businessRule(
          "DocumentReference.custodian",
          "The document names no organization that keeps it, which its explanation needs");
    }
  }

  /** The languages that the server has to write in. */
  List<LanguageTag> toGenerate(AttachExplanationRequest request, DocumentReference document) {
    if (!request.generate()) {
      return List.of();
    }
    List<LanguageTag> languages =
        request.languages().isEmpty() ? List.of(ownLanguage(document)) : request.languages();
    for (LanguageTag language : languages) {
      String at = AttachExplanationRequest.at("language");
      if (!writer.languages().contains(language.language())) {
        throw Refusal.notSupported(
            at,
            "The server writes in "
                + writer.languages()
                + " and not in '"
                + language
                + "'; give a finished explanation");
      }
      if (request.given().containsKey(language)) {
        throw Refusal.invalid(
            at,
            "An explanation in '"
                + language
                + "' is given and to be generated too; one explanation for each language");
      }
    }
    return languages.stream().sorted().toList();
  }

  /** Decides what is written. */
  Plan plan(AttachExplanationRequest request, Situation situation) {
    BigDecimal target = request.targetGrade().orElse(settings.targetGrade());
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    List<DocumentReference> explanations = new ArrayList<>();
    List<Graded> graded = new ArrayList<>();
    request
        .given()
        .forEach(
            (language, given) -> {
              DocumentReference explanation = given(given, situation);
              graded.add(grade(explanation, language, target, given.at()));
              explanations.add(explanation);
            });
    Optional<Device> author = Optional.empty();
    Reference authorReference = new Reference("urn:uuid:" + UUID.randomUUID());
    List<LanguageTag> generated = toGenerate(request, situation.document());
    if (!generated.isEmpty()) {
      author = Optional.of(writer.author());
      for (LanguageTag language : generated) {
        DocumentReference explanation = generated(language, target, authorReference, situation);
        graded.add(grade(explanation, language, target, "explanation"));
        explanations.add(explanation);
      }
    }
    Provenance provenance =
        provenance(
            explanations, request.given().isEmpty(), author.map(a -> authorReference), situation);
    for (int i = 0; i < explanations.size(); i++) {
      String fullUrl = "urn:uuid:" + UUID.randomUUID();
      explanations
          .get(i)
          .addIdentifier(new Identifier().setSystem("urn:ietf:rfc:3986").setValue(fullUrl));
      supersede(explanations.get(i), graded.get(i).language(), situation);
      provenance.addTarget(new Reference(fullUrl));
      create(bundle, explanations.get(i), fullUrl);
    }
    create(bundle, provenance, "urn:uuid:" + UUID.randomUUID());
    superseded(graded, situation)
        .forEach(
            old ->
                bundle
                    .addEntry()
                    .setResource(old)
                    .getRequest()
                    .setMethod(HTTPVerb.PUT)
                    .setUrl(old.getIdElement().toUnqualifiedVersionless().getValue())
                    .setIfMatch("W/\"" + old.getIdElement().getVersionIdPart() + "\""));
    // Created once for a server and found by its identifier ever after, whoever generates first.
    author.ifPresent(
        device ->
            bundle
                .addEntry()
                .setFullUrl(authorReference.getReference())
                .setResource(device)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Device")
                .setIfNoneExist(
                    "identifier="
                        + device.getIdentifierFirstRep().getSystem()
                        + "|"
                        + device.getIdentifierFirstRep().getValue()));
    return new Plan(bundle, List.copyOf(graded));
  }

  private LanguageTag ownLanguage(DocumentReference document) {
    return ExplanationDocument.language(document)
        .or(() -> Optional.ofNullable(document.getLanguage()))
        .map(tag -> Locale.forLanguageTag(tag).toLanguageTag())
        .map(LanguageTag::new)
        .filter(language -> writer.languages().contains(language.language()))
        .orElseGet(() -> new LanguageTag(writer.languages().get(0)));
  }

  private DocumentReference generated(
      LanguageTag language, BigDecimal target, Reference author, Situation situation) {
    Written written = writer.write(situation.facts().orElseThrow(), language.tag(), target);
    List<ExplanationPart> parts =
        written.parts().entrySet().stream()
            .map(
                part ->
                    ExplanationPart.of(PartCode.of(part.getKey()).orElseThrow(), part.getValue()))
            .toList();
    DocumentReference explanation = new DocumentReference();
    explanation.setDescription(written.description());
    explanation.addAuthor(author.copy());
    ExplanationDocument.addParts(explanation, parts);
    ExplanationDocument.addPlainText(
        explanation, ExplanationDocument.render(parts, language), language);
    explanation.getContentFirstRep().getAttachment().setTitle(written.title());
    return complete(explanation, parts, situation);
  }

  private static DocumentReference given(GivenExplanation given, Situation situation) {
    DocumentReference explanation =
        given.document() == null ? new DocumentReference() : given.document().copy();
    requireOwn(explanation, given.at(), situation);
    explanation.setId((String) null);
    if (given.document() == null) {
      ExplanationDocument.addParts(explanation, given.parts());
      ExplanationDocument.addPlainText(
          explanation,
          ExplanationDocument.render(given.parts(), given.language()),
          given.language());
    } else if (!ExplanationDocument.hasPlainText(explanation)) {
      String reading =
          GivenExplanation.reading(
              explanation.getContentFirstRep().getAttachment(),
              given.at() + ".content[0].attachment");
      ExplanationDocument.addPlainText(explanation, reading, given.language());
    }
    explanation
        .getContent()
        .forEach(content -> content.getAttachment().setLanguage(given.language().tag()));
    situation.ai().ifPresent(ai -> label(explanation, ai));
    if (!explanation.hasAuthor()) {
      explanation.addAuthor(Agents.of(situation.caller()));
    }
    describe(explanation, given.language(), situation);
    return complete(explanation, given.parts(), situation);
  }

  /**
   * What the caller says must fit the explained document; nothing it says is overwritten in
   * silence.
   */
  private static void requireOwn(DocumentReference explanation, String at, Situation situation) {
    DocumentReference document = situation.document();
    String explained = document.getIdElement().toUnqualifiedVersionless().getValue();
    if (explanation.hasStatus() && explanation.getStatus() != DocumentReferenceStatus.CURRENT) {
      throw Refusal.businessRule(at + ".status", "An explanation that is attached is current");
    }
    requireSame(explanation.getSubject(), document.getSubject(), at + ".subject", "the patient");
    requireSame(
        explanation.getCustodian(), document.getCustodian(), at + ".custodian", "the custodian");
    explanation
        .getRelatesTo()
        .forEach(
            relation -> {
              if (relation.getCode() != DocumentRelationshipType.APPENDS
                  || !explained.equals(DocumentFacts.key(relation.getTarget()))) {
                throw Refusal.businessRule(
                    at + ".relatesTo",
                    "An explanation appends the document it is attached to, and no other");
              }
            });
    if (explanation.hasAuthenticator()
        && situation
            .caller()
            .person()
            .map(person -> person.toUnqualifiedVersionless().getValue())
            .filter(person -> person.equals(DocumentFacts.key(explanation.getAuthenticator())))
            .isEmpty()) {
      throw Refusal.businessRule(
          at + ".authenticator",
          "Only the clinician who attaches an explanation can stand behind it");
    }
    if (explanation.hasDocStatus()
        && explanation.getDocStatus() != ReferredDocumentStatus.PRELIMINARY
        && !(explanation.getDocStatus() == ReferredDocumentStatus.FINAL
            && explanation.hasAuthenticator())) {
      throw Refusal.businessRule(
          at + ".docStatus",
          "An explanation is preliminary, or final with the clinician who stands behind it");
    }
  }

  private static void requireSame(Reference given, Reference own, String at, String what) {
    if (!given.isEmpty()
        && !String.valueOf(DocumentFacts.key(own)).equals(DocumentFacts.key(given))) {
      throw Refusal.businessRule(
          at, "The explanation names another than " + what + " of the explained document");
    }
  }

  private static void label(DocumentReference explanation, AiSource ai) {
    if (!AiRole.isAsserted(explanation)) {
      explanation
          .getMeta()
          .addSecurity()
          .setSystem(Canonical.System.OBSERVATION_VALUE)
          .setCode(Canonical.AIAST);
    }
    for (Reference author : ai.authors()) {
      String key = String.valueOf(DocumentFacts.key(author));
      if (explanation.getAuthor().stream()
          .noneMatch(known -> key.equals(DocumentFacts.key(known)))) {
        explanation.addAuthor(author);
      }
    }
  }

  /** Title and description say what this is and in which state, since apps show these first. */
  private static void describe(
      DocumentReference explanation, LanguageTag language, Situation situation) {
    Optional<Wording> own = Wording.of(language.locale());
    Wording wording = own.or(() -> Wording.of(Locale.ENGLISH)).orElseThrow();
    Telling telling = new Telling(DocumentFacts.of(situation.document()), wording, null);
    Map<String, Object> document = Map.of("document", telling.document().text());
    String mark = own.isPresent() ? "" : " (" + language + ")";
    if (!explanation.hasDescription()) {
      String state =
          explanation.hasAuthenticator() ? "signed" : situation.ai().isPresent() ? "ai" : "given";
      explanation.setDescription(wording.say("description." + state, document) + mark);
    }
    for (DocumentReferenceContentComponent content : explanation.getContent()) {
      if (!content.getAttachment().hasTitle()) {
        content.getAttachment().setTitle(wording.say("title", document) + mark);
      }
    }
  }

  private static DocumentReference complete(
      DocumentReference explanation, List<ExplanationPart> parts, Situation situation) {
    DocumentReference document = situation.document();
    ExplanationDocument.setKind(explanation);
    explanation.setStatus(DocumentReferenceStatus.CURRENT);
    explanation.setDocStatus(
        explanation.hasAuthenticator()
            ? ReferredDocumentStatus.FINAL
            : ReferredDocumentStatus.PRELIMINARY);
    explanation.setSubject(document.getSubject().copy());
    explanation.setCustodian(document.getCustodian().copy());
    if (!explanation.hasDate()) {
      explanation.setDate(Date.from(situation.now()));
    }
    explanation.getRelatesTo().clear();
    explanation
        .addRelatesTo()
        .setCode(DocumentRelationshipType.APPENDS)
        .setTarget(new Reference(document.getIdElement().toUnqualifiedVersionless().getValue()));
    for (Reference input : ExplanationDocument.inputs(parts, document)) {
      if (explanation.getContext().getRelated().stream()
          .noneMatch(known -> input.getReference().equals(DocumentFacts.key(known)))) {
        explanation.getContext().addRelated(input);
      }
    }
    return explanation;
  }

  private static Graded grade(
      DocumentReference explanation, LanguageTag language, BigDecimal target, String at) {
    return new Graded(
        language, ExplanationDocument.grade(explanation, language, target, at), target);
  }

  private static Provenance provenance(
      List<DocumentReference> explanations,
      boolean onlyGenerated,
      Optional<Reference> writer,
      Situation situation) {
    DocumentReference document = situation.document();
    Optional<Reference> custodian = Optional.of(document.getCustodian().copy());
    Provenance provenance = new Provenance();
    provenance.addExtension(Canonical.Extension.PROVENANCE_PATIENT, document.getSubject().copy());
    provenance.setOccurred(new DateTimeType(Date.from(situation.now())));
    provenance.setRecorded(Date.from(situation.now()));
    provenance
        .getActivity()
        .addCoding()
        .setSystem(Canonical.System.DATA_OPERATION)
        .setCode("CREATE");
    situation
        .ai()
        .ifPresent(
            ai -> {
              provenance.getMeta().addProfile(Canonical.Profile.AI_PROVENANCE);
              provenance.addReason(
                  new CodeableConcept()
                      .addCoding(
                          new Coding()
                              .setSystem(Canonical.System.OBSERVATION_VALUE)
                              .setCode(Canonical.AIAST)));
              ai.agents().forEach(agent -> provenance.addAgent(agent.copy()));
            });
    writer.ifPresent(
        author -> provenance.addAgent(Agents.agent("author", author.copy(), custodian)));
    provenance.addAgent(
        Agents.agent(
            !onlyGenerated && situation.ai().isEmpty() ? "author" : "enterer",
            Agents.of(situation.caller()),
            custodian));
    // With its version: what is said of one text is not said of the next.
    provenance
        .addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference(document.getIdElement().toUnqualified().getValue()));
    explanations.stream()
        .flatMap(explanation -> explanation.getContext().getRelated().stream())
        .map(DocumentFacts::key)
        .filter(key -> key != null)
        .distinct()
        .forEach(
            key ->
                provenance
                    .addEntity()
                    .setRole(ProvenanceEntityRole.SOURCE)
                    .setWhat(new Reference(key)));
    situation
        .ai()
        .ifPresent(ai -> ai.derivations().forEach(entity -> provenance.addEntity(entity.copy())));
    return provenance;
  }

  private static void supersede(
      DocumentReference explanation, LanguageTag language, Situation situation) {
    ofLanguage(language, situation)
        .forEach(
            old ->
                explanation
                    .addRelatesTo()
                    .setCode(DocumentRelationshipType.REPLACES)
                    .setTarget(
                        new Reference(old.getIdElement().toUnqualifiedVersionless().getValue())));
  }

  private static List<DocumentReference> superseded(List<Graded> graded, Situation situation) {
    return graded.stream()
        .flatMap(one -> ofLanguage(one.language(), situation).stream())
        .map(old -> old.copy().setStatus(DocumentReferenceStatus.SUPERSEDED))
        .toList();
  }

  private static List<DocumentReference> ofLanguage(LanguageTag language, Situation situation) {
    return situation.existing().stream()
        .filter(
            old ->
                ExplanationDocument.language(old)
                    .map(tag -> Locale.forLanguageTag(tag).toLanguageTag())
                    .filter(language.tag()::equals)
                    .isPresent())
        .toList();
  }

  private static void create(Bundle bundle, Resource resource, String fullUrl) {
    bundle
        .addEntry()
        .setFullUrl(fullUrl)
        .setResource(resource)
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl(resource.fhirType());
  }
}
