package org.equipoise.visits;

import java.time.LocalDate;
import java.util.List;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemAnswerOptionComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.StringType;

/**
 * What the patient of a visit answers when asked about the AI. The data set holds no consents, so
 * the answers are cases of this tool, dealt out by turns: of five visits three permit and
 * understood, one permits without having understood, one refuses.
 */
public enum VisitConsent {
  /** Permits; all teach-back answers are right. */
  PERMIT_UNDERSTOOD(true),
  /** Permits; two teach-back answers are wrong, which is below the threshold of 0.8. */
  PERMIT_NOT_UNDERSTOOD(false),
  /** Refuses; a refusal needs no proof. */
  DENY(true);

  private static final String ORDINAL_VALUE =
      "http://hl7.org/fhir/StructureDefinition/ordinalValue";
  private static final int MISUNDERSTOOD = 2;

  private final boolean effective;

  VisitConsent(boolean effective) {
    this.effective = effective;
  }

  /** The answer of the visit at this place of the data set. */
  public static VisitConsent of(int index) {
    return switch (index % 5) {
      case 3 -> DENY;
      case 4 -> PERMIT_NOT_UNDERSTOOD;
      default -> PERMIT_UNDERSTOOD;
    };
  }

  /** Whether the server should find that the decision counts. */
  public boolean isEffective() {
    return effective;
  }

  /**
   * The call of {@code $attach-consent}. The same on the same day, so that a repeated call is a
   * replay.
   *
   * @param teachBack the questionnaire as the server publishes it
   */
  public Parameters parameters(
      Visit visit, NoteModel model, Questionnaire teachBack, LocalDate today) {
    return parameters(
        "%s-%s-consent-%s".formatted(visit.id(), model.slug(), today),
        "ai-documentation",
        visit,
        teachBack,
        today);
  }

  /**
   * The call of {@code $decide-ai-use}, before there is any note; the same on the same day.
   *
   * @param purpose a code of {@code ai-purpose}
   */
  public Parameters inGeneral(
      String purpose, Visit visit, Questionnaire teachBack, LocalDate today) {
    return parameters(
        "%s-%s-%s".formatted(visit.id(), purpose, today), purpose, visit, teachBack, today);
  }

  private Parameters parameters(
      String requestId, String purpose, Visit visit, Questionnaire teachBack, LocalDate today) {
    Parameters call = new Parameters();
    call.addParameter().setName("requestId").setValue(new StringType(requestId));
    call.addParameter()
        .setName("purpose")
        .setValue(new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(purpose));
    call.addParameter()
        .setName("decision")
        .setValue(new CodeType(this == DENY ? "deny" : "permit"));
    if (this == DENY) {
      call.addParameter().setName("statement").setValue(new StringType("No."));
      return call;
    }
    call.addParameter().setName("expires").setValue(new DateType(today.plusYears(1).toString()));
    call.addParameter()
        .setName("teachBack")
        .setResource(
            answers(visit, teachBack, this == PERMIT_UNDERSTOOD ? 0 : MISUNDERSTOOD, today));
    ParametersParameterComponent voluntariness = call.addParameter().setName("voluntariness");
    voluntariness.addPart().setName("askedPrivately").setValue(new BooleanType(true));
    voluntariness.addPart().setName("refusalHasNoEffectOnCare").setValue(new BooleanType(true));
    voluntariness.addPart().setName("signal").setValue(new CodeType("none-observed"));
    return call;
  }

  /**
   * Right answers to the choice questions, asked as they are printed, but for the first {@code
   * wrong} ones.
   */
  private static QuestionnaireResponse answers(
      Visit visit, Questionnaire teachBack, int wrong, LocalDate today) {
    QuestionnaireResponse answers = new QuestionnaireResponse();
    answers.setQuestionnaire(teachBack.getUrl());
    answers.setLanguage(teachBack.getLanguage());
    answers.setStatus(QuestionnaireResponseStatus.COMPLETED);
    answers.setSubject(VisitResources.patientOf(visit)).setSource(VisitResources.patientOf(visit));
    answers.setAuthoredElement(new DateTimeType(today.toString()));
    List<QuestionnaireItemComponent> choices =
        teachBack.getItem().stream()
            .filter(item -> item.getType() == QuestionnaireItemType.CHOICE)
            .toList();
    for (int i = 0; i < choices.size(); i++) {
      QuestionnaireItemComponent question = choices.get(i);
      boolean right = i >= wrong;
      Coding answer =
          question.getAnswerOption().stream()
              .filter(option -> isRight(option) == right)
              .map(QuestionnaireItemAnswerOptionComponent::getValueCoding)
              .findFirst()
              .orElseThrow();
      answers
          .addItem()
          .setLinkId(question.getLinkId())
          .setText(question.getText())
          .addAnswer()
          .setValue(new Coding().setSystem(answer.getSystem()).setCode(answer.getCode()));
    }
    return answers;
  }

  private static boolean isRight(QuestionnaireItemAnswerOptionComponent option) {
    Extension ordinal = option.getValue().getExtensionByUrl(ORDINAL_VALUE);
    return ordinal != null && "1".equals(ordinal.getValue().primitiveValue());
  }
}
