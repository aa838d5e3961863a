package org.equipoise.opinion;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WholeRecord;
import org.equipoise.fhir.WriteRule;
import org.equipoise.opinion.Independence.Breach;
import org.equipoise.opinion.Independence.Candidate;
import org.equipoise.opinion.Independence.Makers;
import org.equipoise.opinion.Opinions.Wanted;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestIntent;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;

/**
 * Holds requests for a second opinion, the consents that show something for one, and the answers to
 * what they are, whichever door they come by: nobody is asked who is not independent, nothing is
 * shown without the patient's yes, and only who was asked answers, once.
 */
final class SecondOpinionRule implements WriteRule {

  private static final String REQUEST = "ServiceRequest";
  private static final String ANSWER = "DocumentReference";
  private static final String CONSENT = "Consent";

  private static final Set<ConsentState> TAKEN_BACK =
      Set.of(ConsentState.INACTIVE, ConsentState.REJECTED, ConsentState.ENTEREDINERROR);

  private final SharedForOpinion shared;

  SecondOpinionRule(SharedForOpinion shared) {
    this.shared = shared;
  }

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (Opinions.isRequest(incoming) || Opinions.isRequest(stored)) {
      beforeRequest(incoming, (ServiceRequest) stored, write);
    } else if (Opinions.isSharing(incoming) || Opinions.isSharing(stored)) {
      beforeSharing(incoming, (Consent) stored, write);
    } else if (Opinions.isAnswer(incoming) || Opinions.isAnswer(stored)) {
      beforeAnswer(incoming, (DocumentReference) stored, write);
    }
  }

  @Override
  public void afterStore(Resource stored, Resource before, Write write) {
    if (Opinions.isRequest(stored)) {
      ServiceRequest request = (ServiceRequest) stored;
      shared.learn(request, asked(request, write.record()).keySet());
    } else if (Opinions.isSharing(stored)) {
      afterSharing((Consent) stored, before, write.record());
    } else if (Opinions.isAnswer(stored) && before == null) {
      afterAnswer((DocumentReference) stored, write);
    }
  }

  @Override
  public void beforeDelete(Resource stored, Write write) {
    if (Opinions.isSharing(stored)) {
      throw Refusal.businessRule(
          CONSENT + ".status",
          CONSENT
              + ": what was shown, and until when, stays on record; take it back by"
              + " $withdraw-consent");
    }
    if (stored instanceof ServiceRequest request && Opinions.isRequest(stored)) {
      if (request.getStatus() != ServiceRequestStatus.DRAFT || !isRequester(request, write)) {
        throw Refusal.businessRule(
            REQUEST + ".status",
            REQUEST
                + ".status: who asked may delete their own draft; what was asked stays on record,"
                + " revoke it");
      }
      shared.forget(request);
    } else if (Opinions.isAnswer(stored)) {
      throw Refusal.businessRule(
          ANSWER + ".status",
          ANSWER + ": an answer to a second opinion is not deleted; mark it as entered-in-error");
    }
  }

  // ---- the request

  private static void beforeRequest(Resource incoming, ServiceRequest stored, Write write) {
    if (!(incoming instanceof ServiceRequest request)
        || !Opinions.isRequest(incoming)
        || (stored != null && !Opinions.isRequest(stored))) {
      throw Refusal.businessRule(
          REQUEST + ".category",
          REQUEST
              + ".category: a request for a second opinion stays one, and no other becomes one");
    }
    if (stored != null) {
      requireOnlyEnded(request, stored, write);
      return;
    }
    if (!write.byOperation()) {
      requireProposal(request, write.caller());
    }
    DocumentReference document = documentOf(request, write.record());
    requireIndependent(request, document, write.record());
  }

  /** By plain writes a clinician proposes; who shows something says so by the operation. */
  private static void requireProposal(ServiceRequest request, Caller caller) {
    if (request.getStatus() != ServiceRequestStatus.DRAFT
        || request.getIntent() != ServiceRequestIntent.PROPOSAL) {
      throw Refusal.businessRule(
          REQUEST + ".status",
          REQUEST
              + ".status: it becomes active by DocumentReference/[id]/$second-opinion, with the"
              + " patient's yes; store it as a draft, with the intent proposal");
    }
    boolean isOwn =
        caller.isService()
            || caller
                .person()
                .filter(
                    person ->
                        person
                            .toUnqualifiedVersionless()
                            .getValue()
                            .equals(Opinions.key(request.getRequester())))
                .isPresent();
    if (!isOwn) {
      throw Refusal.forbidden(REQUEST + ".requester: whoever asks, asks in their own name");
    }
  }

  private static void requireOnlyEnded(ServiceRequest request, ServiceRequest stored, Write write) {
    if (write.byOperation()) {
      if (stored.getStatus() == ServiceRequestStatus.DRAFT
          && request.getStatus() == ServiceRequestStatus.ACTIVE) {
        // Since it was proposed, they may have signed the document.
        requireIndependent(request, documentOf(request, write.record()), write.record());
      }
      return;
    }
    if (request.getStatus() != stored.getStatus()) {
      requireMayEnd(request, stored, write);
    }
    if (!notes(request).equalsDeep(notes(stored))) {
      requireMayNote(stored, write);
    }
    if (!content(request).equalsDeep(content(stored))) {
      throw Refusal.businessRule(
          REQUEST, REQUEST + ": what was asked of whom stands as it is; revoke it, and ask anew");
    }
  }

  /** What a patient asked is ended by nobody else, least of all by who wrote the document. */
  private static void requireMayEnd(ServiceRequest request, ServiceRequest stored, Write write) {
    String at = REQUEST + ".status";
    boolean isEnd =
        request.getStatus() == ServiceRequestStatus.REVOKED
            || request.getStatus() == ServiceRequestStatus.ENTEREDINERROR;
    boolean isOpen =
        stored.getStatus() == ServiceRequestStatus.DRAFT
            || stored.getStatus() == ServiceRequestStatus.ACTIVE;
    if (!isEnd || !isOpen) {
      throw Refusal.businessRule(
          at,
          at
              + ": it becomes active by $second-opinion with the patient's yes, and completed by"
              + " the answer; before that it can be revoked, and what was ended stays so");
    }
    boolean isOwnDraft =
        stored.getStatus() == ServiceRequestStatus.DRAFT && isRequester(stored, write);
    if (!write.caller().isPatientSide() && !isOwnDraft) {
      throw Refusal.forbidden(
          at
              + ": a request for a second opinion is revoked by the patient, or, as long as it is"
              + " a draft, by who proposed it");
    }
  }

  /** What is noted beside a request is between those who ask and those who are asked. */
  private static void requireMayNote(ServiceRequest stored, Write write) {
    Caller caller = write.caller();
    boolean isAsked =
        (caller.isAi() || caller.isPractitioner())
            && asked(stored, write.record()).containsKey(whoAnswers(caller));
    if (!caller.isPatientSide() && !isRequester(stored, write) && !isAsked) {
      throw Refusal.forbidden(
          REQUEST
              + ".note: notes are written by who asks, by who is asked and by the patient's side"
              + " alone");
    }
  }

  private static ServiceRequest notes(ServiceRequest request) {
    ServiceRequest notes = new ServiceRequest();
    request.getNote().forEach(note -> notes.addNote(note.copy()));
    return notes;
  }

  private static boolean isRequester(ServiceRequest request, Write write) {
    Caller caller = write.caller();
    String requester = Opinions.key(request.getRequester());
    return !requester.isEmpty()
        && (requester.equals(caller.device())
            || (caller.isService() && requester.equals(caller.organization()))
            || caller
                .person()
                .filter(one -> requester.equals(one.toUnqualifiedVersionless().getValue()))
                .isPresent());
  }

  private static ServiceRequest content(ServiceRequest request) {
    ServiceRequest content = request.copy();
    content.setStatus(null).setNote(null).setText(null);
    content.setMeta(null).setId((String) null);
    return content;
  }

  private static DocumentReference documentOf(ServiceRequest request, WholeRecord record) {
    String at = REQUEST + ".reasonReference";
    DocumentReference document =
        record
            .find(request.getReasonReferenceFirstRep())
            .filter(DocumentReference.class::isInstance)
            .map(DocumentReference.class::cast)
            .orElseThrow(
                () ->
                    Refusal.unprocessable(
                        IssueType.NOTFOUND, at, at + ": name the document that it is about"));
    if (!Opinions.key(document.getSubject()).equals(Opinions.key(request.getSubject()))
        || !Opinions.key(document.getSubject()).startsWith("Patient/")) {
      throw Refusal.businessRule(at, at + ": the document is about another patient");
    }
    if (document.getStatus() != DocumentReferenceStatus.CURRENT) {
      throw Refusal.businessRule(
          at, at + ": this document is no longer current; ask about the one that is");
    }
    return document;
  }

  private static void requireIndependent(
      ServiceRequest request, DocumentReference document, WholeRecord record) {
    Wanted wanted = Wanted.of(request);
    requireNamedWhereBlinded(request, wanted);
    Makers makers = new MakersReader(record).makers(document);
    for (int i = 0; i < request.getPerformer().size(); i++) {
      Reference performer = request.getPerformer().get(i);
      String at = REQUEST + ".performer[" + i + "]";
      Candidate candidate =
          new MakersReader(record)
              .candidate(performer)
              .orElseThrow(
                  () ->
                      Refusal.unprocessable(
                          IssueType.NOTFOUND,
                          at,
                          "%s: %s is nobody who can be asked"
                              .formatted(at, performer.getReference())));
      refuse(Independence.breaches(makers, candidate, wanted), candidate.who(), at);
    }
  }

  /** From whom nobody hides the document, they do not judge without it. */
  private static void requireNamedWhereBlinded(ServiceRequest request, Wanted wanted) {
    if (wanted.blinded() && !request.hasPerformer()) {
      throw Refusal.businessRule(
          REQUEST + ".performer",
          REQUEST + ".performer: name who is to judge without the document (blinded)");
    }
  }

  private static void refuse(Set<Breach> breaches, String who, String at) {
    if (!breaches.isEmpty()) {
      throw Refusal.businessRule(
          at,
          "%s: %s cannot give this second opinion: %s"
              .formatted(
                  at, who, breaches.stream().map(Breach::words).collect(Collectors.joining("; "))));
    }
  }

  /** Who is asked, as whoever acts is known, and as the request names them. */
  private static Map<String, Candidate> asked(ServiceRequest request, WholeRecord record) {
    Map<String, Candidate> asked = new LinkedHashMap<>();
    for (Reference performer : request.getPerformer()) {
      new MakersReader(record)
          .candidate(performer)
          .ifPresent(candidate -> asked.put(candidate.who(), candidate));
    }
    return asked;
  }

  // ---- the consent

  private static void beforeSharing(Resource incoming, Consent stored, Write write) {
    if (write.byOperation()) {
      return;
    }
    boolean takesBack =
        stored != null
            && incoming instanceof Consent consent
            && TAKEN_BACK.contains(consent.getStatus())
            && write.caller().isPatientSide()
            && said(consent).equalsDeep(said(stored));
    if (!takesBack) {
      throw Refusal.businessRule(
          CONSENT,
          CONSENT
              + ": what is shown for a second opinion is agreed to by"
              + " DocumentReference/[id]/$second-opinion, and taken back by $withdraw-consent");
    }
  }

  private static Consent said(Consent consent) {
    Consent said = consent.copy();
    said.getExtension().removeIf(one -> Canonical.Extension.WITHDRAWAL.equals(one.getUrl()));
    said.setStatus(null).setText(null);
    said.setMeta(null).setId((String) null);
    return said;
  }

  private void afterSharing(Consent stored, Resource before, WholeRecord record) {
    shared.learn(stored);
    boolean wasInForce =
        before instanceof Consent consent && !TAKEN_BACK.contains(consent.getStatus());
    if (wasInForce && TAKEN_BACK.contains(stored.getStatus())) {
      Opinions.requestOf(stored)
          .flatMap(record::find)
          .map(ServiceRequest.class::cast)
          .filter(
              request ->
                  request.getStatus() == ServiceRequestStatus.ACTIVE
                      || request.getStatus() == ServiceRequestStatus.DRAFT)
          .ifPresent(
              request -> {
                record.rewrite(request.setStatus(ServiceRequestStatus.REVOKED));
                shared.forget(request);
              });
    }
  }

  // ---- the answer

  private void beforeAnswer(Resource incoming, DocumentReference stored, Write write) {
    if (!(incoming instanceof DocumentReference answer)
        || !Opinions.isAnswer(incoming)
        || (stored != null && !Opinions.isAnswer(stored))) {
      throw Refusal.businessRule(
          ANSWER + ".type",
          ANSWER + ".type: an answer to a second opinion stays one, and no other becomes one");
    }
    if (isAi(answer)) {
      // It is an AI document too, and meets both profiles.
      answer
          .getMeta()
          .getProfile()
          .removeIf(one -> Canonical.Profile.SECOND_OPINION_NOTE.equals(one.getValue()));
      answer.getMeta().getProfile().add(new CanonicalType(Canonical.Profile.SECOND_OPINION_NOTE));
    }
    if (stored == null) {
      // Of two who answer at once, the second finds that it was answered.
      Opinions.requestOf(answer)
          .ifPresent(
              one ->
                  write.record().lock("second-opinion:" + one.getReferenceElement().getIdPart()));
    }
    ServiceRequest request = requestOf(answer, write.record());
    if (stored != null) {
      requireSameAnswer(answer, stored, write);
    } else if (!isReviewed(answer, request, write)) {
      requireAsked(answer, request, write);
    }
  }

  private static boolean isAi(DocumentReference answer) {
    return answer.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)
        != null;
  }

  private static ServiceRequest requestOf(DocumentReference answer, WholeRecord record) {
    String at = ANSWER + ".context.related";
    return Opinions.requestOf(answer)
        .flatMap(record::find)
        .filter(Opinions::isRequest)
        .map(ServiceRequest.class::cast)
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.NOTFOUND,
                    at,
                    at + ": name the one request for a second opinion that this answers"));
  }

  /** Corrected by a review: another document in the place of an answer that an AI wrote. */
  private static boolean isReviewed(DocumentReference answer, ServiceRequest request, Write write) {
    return write.byOperation()
        && Opinions.targets(answer, DocumentRelationshipType.REPLACES)
            .flatMap(target -> write.record().find(target).stream())
            .filter(Opinions::isAnswer)
            .map(DocumentReference.class::cast)
            .flatMap(replaced -> Opinions.requestOf(replaced).stream())
            .anyMatch(one -> Opinions.key(one).equals(Opinions.key(request)));
  }

  private void requireAsked(DocumentReference answer, ServiceRequest current, Write write) {
    if (current.getStatus() == ServiceRequestStatus.COMPLETED) {
      throw answeredAlready();
    }
    if (current.getStatus() != ServiceRequestStatus.ACTIVE) {
      throw Refusal.businessRule(
          ANSWER + ".context.related",
          ANSWER + ".context.related: this request is not open; nobody is to answer it");
    }
    if (!Opinions.key(answer.getSubject()).equals(Opinions.key(current.getSubject()))) {
      throw Refusal.businessRule(
          ANSWER + ".subject", ANSWER + ".subject: the request is about another patient");
    }
    DocumentReference document = documentToAnswer(answer, current, write.record());
    String who = whoAnswers(write.caller());
    Map<String, Candidate> asked = asked(current, write.record());
    if (!asked.containsKey(who)) {
      throw Refusal.forbidden(
          ANSWER + ".context.related: somebody else was asked; only who was asked answers");
    }
    if (!shared.requestsOf(who).contains(current.getIdElement().getIdPart())) {
      throw Refusal.businessRule(
          ANSWER + ".context.related",
          ANSWER
              + ".context.related: the patient's consent to this second opinion has ended; nobody"
              + " is to answer it any more");
    }
    requireAuthors(answer, document, current, who, write.record());
  }

  private static RuntimeException answeredAlready() {
    return Refusal.conflict(
        ANSWER + ".context.related",
        ANSWER + ".context.related: this request was answered already");
  }

  private static DocumentReference documentToAnswer(
      DocumentReference answer, ServiceRequest request, WholeRecord record) {
    Reference about = request.getReasonReferenceFirstRep();
    if (Opinions.documentOf(answer)
        .filter(target -> Opinions.key(target).equals(Opinions.key(about)))
        .isEmpty()) {
      throw Refusal.businessRule(
          ANSWER + ".relatesTo",
          ANSWER + ".relatesTo: it appends the document that the request is about");
    }
    return record
        .find(about)
        .map(DocumentReference.class::cast)
        .orElseThrow(
            () ->
                Refusal.businessRule(
                    ANSWER + ".relatesTo", ANSWER + ".relatesTo: the document is gone"));
  }

  /** A person, or an AI, in their own name. */
  private static String whoAnswers(Caller caller) {
    if (caller.isAi()) {
      return caller.device();
    }
    if (!caller.isPractitioner()) {
      throw Refusal.forbidden(
          ANSWER + ".author: a second opinion is written by who was asked, in person");
    }
    return caller.person().orElseThrow().toUnqualifiedVersionless().getValue();
  }

  private static void requireAuthors(
      DocumentReference answer,
      DocumentReference document,
      ServiceRequest request,
      String who,
      WholeRecord record) {
    String at = ANSWER + ".author";
    Makers makers = new MakersReader(record).makers(document);
    Set<String> authors = new LinkedHashSet<>();
    List<Reference> named = answer.getAuthor();
    for (int i = 0; i < named.size(); i++) {
      Reference author = named.get(i);
      String here = at + "[" + i + "]";
      Candidate candidate =
          new MakersReader(record)
              .candidate(author)
              .orElseThrow(
                  () ->
                      Refusal.unprocessable(
                          IssueType.NOTFOUND, here, here + ": nobody is known by this reference"));
      boolean isTool = author.getReferenceElement().getResourceType().equals("Device");
      if (!candidate.who().equals(who) && !isTool) {
        throw Refusal.forbidden(here + ": a second opinion is written in one's own name");
      }
      refuse(Independence.breaches(makers, candidate, Wanted.of(request)), candidate.who(), here);
      if (isTool && !isAi(answer)) {
        throw Refusal.businessRule(
            ANSWER + ".meta.security",
            ANSWER + ".meta.security: what an AI had a part in bears the label AIAST");
      }
      authors.add(candidate.who());
    }
    if (!authors.contains(who)) {
      throw Refusal.businessRule(at, at + ": name yourself, " + who);
    }
  }

  private static void requireSameAnswer(
      DocumentReference answer, DocumentReference stored, Write write) {
    if (write.byOperation()) {
      return;
    }
    boolean isSame =
        same(Opinions.requestOf(answer), Opinions.requestOf(stored))
            && same(Opinions.documentOf(answer), Opinions.documentOf(stored))
            && keys(answer.getAuthor()).equals(keys(stored.getAuthor()))
            && Opinions.key(answer.getSubject()).equals(Opinions.key(stored.getSubject()));
    if (!isSame) {
      throw Refusal.businessRule(
          ANSWER, ANSWER + ": whose answer it is, to what and about whom, stands as it is");
    }
    String who = whoAnswers(write.caller());
    boolean isAuthor =
        answer.getAuthor().stream()
            .flatMap(author -> new MakersReader(write.record()).candidate(author).stream())
            .anyMatch(candidate -> candidate.who().equals(who));
    if (!isAuthor) {
      throw Refusal.forbidden(ANSWER + ": only who gave a second opinion changes it");
    }
  }

  private static boolean same(Optional<Reference> one, Optional<Reference> other) {
    return one.map(Opinions::key).equals(other.map(Opinions::key));
  }

  private static List<String> keys(List<Reference> references) {
    return references.stream().map(Opinions::key).toList();
  }

  private void afterAnswer(DocumentReference answer, Write write) {
    ServiceRequest request = requestOf(answer, write.record());
    boolean isReviewed = isReviewed(answer, request, write);
    if (request.getStatus() == ServiceRequestStatus.ACTIVE) {
      record(write.record(), request.setStatus(ServiceRequestStatus.COMPLETED));
    } else if (!isReviewed) {
      throw answeredAlready();
    }
    String author =
        write.caller().isAi() || write.caller().isPractitioner()
            ? whoAnswers(write.caller())
            : Opinions.key(answer.getAuthorFirstRep());
    shared.learn(answer, request.getIdElement().getIdPart(), author);
  }

  private void record(WholeRecord record, ServiceRequest request) {
    record.rewrite(request);
    shared.learn(request, asked(request, record).keySet());
  }
}
