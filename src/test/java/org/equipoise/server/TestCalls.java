package org.equipoise.server;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;

/** Object mother: what clients send to the two operations. */
final class TestCalls {

  static final List<String> MANDATORY =
      List.of("what-ai-did", "data-used", "limits", "alternatives", "human-role", "your-choices");

  private static final String ANSWER = Canonical.BASE + "/CodeSystem/teach-back-answer";
  private static final Map<String, String[]> QUESTIONS = new LinkedHashMap<>();

  static {
    QUESTIONS.put("what-for", new String[] {"named-use-only", "any-use"});
    QUESTIONS.put("who-sees", new String[] {"allowed-people-and-me", "anyone"});
    QUESTIONS.put("can-refuse", new String[] {"care-same", "must-pay"});
    QUESTIONS.put("can-be-wrong", new String[] {"wrong-people-check", "never-wrong"});
    QUESTIONS.put("how-to-stop", new String[] {"at-any-time", "for-good"});
  }

  private TestCalls() {}

  // ---- $attach-explanation

  static Parameters generate(String... languages) {
    Parameters body = with(new Parameters(), "generate", new BooleanType(true));
    for (String language : languages) {
      with(body, "language", new CodeType(language));
    }
    return body;
  }

  /** The six mandatory parts, each with this text. */
  static Parameters parts(String language, String text) {
    Parameters body = new Parameters();
    MANDATORY.forEach(code -> part(body, language, code, text));
    return body;
  }

  static Parameters part(Parameters body, String language, String code, String text) {
    ParametersParameterComponent part = body.addParameter().setName("part");
    part.addPart().setName("language").setValue(new CodeType(language));
    part.addPart().setName("code").setValue(new CodeType(code));
    part.addPart().setName("text").setValue(new MarkdownType(text));
    return body;
  }

  static Parameters given(DocumentReference... explanations) {
    Parameters body = new Parameters();
    for (DocumentReference explanation : explanations) {
      with(body, "explanation", explanation);
    }
    return body;
  }

  /** A finished explanation with the six mandatory parts. */
  static DocumentReference explanation(String language, String text) {
    DocumentReference explanation = new DocumentReference();
    for (String code : MANDATORY) {
      Extension part = explanation.addExtension().setUrl(Canonical.Extension.EXPLANATION_PART);
      part.addExtension(
          "code",
          new CodeableConcept(
              new Coding().setSystem(Canonical.System.EXPLANATION_PART).setCode(code)));
      part.addExtension("text", new MarkdownType(text));
    }
    explanation
        .addContent()
        .getAttachment()
        .setContentType("text/plain")
        .setLanguage(language)
        .setData(text.getBytes(StandardCharsets.UTF_8));
    return explanation;
  }

  static Parameters target(Parameters body, String grade) {
    return with(body, "targetGrade", new DecimalType(grade));
  }

  // ---- $attach-consent

  /** A yes with everything that makes it count. */
  static Parameters permit(String... purposes) {
    return permit(5, purposes);
  }

  /** A yes with this many of the five teach-back answers right. */
  static Parameters permit(int right, String... purposes) {
    return voluntariness(
        with(expiring(decision("permit", purposes), 90), "teachBack", answers(right)),
        "none-observed");
  }

  static Parameters deny(String... purposes) {
    return decision("deny", purposes);
  }

  static Parameters decision(String decision, String... purposes) {
    Parameters body = new Parameters();
    for (String purpose : purposes) {
      with(body, "purpose", new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(purpose));
    }
    return with(body, "decision", new CodeType(decision));
  }

  static Parameters expiring(Parameters body, int days) {
    return with(
        body, "expires", new DateType(LocalDate.now(ZoneOffset.UTC).plusDays(days).toString()));
  }

  static Parameters voluntariness(Parameters body, String signal) {
    ParametersParameterComponent parameter = body.addParameter().setName("voluntariness");
    parameter.addPart().setName("askedPrivately").setValue(new BooleanType(true));
    parameter.addPart().setName("refusalHasNoEffectOnCare").setValue(new BooleanType(true));
    parameter.addPart().setName("signal").setValue(new CodeType(signal));
    return body;
  }

  static QuestionnaireResponse answers(int right) {
    QuestionnaireResponse answers = new QuestionnaireResponse();
    answers.setQuestionnaire(Canonical.TEACH_BACK_QUESTIONNAIRE);
    // To the millisecond: answers of the same second as an earlier yes pass for those of that one.
    answers
        .setStatus(QuestionnaireResponseStatus.COMPLETED)
        .setAuthoredElement(new DateTimeType(new Date(), TemporalPrecisionEnum.MILLI));
    answers.setLanguage("en");
    int asked = 0;
    for (Map.Entry<String, String[]> question : QUESTIONS.entrySet()) {
      String chosen = question.getValue()[asked++ < right ? 0 : 1];
      answers
          .addItem()
          .setLinkId(question.getKey())
          .addAnswer()
          .setValue(new Coding().setSystem(ANSWER).setCode(chosen));
    }
    return answers;
  }

  static Parameters witness(String consent, String witness) {
    return with(
        with(new Parameters(), "consentReference", new Reference(consent)),
        "witness",
        new Reference(witness));
  }

  // ---- both

  static Parameters repeatable(Parameters body, String requestId) {
    return with(body, "requestId", new StringType(requestId));
  }

  static Parameters with(Parameters body, String name, Type value) {
    body.addParameter().setName(name).setValue(value);
    return body;
  }

  static Parameters with(Parameters body, String name, Resource resource) {
    body.addParameter().setName(name).setResource(resource);
    return body;
  }

  static Parameters without(Parameters body, String name) {
    body.getParameter().removeIf(parameter -> name.equals(parameter.getName()));
    return body;
  }
}
