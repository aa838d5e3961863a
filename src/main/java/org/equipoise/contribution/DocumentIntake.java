package org.equipoise.contribution;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;

/**
 * Makes of what a patient writes a document of theirs (US Core, Writing Clinical Notes), or says
 * what is wrong with it. Their words are kept to the last byte. Pure: no database, no clock.
 */
final class DocumentIntake {

  /** LOINC: Patient Note. */
  private static final String PATIENT_NOTE = "51855-5";

  private final Duration skew;

  /**
   * @param skew how far the clock of a device may be ahead of ours
   */
  DocumentIntake(Duration skew) {
    this.skew = skew;
  }

  /**
   * A document of the patient's own words.
   *
   * @param words as they came, white space too
   * @param language BCP 47, where it is known
   * @param at FHIRPath of the words
   * @param languageAt FHIRPath of where the language was given
   */
  DocumentReference ofWords(
      String words, Optional<String> language, Contributor by, String at, String languageAt) {
    if (words == null || words.isBlank()) {
      throw Refusal.unprocessable(IssueType.REQUIRED, at, at + ": there is not a word in it");
    }
    language.ifPresent(tag -> requireLanguage(tag, languageAt));
    ContributionWords said =
        new ContributionWords(language.flatMap(ContributionWords::spoken).orElse(by.language()));
    DocumentReference document = new DocumentReference();
    language.ifPresent(document::setLanguage);
    document
        .addContent()
        .getAttachment()
        .setContentType("text/plain;charset=utf-8")
        .setLanguage(language.orElse(null))
        .setTitle(said.say("words.title"))
        .setData(words.getBytes(StandardCharsets.UTF_8));
    return document;
  }

  private static void requireLanguage(String tag, String at) {
    try {
      if (!new Locale.Builder().setLanguageTag(tag).build().getLanguage().isEmpty()) {
        return;
      }
    } catch (IllformedLocaleException e) {
      // Said below.
    }
    throw Refusal.unprocessable(
        IssueType.CODEINVALID,
        at,
        at + ": give the language as a tag of BCP 47, such as en or es-MX");
  }

  /**
   * Completes a document in place.
   *
   * @param at FHIRPath of the document, for refusals
   * @return the keys by which it is known again, the value of its own identifier first
   */
  List<String> prepare(DocumentReference document, Contributor by, Instant now, String at) {
    if (AiDocument.isLabelled(document, Canonical.AIAST)) {
      throw Refusal.businessRule(
          at + ".meta.security",
          at
              + ".meta.security: what an AI wrote are not the patient's words; the service of that AI writes it, as a"
              + " draft under its own name");
    }
    if (!document.hasContent()
        || !document.getContent().stream()
            .map(DocumentReference.DocumentReferenceContentComponent::getAttachment)
            .allMatch(DocumentIntake::holdsSomething)) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          at + ".content",
          at + ".content: each content has an attachment with data, or with the url of a Binary");
    }
    if (document.hasDate() && document.getDate().toInstant().isAfter(now.plus(skew))) {
      throw Refusal.businessRule(at + ".date", at + ".date: this time has not come yet");
    }
    if (!document.hasStatus()) {
      document.setStatus(DocumentReferenceStatus.CURRENT);
    }
    document.setSubject(Persons.subject(document.getSubject(), by, at));
    Persons.requireOwn(document.getAuthor(), by, at + ".author");
    if (!document.hasAuthor()) {
      document.addAuthor(new Reference(by.performer().getValue()));
    }
    if (!document.hasType()) {
      document.setType(concept(Canonical.System.LOINC, PATIENT_NOTE).setText("Patient Note"));
    }
    if (document.getCategory().stream()
        .noneMatch(
            one -> one.hasCoding(Canonical.System.US_CORE_DOCUMENT_CATEGORY, "clinical-note"))) {
      document.addCategory(concept(Canonical.System.US_CORE_DOCUMENT_CATEGORY, "clinical-note"));
    }
    List<String> keys = ItemKeys.of(document, by.patient().getIdPart(), now);
    if (!document.hasDate()) {
      document.setDate(Date.from(now));
    }
    Labels.set(document, by, false, false);
    ObservationIntake.identify(document.getIdentifier(), keys.get(0));
    return keys;
  }

  private static boolean holdsSomething(Attachment attachment) {
    return (attachment.hasData() && attachment.getData().length > 0) || attachment.hasUrl();
  }

  private static CodeableConcept concept(String system, String code) {
    return new CodeableConcept(new Coding().setSystem(system).setCode(code));
  }
}
