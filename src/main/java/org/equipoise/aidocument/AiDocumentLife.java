package org.equipoise.aidocument;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.StateWords;
import org.equipoise.fhir.StateWords.State;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceContentComponent;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Reference;

/**
 * The life of an AI document, as plain writes may move it: a draft comes, its text may be replaced
 * together with the story of the new text, and its writer may take it back. Everything else is a
 * clinician's, by {@code $review}. The table stands in {@code docs/ai-document-life.md}.
 */
final class AiDocumentLife {

  private static final String BY_REVIEW =
      ": only a clinician's decision does that, by DocumentReference/[id]/$review";

  /** What a review leaves behind. */
  private static final List<String> OF_A_REVIEW =
      List.of(
          Canonical.Extension.AI_SHARE,
          Canonical.Extension.EDIT_SUMMARY,
          Canonical.Extension.REVIEW_PACE,
          Canonical.Extension.REJECTION_REASON);

  private AiDocumentLife() {}

  /** Refuses a new document that claims to be more than a draft. */
  static void requireDraft(DocumentReference document) {
    if (!AiDocument.isDraft(document)) {
      throw Refusal.businessRule(
          stateElement(document),
          "%s: what an AI wrote comes as a draft (status current, docStatus preliminary, review status unreviewed or"
                  .formatted(stateElement(document))
              + " in-review); it does not come as final, amended, rejected or replaced"
              + BY_REVIEW);
    }
    if (document.hasAuthenticator()) {
      throw ofAReview("DocumentReference.authenticator");
    }
    if (AiDocument.isLabelled(document, Canonical.CLINAST)) {
      throw ofAReview("DocumentReference.meta.security");
    }
    if (OF_A_REVIEW.stream().anyMatch(document::hasExtension)) {
      throw ofAReview("DocumentReference.extension");
    }
  }

  private static RuntimeException ofAReview(String element) {
    return Refusal.businessRule(
        element, element + ": a draft has none, nor does a plain write change it" + BY_REVIEW);
  }

  private static String stateElement(DocumentReference document) {
    if (document.hasStatus() && document.getStatus() != DocumentReferenceStatus.CURRENT) {
      return "DocumentReference.status";
    }
    return document.hasDocStatus() && document.getDocStatus() != ReferredDocumentStatus.PRELIMINARY
        ? "DocumentReference.docStatus"
        : "DocumentReference.extension";
  }

  /** What the server filled in and a client that knows nothing of it leaves out stays. */
  static void keepWhatIsLeftOut(DocumentReference before, DocumentReference after) {
    if (!after.hasDate()) {
      after.setDateElement(before.getDateElement().copy());
    }
    if (!after.hasCustodian()) {
      after.setCustodian(before.getCustodian().copy());
    }
    if (!after.hasIdentifier()) {
      before.getIdentifier().forEach(identifier -> after.addIdentifier(identifier.copy()));
    }
    if (AiDocument.isDraft(before)) {
      if (!after.hasDocStatus()) {
        after.setDocStatus(before.getDocStatus());
      }
      if (!after.hasExtension(Canonical.Extension.REVIEW_STATUS)) {
        before
            .getExtensionsByUrl(Canonical.Extension.REVIEW_STATUS)
            .forEach(status -> after.addExtension(status.copy()));
      }
    }
  }

