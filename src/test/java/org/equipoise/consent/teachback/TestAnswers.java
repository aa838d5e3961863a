package org.equipoise.consent.teachback;

import ca.uhn.fhir.context.FhirContext;
import java.io.InputStream;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.consent.recording.FakeConsentRecord;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemAnswerComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.StringType;

/** Answers to the real teach-back questionnaire, the one that the server ships. */
public final class TestAnswers {

  public static final Questionnaire QUESTIONNAIRE = read();

  private static final String SYSTEM = Canonical.BASE + "/CodeSystem/teach-back-answer";
  private static final Map<String, String> RIGHT = new LinkedHashMap<>();
  private static final Map<String, String> WRONG = new LinkedHashMap<>();

  static {
    RIGHT.put("what-for", "named-use-only");
    RIGHT.put("who-sees", "allowed-people-and-me");
    RIGHT.put("can-refuse", "care-same");
    RIGHT.put("can-be-wrong", "wrong-people-check");
    RIGHT.put("how-to-stop", "at-any-time");
    WRONG.put("what-for", "any-use");
    WRONG.put("who-sees", "anyone");
    WRONG.put("can-refuse", "must-pay");
    WRONG.put("can-be-wrong", "never-wrong");
    WRONG.put("how-to-stop", "for-good");
  }

  private TestAnswers() {}

  /**
   * The first {@code right} of the five choice items answered right, the others wrong; in English.
   */
  public static QuestionnaireResponse withRight(int right) {
    QuestionnaireResponse answers = blank();
    List<String> items = List.copyOf(RIGHT.keySet());
    for (int i = 0; i < items.size(); i++) {
      choose(answers, items.get(i), (i < right ? RIGHT : WRONG).get(items.get(i)));
    }
    return answers;
  }

  public static QuestionnaireResponse allRight() {
    return withRight(5);
  }

  /** Finished, but nothing answered. */
  public static QuestionnaireResponse blank() {
    QuestionnaireResponse answers = new QuestionnaireResponse();
    answers.setQuestionnaire(Canonical.TEACH_BACK_QUESTIONNAIRE);
    answers.setStatus(QuestionnaireResponseStatus.COMPLETED);
    answers.setLanguage("en");
    answers.setAuthored(Date.from(FakeConsentRecord.NOW.minusSeconds(600)));
    return answers;
  }

  public static QuestionnaireResponse choose(
      QuestionnaireResponse answers, String item, String code) {
    answers
        .addItem()
        .setLinkId(item)
        .addAnswer()
        .setValue(new Coding().setSystem(SYSTEM).setCode(code));
    return answers;
  }

  /** Free text, scored where {@code understood} is given. */
  public static QuestionnaireResponse say(
      QuestionnaireResponse answers, String words, Boolean understood) {
    QuestionnaireResponseItemAnswerComponent answer =
        answers.addItem().setLinkId("own-words").addAnswer().setValue(new StringType(words));
    if (understood != null) {
      answer
          .addItem()
          .setLinkId("own-words-understood")
          .addAnswer()
          .setValue(new BooleanType(understood));
    }
    return answers;
  }

  private static Questionnaire read() {
    InputStream in =
        TestAnswers.class.getResourceAsStream("/fhir-profiles/Questionnaire-teach-back.json");
    return FhirContext.forR4Cached().newJsonParser().parseResource(Questionnaire.class, in);
  }
}
