package org.equipoise.consent.teachback;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.equipoise.consent.guardrail.ReadingLevel;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.fhir.BrightLine;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Questionnaire;

/**
 * {@code GET Patient/[id]/$teach-back}: the questions that show whether this patient understands
 * what they decide, in their language and in words as full as they wish.
 */
public class TeachBackProvider implements OperationProvider {

  /** The operation, without the dollar sign. */
  public static final String NAME = "teach-back";

  private final RecordOperation operation;
  private final TeachBackQuestions questions;
  private final ReadingLevel level;
  private final Random order = new SecureRandom();

  /**
   * @param level for a patient who has not said which they wish
   */
  public TeachBackProvider(
      RecordOperation operation, Questionnaire questionnaire, ReadingLevel level) {
    this.operation = operation;
    this.questions = new TeachBackQuestions(questionnaire);
    this.level = level;
  }

  /**
   * The questions.
   *
   * @param purpose code of {@code ai-purpose}
   * @param language wished language, else that of the patient
   * @param wished code of {@code reading-level}, else what the patient wishes
   */
  @Operation(name = "$" + NAME, typeName = "Patient", idempotent = true)
  public Questionnaire teachBack(
      @IdParam IdType patient,
      @OperationParam(name = "purpose") CodeType purpose,
      @OperationParam(name = "language") CodeType language,
      @OperationParam(name = "level") CodeType wished,
      RequestDetails request) {
    AiPurpose asked = purpose(purpose);
    Optional<ReadingLevel> asWished = Optional.ofNullable(wished).map(TeachBackProvider::level);
    return operation.look(
        request,
        transaction -> {
          Patient whom = transaction.read(Patient.class, patient.toUnqualifiedVersionless());
          return questions.ask(
              asked,
              ConsentWords.in(
                      language == null ? null : language.getValue(),
                      languageOf(whom),
                      request.getHeader("Accept-Language"))
                  .language(),
              asWished.or(() -> levelOf(transaction, patient)).orElse(level),
              order);
        });
  }

  private static AiPurpose purpose(CodeType purpose) {
    if (purpose == null || !purpose.hasValue()) {
      throw Refusal.required(
          "purpose", "purpose: say what the patient is asked to decide: " + AiPurpose.codes());
    }
    BrightLine.refuse("purpose", new Coding().setCode(purpose.getValue()));
    return AiPurpose.of(purpose.getValue())
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.CODEINVALID,
                    "purpose",
                    "purpose: unknown purpose %s; known are %s"
                        .formatted(purpose.getValue(), AiPurpose.codes())));
  }

  private static ReadingLevel level(CodeType level) {
    return ReadingLevel.of(level.getValue())
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.CODEINVALID,
                    "level",
                    "level: unknown reading level %s; known are %s"
                        .formatted(level.getValue(), ReadingLevel.codes())));
  }

  /** The language that the patient prefers, else the first that they speak; null where unknown. */
  private static String languageOf(Patient patient) {
    return Stream.concat(
            patient.getCommunication().stream().filter(spoken -> spoken.getPreferred()),
            patient.getCommunication().stream())
        .flatMap(spoken -> spoken.getLanguage().getCoding().stream())
        .map(Coding::getCode)
        .filter(code -> code != null)
        .findFirst()
        .orElse(null);
  }

  /** What the patient said last. */
  private static Optional<ReadingLevel> levelOf(RecordTransaction transaction, IdType patient) {
    SearchParameterMap wishes =
        SearchParameterMap.newSynchronous()
            .add(
                Observation.SP_CODE,
                new TokenParam(Canonical.System.OBSERVATION, Canonical.READING_LEVEL))
            .add(
                Observation.SP_PATIENT,
                new ReferenceParam(patient.toUnqualifiedVersionless().getValue()));
    return transaction.search(Observation.class, wishes).stream()
        .filter(wish -> wish.getStatus() == Observation.ObservationStatus.FINAL)
        .filter(wish -> wish.getEffective() instanceof DateTimeType time && time.hasValue())
        .max(
            Comparator.comparing((Observation wish) -> wish.getEffectiveDateTimeType().getValue())
                .thenComparing(wish -> wish.getMeta().getLastUpdated()))
        .filter(wish -> wish.getValue() instanceof CodeableConcept)
        .flatMap(
            wish ->
                wish.getValueCodeableConcept().getCoding().stream()
                    .filter(coding -> Canonical.System.READING_LEVEL.equals(coding.getSystem()))
                    .flatMap(coding -> ReadingLevel.of(coding.getCode()).stream())
                    .findFirst());
  }
}
