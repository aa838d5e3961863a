package org.equipoise.aboutme;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientSigners;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WholeRecord;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceRelatesToComponent;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;

/**
 * Who a patient is says the patient, or who may sign for them, whichever door it comes by: nobody
 * else creates, changes, replaces or deletes such a statement. One is current; what was said before
 * is superseded by it.
 */
final class AboutMeRule implements WriteRule {

  private static final String AT = "DocumentReference";

  private final PatientSigners signers;

  AboutMeRule(PatientSigners signers) {
    this.signers = signers;
  }

  /** 403 for everybody who can never say who a patient is. */
  static void requirePatientSide(Caller caller) {
    if (!caller.isPatientSide()) {
      throw Refusal.forbidden(
          "Who a patient is says only the patient, or a RelatedPerson who may sign for them");
    }
  }

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (!AboutMe.is(incoming) && !AboutMe.is(stored)) {
      requireNotReplaced(incoming, write.record());
      return;
    }
    IdType signer = signer(stored == null ? incoming : stored, write);
    if (!(incoming instanceof DocumentReference statement) || !AboutMe.is(incoming)) {
      throw Refusal.businessRule(
          AT + ".type", AT + ".type: a statement about oneself stays one; say it anew instead");
    }
    if (stored != null && !AboutMe.is(stored)) {
      throw Refusal.businessRule(
          AT + ".type",
          AT + ".type: a document does not become a statement about oneself; say it as a new one");
    }
    if (!signer(statement, write).equals(signer)) {
      throw Refusal.forbidden(AT + ".subject: it stays about the same patient");
    }
    complete(statement, signer, write);
    requireOwnWords(statement, signer);
    requireReplacesOwn(statement, write.record());
    if (becomesCurrent(statement, (DocumentReference) stored)) {
      supersedeOthers(statement, write.record());
    }
  }

  @Override
  public void beforeDelete(Resource stored, Write write) {
    if (AboutMe.is(stored)) {
      signer(stored, write);
    }
  }

  /** Who says it: the caller, where they may for the patient it is about. */
  private IdType signer(Resource statement, Write write) {
    requirePatientSide(write.caller());
    IdType patient = patientOf((DocumentReference) statement);
    IdType person = write.caller().person().orElseThrow();
    Optional<RelatedPerson> representative =
        write
            .record()
            .find(new Reference(person.toUnqualifiedVersionless().getValue()))
            .filter(RelatedPerson.class::isInstance)
            .map(RelatedPerson.class::cast);
    return signers
        .signer(write.caller(), patient, representative, write.now())
        .orElseThrow(
            () ->
                Refusal.forbidden(
                    AT
                        + ".subject: who a patient is says only the patient, or a RelatedPerson who"
                        + " may sign for them"));
  }

  private static IdType patientOf(DocumentReference statement) {
    return new IdType(
        statement.getSubject().getReferenceElement().toUnqualifiedVersionless().getValue());
  }

  private static void complete(DocumentReference statement, IdType signer, Write write) {
    boolean isPatient = "Patient".equals(signer.getResourceType());
    if (!statement.hasAuthor()) {
      statement.addAuthor(new Reference(signer.getValue()));
    }
    if (!statement.hasDate()) {
      statement.setDate(Date.from(write.now()));
    }
    String language =
        statement.getContent().stream()
            .map(content -> content.getAttachment().getLanguage())
            .filter(one -> one != null)
            .findFirst()
            .orElse("en");
    if (!statement.hasDescription()) {
      statement.setDescription(AboutMe.title(language));
    }
    statement.getContent().stream()
        .map(content -> content.getAttachment())
        .filter(attachment -> !attachment.hasTitle())
        .forEach(attachment -> attachment.setTitle(AboutMe.title(language)));
    String mine = isPatient ? Canonical.PATAST : Canonical.SDMAST;
    String others = isPatient ? Canonical.SDMAST : Canonical.PATAST;
    statement
        .getMeta()
        .getSecurity()
        .removeIf(
            label ->
                Canonical.System.OBSERVATION_VALUE.equals(label.getSystem())
                    && others.equals(label.getCode()));
    AiDocument.label(statement, mine);
  }

  private static void requireOwnWords(DocumentReference statement, IdType signer) {
    boolean isOwn =
        statement.getAuthor().size() == 1
            && signer
                .getValue()
                .equals(
                    statement
                        .getAuthorFirstRep()
                        .getReferenceElement()
                        .toUnqualifiedVersionless()
                        .getValue());
    if (!isOwn || statement.hasAuthenticator()) {
      throw Refusal.forbidden(
          AT + ".author: whoever says it is its only author, " + signer.getValue());
    }
  }

  /** A statement takes the place of earlier ones of the same patient alone. */
  private static void requireReplacesOwn(DocumentReference statement, WholeRecord record) {
    for (Reference target : replaced(statement)) {
      if (found(target, record)
          .anyMatch(
              other ->
                  !AboutMe.is(other)
                      || !patientOf((DocumentReference) other).equals(patientOf(statement)))) {
        throw Refusal.businessRule(
            AT + ".relatesTo",
            AT + ".relatesTo: a statement about oneself replaces an earlier one, and nothing else");
      }
    }
  }

  private static void requireNotReplaced(Resource incoming, WholeRecord record) {
    if (incoming instanceof DocumentReference document) {
      for (Reference target : replaced(document)) {
        if (found(target, record).anyMatch(AboutMe::is)) {
          throw Refusal.businessRule(
              AT + ".relatesTo",
              AT
                  + ".relatesTo: what a patient says about themselves is replaced by what they say"
                  + " anew, and by nothing else");
        }
      }
    }
  }

  private static List<Reference> replaced(DocumentReference document) {
    return document.getRelatesTo().stream()
        .filter(one -> one.getCode() == DocumentRelationshipType.REPLACES)
        .map(DocumentReferenceRelatesToComponent::getTarget)
        .toList();
  }

  private static Stream<Resource> found(Reference target, WholeRecord record) {
    return Stream.concat(record.entriesAt(target), record.find(target).stream());
  }

  private static boolean becomesCurrent(DocumentReference statement, DocumentReference stored) {
    return statement.getStatus() == DocumentReferenceStatus.CURRENT
        && (stored == null || stored.getStatus() != DocumentReferenceStatus.CURRENT);
  }

  private static void supersedeOthers(DocumentReference statement, WholeRecord record) {
    IdType patient = patientOf(statement);
    long atOnce =
        record.transaction().stream()
            .flatMap(bundle -> bundle.getEntry().stream())
            .map(Bundle.BundleEntryComponent::getResource)
            .filter(AboutMe::is)
            .map(DocumentReference.class::cast)
            .filter(one -> one.getStatus() == DocumentReferenceStatus.CURRENT)
            .filter(one -> patientOf(one).equals(patient))
            .count();
    if (atOnce > 1) {
      throw Refusal.businessRule(
          AT + ".status", AT + ".status: one statement about oneself is current, not several");
    }
    // Of two who say it at once, the second supersedes the first.
    record.lock("about-me:" + patient.getIdPart());
    for (DocumentReference other :
        record.search(
            DocumentReference.class,
            new SearchParameterMap()
                .add(DocumentReference.SP_SUBJECT, new ReferenceParam(patient.getValue()))
                .add(
                    DocumentReference.SP_TYPE,
                    new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.ABOUT_ME))
                .add(DocumentReference.SP_STATUS, new TokenParam("current")))) {
      String before = other.getIdElement().toUnqualifiedVersionless().getValue();
      if (statement.getIdElement().hasIdPart()
          && before.equals("DocumentReference/" + statement.getIdElement().getIdPart())) {
        continue;
      }
      if (replaced(statement).stream()
          .noneMatch(
              target ->
                  before.equals(
                      target.getReferenceElement().toUnqualifiedVersionless().getValue()))) {
        statement
            .addRelatesTo()
            .setCode(DocumentRelationshipType.REPLACES)
            .setTarget(new Reference(before));
      }
      record.rewrite(other.setStatus(DocumentReferenceStatus.SUPERSEDED));
    }
  }
}