  /**
   * Refuses a change that is not a plain write's to make.
   *
   * @param before as stored
   * @param after as it would be stored next; words about a draft that was taken back are completed
   * @param isTold whether the same transaction holds an ai-provenance of the document
   * @param caller who writes
   */
  static void requireKept(
      DocumentReference before, DocumentReference after, boolean isTold, Caller caller) {
    if (!AiDocument.is(after)) {
      throw Refusal.businessRule(
          "DocumentReference.type",
          "DocumentReference.type: an AI document does not become an explanation or a model card");
    }
    requireSameOrigin(before, after);
    requireSameReview(before, after);
    if (!AiDocument.isDraft(before)) {
      requireUntouched(before, after);
    } else if (AiDocument.isDraft(after)) {
      if (!isSameText(before, after) && !isTold) {
        throw Refusal.businessRule(
            "DocumentReference.content",
            "DocumentReference.content: another text of an AI needs its own story: send it in a transaction Bundle"
                + " together with a new Provenance (ai-provenance) whose target is this document");
      }
    } else if (isTakenBack(before, after)) {
      requireOwn(before, after, caller);
      String words = after.getDescription();
      after.setDescription(null);
      StateWords.tell(after, State.WITHDRAWN, words);
    } else {
      throw Refusal.businessRule(
          stateElement(after),
          "%s: a draft does not become final, amended, rejected or replaced by a plain write"
                  .formatted(stateElement(after))
              + BY_REVIEW);
    }
  }

  /** Whose it is, which AI wrote it, when, from what, and who answers for it. */
  private static void requireSameOrigin(DocumentReference before, DocumentReference after) {
    requireSame(
        "subject", keys(Stream.of(before.getSubject())), keys(Stream.of(after.getSubject())));
    requireSame("author", keys(AiDocument.devices(before)), keys(AiDocument.devices(after)));
    requireSame(
        "custodian", keys(Stream.of(before.getCustodian())), keys(Stream.of(after.getCustodian())));
    requireSame("date", time(before), time(after));
    requireNoneLost("identifier", before.getIdentifier(), after.getIdentifier());
    requireNoneLost("relatesTo", before.getRelatesTo(), after.getRelatesTo());
    if (!keys(after.getContext().getRelated().stream())
        .containsAll(keys(before.getContext().getRelated().stream()))) {
      throw changed("context.related");
    }
  }

  private static void requireSameReview(DocumentReference before, DocumentReference after) {
    if (!keys(Stream.of(before.getAuthenticator()))
        .equals(keys(Stream.of(after.getAuthenticator())))) {
      throw ofAReview("DocumentReference.authenticator");
    }
    if (!AiDocument.isLabelled(before, Canonical.CLINAST)
        && AiDocument.isLabelled(after, Canonical.CLINAST)) {
      throw ofAReview("DocumentReference.meta.security");
    }
    for (String url : OF_A_REVIEW) {
      if (!Base.compareDeep(before.getExtensionsByUrl(url), after.getExtensionsByUrl(url), true)) {
        throw ofAReview("DocumentReference.extension");
      }
    }
  }

  /** What was decided on stays as it was decided on. */
  private static void requireUntouched(DocumentReference before, DocumentReference after) {
    boolean sameState =
        before.getStatus() == after.getStatus()
            && before.getDocStatus() == after.getDocStatus()
            && AiDocument.reviewStatus(before).equals(AiDocument.reviewStatus(after));
    if (!sameState) {
      throw Refusal.businessRule(
          before.getStatus() != after.getStatus()
              ? "DocumentReference.status"
              : "DocumentReference.docStatus",
          "The document was decided on (status "
              + before.getStatus().toCode()
              + "); no plain write takes that back. What is wrong with it is said in a new document that appends it");
    }
    if (!isSameText(before, after)
        || !Base.compareDeep(titles(before), titles(after), true)
        || !Objects.equals(before.getDescription(), after.getDescription())
        || !Base.compareDeep(before.getType(), after.getType(), true)) {
      throw Refusal.businessRule(
          "DocumentReference.content",
          "DocumentReference.content: the text, its type and its words about itself do not change once it was decided"
              + " on; write a new document that appends it");
    }
  }

  private static boolean isTakenBack(DocumentReference before, DocumentReference after) {
    return after.getStatus() == DocumentReferenceStatus.ENTEREDINERROR
        && after.getDocStatus() == ReferredDocumentStatus.PRELIMINARY
        && AiDocument.reviewStatus(before).equals(AiDocument.reviewStatus(after));
  }

