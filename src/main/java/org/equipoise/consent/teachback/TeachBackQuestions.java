package org.equipoise.consent.teachback;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import org.equipoise.consent.guardrail.ReadingLevel;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemAnswerOptionComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.UsageContext;

/**
 * The teach-back questions as a patient is asked them: worded for one purpose, one language and one
 * reading level. The questions are those of {@code Questionnaire/teach-back}: the same linkIds and
 * answer codes, so that answers to any wording are scored alike. Which answer is right is left out.
 */
public final class TeachBackQuestions {

  private static final String BUNDLE = "consent.teach-back";

  private final Questionnaire questionnaire;

  /**
   * @param questionnaire {@code Questionnaire/teach-back}, as published
   */
  public TeachBackQuestions(Questionnaire questionnaire) {
    this.questionnaire = questionnaire;
  }

  /**
   * The questions to ask.
   *
   * @param purpose what the patient is asked to decide
   * @param language {@code en} or {@code es}
   * @param order where chance comes from: it decides the order of the answers, so that neither
   *     their place nor the memory of the last time tells which one is right
   */
  public Questionnaire ask(AiPurpose purpose, String language, ReadingLevel level, Random order) {
    Wording wording = new Wording(purpose, language, level);
    Questionnaire asked = new Questionnaire();
    asked.setUrl(questionnaire.getUrl()).setVersion(questionnaire.getVersion());
    asked.setName(questionnaire.getName()).setStatus(questionnaire.getStatus());
    asked.setExperimental(questionnaire.getExperimental());
    asked.setPublisher(questionnaire.getPublisher());
    asked.setSubjectType(questionnaire.getSubjectType());
    asked.setLanguage(language);
    asked.setTitle(wording.of("title"));
    asked.setDescription(wording.of("description"));
    asked.getMeta().addTag().setSystem(Canonical.System.READING_LEVEL).setCode(level.code());
    asked.addUseContext(
        new UsageContext()
            .setCode(
                new Coding()
                    .setSystem("http://terminology.hl7.org/CodeSystem/usage-context-type")
                    .setCode("focus"))
            .setValue(
                new CodeableConcept(
                    new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(purpose.code()))));
    questionnaire.getItem().forEach(item -> asked.addItem(item(item, wording, order)));
    return asked;
  }

  private static QuestionnaireItemComponent item(
      QuestionnaireItemComponent item, Wording wording, Random order) {
    QuestionnaireItemComponent asked =
        new QuestionnaireItemComponent()
            .setLinkId(item.getLinkId())
            .setText(wording.of(item.getLinkId()))
            .setType(item.getType())
            .setRequired(item.getRequired());
    if (item.getType() == QuestionnaireItemType.CHOICE) {
      asked.setAnswerOption(answers(item, wording, order));
    }
    item.getItem().forEach(inner -> asked.addItem(item(inner, wording, order)));
    return asked;
  }

  private static List<QuestionnaireItemAnswerOptionComponent> answers(
      QuestionnaireItemComponent item, Wording wording, Random order) {
    List<QuestionnaireItemAnswerOptionComponent> answers = new ArrayList<>();
    for (QuestionnaireItemAnswerOptionComponent option : item.getAnswerOption()) {
      Coding answer = option.getValueCoding();
      answers.add(
          new QuestionnaireItemAnswerOptionComponent(
              new Coding()
                  .setSystem(answer.getSystem())
                  .setCode(answer.getCode())
                  .setDisplay(wording.of(item.getLinkId() + "." + answer.getCode()))));
    }
    Collections.shuffle(answers, order);
    return answers;
  }

  /** The words for one purpose, language and level. */
  private static final class Wording {
    private final ResourceBundle words;
    private final ReadingLevel level;
    private final AiPurpose purpose;

    Wording(AiPurpose purpose, String language, ReadingLevel level) {
      this.words =
          ResourceBundle.getBundle(
              BUNDLE,
              Locale.forLanguageTag(language),
              Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
      this.level = level;
      this.purpose = purpose;
    }

    /** The words for this purpose, where it has its own. */
    String of(String part) {
      String key = level.code() + "." + part;
      String own = key + "." + purpose.code();
      String pattern = words.getString(words.containsKey(own) ? own : key);
      return new MessageFormat(pattern, words.getLocale())
          .format(new Object[] {words.getString(level.code() + ".purpose." + purpose.code())});
    }
  }
}
