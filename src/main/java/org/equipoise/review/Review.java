package org.equipoise.review;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.StateWords;
import org.equipoise.fhir.StateWords.State;
import org.equipoise.review.ReviewRequest.Decision;
import org.equipoise.review.ReviewTime.Pace;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceContentComponent;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/**
 * The rule of {@code $review}: from what a clinician decided and what the record says to what is
 * written. It reads and writes nothing itself. Confirmed is a new version of the same document;
 * corrected is a new document, since what a human and an AI wrote together is another text than the
 * AI's, which stays readable; rejected is entered-in-error.
 */
final class Review {

  /**
   * What the record says.
   *
   * @param draft the document, in the version that is decided on
   * @param ai which AI wrote it
   * @param opened when the caller last opened that version; empty where the server saw it never
   * @param explained whether an explanation of it is current
   * @param consents the patient's that name it
   * @param caller who decides
   * @param now when
   */
  record Situation(
      DocumentReference draft,
      AiAuthors ai,
      Optional<Instant> opened,
      boolean explained,
      List<Consent> consents,
      Caller caller,
      Instant now) {}

  /**
   * What to write and to answer.
   *
   * @param bundle a FHIR transaction: first the document that is the answer, then its Provenance
   */
  record Plan(Bundle bundle, OperationOutcome outcome) {}

  private final int wordsPerMinute;

  /**
   * @param wordsPerMinute the reading speed beyond which nobody can have read the text
   */
  Review(int wordsPerMinute) {
    this.wordsPerMinute = wordsPerMinute;
  }

  /**
   * A review is a person's own judgement: no machine, patient or representative makes it.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException 403
   */
  static void requireClinician(Caller caller) {
    if (!caller.isPractitioner()) {
      throw Refusal.forbidden(
          caller.isService()
              ? "Only a clinician in person reviews what an AI wrote: no program does, whatever its scopes"
              : "Only a clinician reviews what an AI wrote; a patient, or who stands for one, can ask for an"
                  + " explanation or say no to its use");
    }
  }

