package org.equipoise.consent.recording;

import org.equipoise.consent.teachback.TestAnswers;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;

/** Bodies of $attach-consent. */
public final class TestRequests {

  /** Half a year after {@link FakeConsentRecord#NOW}. */
  public static final String EXPIRES = "2027-02-01";

  private TestRequests() {}

  /** A yes with everything that makes it count. */
  public static Parameters permit(String... purposes) {
    return freely(answered(expiring(decision("permit", purposes)), TestAnswers.allRight()));
  }

  public static Parameters deny(String... purposes) {
    return decision("deny", purposes);
  }

  public static Parameters decision(String decision, String... purposes) {
    Parameters body = new Parameters();
    for (String purpose : purposes) {
      body.addParameter(
          "purpose", new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(purpose));
    }
    return with(body, "decision", new CodeType(decision));
  }

  public static Parameters expiring(Parameters body) {
    return with(body, "expires", new DateType(EXPIRES));
  }

  public static Parameters answered(Parameters body, QuestionnaireResponse answers) {
    return with(body, "teachBack", answers);
  }

  public static Parameters freely(Parameters body) {
    return voluntariness(body, true, true, "none-observed");
  }

  public static Parameters voluntariness(
      Parameters body, boolean privately, boolean noEffect, String... signals) {
    ParametersParameterComponent parameter = body.addParameter().setName("voluntariness");
    parameter.addPart().setName("askedPrivately").setValue(new BooleanType(privately));
    parameter.addPart().setName("refusalHasNoEffectOnCare").setValue(new BooleanType(noEffect));
    for (String signal : signals) {
      parameter.addPart().setName("signal").setValue(new CodeType(signal));
    }
    return body;
  }

  public static Parameters saying(Parameters body, String words) {
    return with(body, "statement", new StringType(words));
  }

  public static Parameters witness(String consent, String witness) {
    Parameters body = new Parameters();
    with(body, "consentReference", new Reference(consent));
    return with(body, "witness", new Reference(witness));
  }

  public static Parameters with(Parameters body, String name, Type value) {
    body.addParameter().setName(name).setValue(value);
    return body;
  }

  public static Parameters with(Parameters body, String name, Resource resource) {
    body.addParameter().setName(name).setResource(resource);
    return body;
  }

  public static Parameters without(Parameters body, String name) {
    body.getParameter().removeIf(parameter -> name.equals(parameter.getName()));
    return body;
  }
}