  /**
   * A scribe that wrote to the wrong patient takes its draft back, and says why. A person rejects
   * it; and once somebody has begun to check it, it is theirs to decide on.
   */
  private static void requireOwn(DocumentReference before, DocumentReference after, Caller caller) {
    if (!caller.isService()) {
      throw Refusal.businessRule(
          "DocumentReference.status",
          "DocumentReference.status: a clinician rejects a draft by DocumentReference/[id]/$review, with a reason; only"
              + " the program that wrote it takes it back");
    }
    if (caller.isAi() && !keys(AiDocument.devices(before)).contains(caller.device())) {
      throw Refusal.businessRule(
          "DocumentReference.author",
          "DocumentReference.author: another AI wrote the draft; only the program that wrote it takes it back");
    }
    if (!AiDocument.reviewStatus(before).filter(AiDocument.UNREVIEWED::equals).isPresent()) {
      throw Refusal.businessRule(
          "DocumentReference.status",
          "DocumentReference.status: a clinician has begun to check the draft; ask them to reject it by"
              + " DocumentReference/[id]/$review");
    }
    if (!isSameText(before, after)) {
      throw Refusal.businessRule(
          "DocumentReference.content",
          "DocumentReference.content: what is taken back keeps its text, for it may have been read");
    }
    String words = after.getDescription();
    if (words == null || words.isBlank() || words.equals(before.getDescription())) {
      throw Refusal.businessRule(
          "DocumentReference.description",
          "DocumentReference.description: say in words for the patient why the draft is taken back");
    }
  }

  /** Titles aside, which tell the state. */
  static boolean isSameText(DocumentReference before, DocumentReference after) {
    return Base.compareDeep(withoutTitles(before), withoutTitles(after), true)
        && Base.compareDeep(before.getText(), after.getText(), true);
  }

  private static List<DocumentReferenceContentComponent> withoutTitles(DocumentReference document) {
    return document.getContent().stream()
        .map(
            content -> {
              DocumentReferenceContentComponent copy = content.copy();
              copy.getAttachment().setTitle(null);
              return copy;
            })
        .toList();
  }

  private static List<Base> titles(DocumentReference document) {
    return document.getContent().stream()
        .map(content -> (Base) content.getAttachment().getTitleElement())
        .toList();
  }

  private static void requireSame(String element, Object before, Object after) {
    if (!before.equals(after)) {
      throw changed(element);
    }
  }

  private static void requireNoneLost(
      String element, List<? extends Base> before, List<? extends Base> after) {
    if (!before.stream().allMatch(one -> after.stream().anyMatch(other -> other.equalsDeep(one)))) {
      throw changed(element);
    }
  }

  private static RuntimeException changed(String element) {
    return Refusal.businessRule(
        "DocumentReference." + element,
        "DocumentReference.%s: what it says of where an AI document comes from does not change. One that was written"
                .formatted(element)
            + " to the wrong place is rejected by $review, or taken back by its writer, and written anew");
  }

  private static Object time(DocumentReference document) {
    return document.hasDate() ? document.getDate().getTime() : 0L;
  }

  private static Set<String> keys(Stream<Reference> references) {
    return references
        .filter(reference -> !reference.isEmpty())
        .map(LabelInheritance::key)
        .collect(Collectors.toSet());
  }

  /** What a document newly says that it replaces. */
  static List<Reference> newlyReplaced(DocumentReference before, DocumentReference after) {
    Set<String> known = before == null ? Set.of() : keys(replaced(before));
    return replaced(after).filter(target -> !known.contains(LabelInheritance.key(target))).toList();
  }

  private static Stream<Reference> replaced(DocumentReference document) {
    return document.getRelatesTo().stream()
        .filter(relation -> relation.getCode() == DocumentRelationshipType.REPLACES)
        .map(DocumentReference.DocumentReferenceRelatesToComponent::getTarget);
  }
}