  /**
   * Refuses what is no draft of an AI.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where no AI wrote
   *     it, or it is no clinical document
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException 409 where it was
   *     decided on before
   */
  static void requireDraft(DocumentReference document) {
    if (document.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION)) {
      throw Refusal.businessRule(
          "DocumentReference.type",
          "An explanation is not reviewed; the document that it explains is");
    }
    if (document.getType().getCoding().stream()
        .anyMatch(type -> Canonical.System.AI_INPUTS.equals(type.getSystem()))) {
      throw Refusal.businessRule(
          "DocumentReference.type",
          "A model card is about an AI, not about a patient: it is not reviewed");
    }
    if (!AiDocument.is(document)) {
      throw Refusal.businessRule(
          "DocumentReference.meta.security",
          "The document is not labelled AIAST: no AI wrote it, so there is nothing to review");
    }
    if (document.getStatus() == DocumentReferenceStatus.SUPERSEDED) {
      throw Refusal.conflict(
          "DocumentReference.status",
          "The document was replaced by a corrected one; find it by relatesto="
              + document.getIdElement().toUnqualifiedVersionless().getValue());
    }
    if (!AiDocument.isDraft(document)) {
      throw Refusal.conflict(
          "DocumentReference.docStatus",
          "The document was decided on before: it is "
              + AiDocument.reviewStatus(document)
                  .filter(status -> !AiDocument.UNREVIEWED.equals(status))
                  .orElse(document.getStatus() == null ? "final" : document.getStatus().toCode())
              + ". A review is made once; what is wrong with it now is said in a new document that appends it");
    }
  }

  /** Decides what is written. */
  Plan plan(ReviewRequest request, Situation situation) {
    requireClinician(situation.caller());
    requireDraft(situation.draft());
    requireOwnSignature(request, situation.caller());
    return new Making(request, situation).plan();
  }

  private static void requireOwnSignature(ReviewRequest request, Caller caller) {
    String own = caller.person().orElseThrow().toUnqualifiedVersionless().getValue();
    request
        .signature()
        .filter(signature -> !own.equals(signature.getWho().getReference()))
        .ifPresent(
            signature -> {
              throw Refusal.businessRule(
                  ReviewRequest.at("signature") + ".value.who",
                  "The signature is of another than the caller, " + own);
            });
  }

  /** The writes of one call while they come together. */
  private final class Making {

    private final ReviewRequest request;
    private final Situation situation;
    private final DocumentReference draft;
    private final Reference reviewer;
    private final ReviewTime time;
    private final ReviewWords words;
    private final Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    private final OperationOutcome outcome = new OperationOutcome();
    private final String target = "urn:uuid:" + UUID.randomUUID();

    Making(ReviewRequest request, Situation situation) {
      this.request = request;
      this.situation = situation;
      this.draft = situation.draft();
      this.reviewer =
          new Reference(
              situation.caller().person().orElseThrow().toUnqualifiedVersionless().getValue());
      this.words = ReviewWords.of(draft);
      this.time =
          ReviewTime.of(
              situation.opened(),
              situation.now(),
              DocumentText.of(attachments(draft)),
              wordsPerMinute);
    }

    Plan plan() {
      outcome.setLanguage(words.locale().toLanguageTag());
      tell(IssueSeverity.INFORMATION, "done." + request.decision().code());
      switch (request.decision()) {
        case ATTEST -> attest();
        case ATTEST_WITH_EDITS -> attestWithEdits();
        case REJECT -> reject();
      }
      if (situation.explained() && request.decision() != Decision.REJECT) {
        tell(IssueSeverity.INFORMATION, "explanations");
      }
      return new Plan(bundle, outcome);
    }

    private void attest() {
      DocumentReference attested = draft.copy();
      stand(attested, AiDocument.ATTESTED);
      StateWords.tell(attested, isFast() ? State.ATTESTED_FAST : State.ATTESTED, paceInWords());
      put(attested, target);
      post(provenance(), null);
    }

    private void reject() {
      String reason = request.reason().orElseThrow();
      DocumentReference rejected = draft.copy();
      rejected.setStatus(DocumentReferenceStatus.ENTEREDINERROR);
      rejected.setDocStatus(ReferredDocumentStatus.ENTEREDINERROR);
      AiDocument.setReviewStatus(rejected, AiDocument.REJECTED);
      AiDocument.setExtension(
          rejected, Canonical.Extension.REJECTION_REASON, new StringType(reason));
      StateWords.tell(rejected, State.REJECTED, words.say("reason", reason));
      put(rejected, target);
      post(provenance(), null);
    }

    private void attestWithEdits() {
      DocumentText before = DocumentText.of(attachments(draft));
      DocumentText after = DocumentText.of(request.contents());
      requireChange(before, after);
      Optional<Edits> edits =
          before.complete() && after.complete() ? Edits.between(before, after) : Optional.empty();
      if (edits.filter(Edits::same).isPresent()) {
        throw unchanged();
      }
      DocumentReference corrected = corrected();
      stand(corrected, AiDocument.ATTESTED_WITH_EDITS);
      edits
          .flatMap(Edits::aiShare)
          .ifPresent(
              share ->
                  AiDocument.setExtension(
                      corrected, Canonical.Extension.AI_SHARE, new DecimalType(share)));
      if (edits.isEmpty()) {
        tell(
            IssueSeverity.WARNING,
            before.complete() && after.complete() ? "no-share.too-long" : "no-share.not-text");
      }
      AiDocument.setExtension(
          corrected, Canonical.Extension.EDIT_SUMMARY, new StringType(summary(edits)));
      StateWords.tell(
          corrected,
          isFast() ? State.ATTESTED_WITH_EDITS_FAST : State.ATTESTED_WITH_EDITS,
          paceInWords());
      post(corrected, target);
      post(provenance(), null);
      DocumentReference replaced = draft.copy();
      replaced.setStatus(DocumentReferenceStatus.SUPERSEDED);
      StateWords.tell(replaced, State.REPLACED);
      put(replaced, null);
      extendRefusals();
    }

    private void requireChange(DocumentText before, DocumentText after) {
      boolean sameBytes =
          request.contents().size() == draft.getContent().size()
              && IntStream.range(0, request.contents().size())
                  .allMatch(i -> isSame(request.contents().get(i), attachments(draft).get(i)));
      if (sameBytes || (after.complete() && after.words() == 0)) {
        throw sameBytes
            ? unchanged()
            : Refusal.unprocessable(
                IssueType.REQUIRED,
                ReviewRequest.at("content"),
                "The corrected text holds no word; a draft that is wrong as a whole is rejected");
      }
    }

    private static boolean isSame(Attachment one, Attachment other) {
      return Arrays.equals(one.getData(), other.getData())
          && String.valueOf(one.getUrl()).equals(String.valueOf(other.getUrl()));
    }

    private static RuntimeException unchanged() {
      return Refusal.businessRule(
          ReviewRequest.at("content"),
          "The corrected text is the draft's: where nothing is to be changed, the decision is attest");
    }

    /**
     * What the AI, the clinician and the visit are stays; what was said of the draft's text goes.
     */
    private DocumentReference corrected() {
      DocumentReference corrected = draft.copy();
      corrected.setId((String) null);
      corrected.setMeta(new Meta());
      draft.getMeta().getSecurity().forEach(label -> corrected.getMeta().addSecurity(label.copy()));
      draft
          .getMeta()
          .getProfile()
          .forEach(profile -> corrected.getMeta().addProfile(profile.getValue()));
      corrected.setText(null);
      corrected.setMasterIdentifier(null);
      corrected.setIdentifier(
          List.of(new Identifier().setSystem("urn:ietf:rfc:3986").setValue(target)));
      corrected.setDate(Date.from(situation.now()));
      corrected
          .getExtension()
          .removeIf(extension -> Canonical.Extension.AI_CONFIDENCE.equals(extension.getUrl()));
      if (corrected.getAuthor().stream()
          .noneMatch(author -> reviewer.getReference().equals(author.getReference()))) {
        corrected.addAuthor(reviewer.copy());
      }
      corrected
          .addRelatesTo()
          .setCode(DocumentRelationshipType.REPLACES)
          .setTarget(new Reference(key(draft)));
      String language =
          attachments(draft).stream()
              .map(Attachment::getLanguage)
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null);
      List<DocumentReferenceContentComponent> contents = new ArrayList<>();
      for (Attachment given : request.contents()) {
        Attachment content = given.copy();
        if (!content.hasLanguage()) {
          content.setLanguage(language);
        }
        contents.add(new DocumentReferenceContentComponent(content));
      }
      return corrected.setContent(contents);
    }

    /** Final, in the name of the reviewer; the label of the AI stays. */
    private void stand(DocumentReference document, String reviewStatus) {
      document.setStatus(DocumentReferenceStatus.CURRENT);
      document.setDocStatus(ReferredDocumentStatus.FINAL);
      AiDocument.setReviewStatus(document, reviewStatus);
      AiDocument.setExtension(document, Canonical.Extension.REVIEW_PACE, time.pace().toConcept());
      AiDocument.label(document, Canonical.CLINAST);
      document.setAuthenticator(reviewer.copy());
    }

    private boolean isFast() {
      return time.pace() == Pace.FASTER_THAN_READING;
    }

    /** What the description says of the pace; nothing where there was time to read. */
    private String[] paceInWords() {
      String said =
          switch (time.pace()) {
            case FASTER_THAN_READING ->
                words.say("fast", time.measured().orElseThrow(), time.needed().orElseThrow());
            case NOT_MEASURED -> words.say("not-measured");
            case NOT_ESTIMATED -> words.say("not-estimated");
            case TIME_TO_READ -> null;
          };
      if (said == null) {
        return new String[0];
      }
      addIssue(IssueSeverity.WARNING, said);
      return new String[] {said};
    }

    private String summary(Optional<Edits> edits) {
      String counted =
          edits
              .map(
                  one ->
                      one.changedWords()
                          ? words.say("edits", one.draft(), one.kept(), one.removed(), one.added())
                          : words.say("edits.punctuation"))
              .orElseGet(() -> words.say("edits.unknown"));
      return counted + request.reason().map(reason -> " " + words.say("reason", reason)).orElse("");
    }

    private void extendRefusals() {
      List<String> changed = new ArrayList<>();
      for (Consent consent : situation.consents()) {
        Consent extended = consent.copy();
        if (Refusals.extend(extended, Set.of(key(draft)), target)) {
          String url = "urn:uuid:" + UUID.randomUUID();
          put(extended, url);
          changed.add(url);
        }
      }
      if (!changed.isEmpty()) {
        Provenance provenance =
            ReviewProvenance.ofRefusals(draft, reviewer, situation.now(), words);
        changed.forEach(url -> provenance.addTarget(new Reference(url)));
        post(provenance, null);
        tell(IssueSeverity.INFORMATION, "refusals");
      }
    }

    private Provenance provenance() {
      return ReviewProvenance.of(
          request, draft, situation.ai(), reviewer, time, target, situation.now());
    }

    private void tell(IssueSeverity severity, String key) {
      addIssue(severity, words.say(key));
    }

    private void addIssue(IssueSeverity severity, String said) {
      outcome
          .addIssue()
          .setSeverity(severity)
          .setCode(
              severity == IssueSeverity.INFORMATION
                  ? IssueType.INFORMATIONAL
                  : IssueType.BUSINESSRULE)
          .setDiagnostics(said)
          .getDetails()
          .setText(said);
    }

    private void post(Resource resource, String fullUrl) {
      bundle
          .addEntry()
          .setFullUrl(fullUrl == null ? "urn:uuid:" + UUID.randomUUID() : fullUrl)
          .setResource(resource)
          .getRequest()
          .setMethod(HTTPVerb.POST)
          .setUrl(resource.fhirType());
    }

    private void put(Resource resource, String fullUrl) {
      bundle
          .addEntry()
          .setFullUrl(fullUrl)
          .setResource(resource)
          .getRequest()
          .setMethod(HTTPVerb.PUT)
          .setUrl(key(resource))
          .setIfMatch("W/\"" + resource.getIdElement().getVersionIdPart() + "\"");
    }
  }

  private static List<Attachment> attachments(DocumentReference document) {
    return document.getContent().stream()
        .map(DocumentReferenceContentComponent::getAttachment)
        .toList();
  }

  private static String key(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }
}
