package org.equipoise.consent;

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
final class TestRequests {

  /** Half a year after {@link FakeConsentRecord#NOW}. */
  static final String EXPIRES = "2027-02-01";

  private TestRequests() {}

  /** A yes with everything that makes it count. */
  static Parameters permit(String... purposes) {
    return freely(answered(expiring(decision("permit", purposes)), TestAnswers.allRight()));
  }

  static Parameters deny(String... purposes) {
    return decision("deny", purposes);
  }

  static Parameters decision(String decision, String... purposes) {
    Parameters body = new Parameters();
    for (String purpose : purposes) {
      body.addParameter(
          "purpose", new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(purpose));
    }
    return with(body, "decision", new CodeType(decision));
  }

  static Parameters expiring(Parameters body) {
    return with(body, "expires", new DateType(EXPIRES));
  }

  static Parameters answered(Parameters body, QuestionnaireResponse answers) {
    return with(body, "teachBack", answers);
  }

  static Parameters freely(Parameters body) {
    return voluntariness(body, true, true, "none-observed");
  }

  static Parameters voluntariness(
      Parameters body, boolean privately, boolean noEffect, String... signals) {
    ParametersParameterComponent parameter = body.addParameter().setName("voluntariness");
    parameter.addPart().setName("askedPrivately").setValue(new BooleanType(privately));
    parameter.addPart().setName("refusalHasNoEffectOnCare").setValue(new BooleanType(noEffect));
    for (String signal : signals) {
      parameter.addPart().setName("signal").setValue(new CodeType(signal));
    }
    return body;
  }

  static Parameters saying(Parameters body, String words) {
    return with(body, "statement", new StringType(words));
  }

  static Parameters witness(String consent, String witness) {
    Parameters body = new Parameters();
    with(body, "consentReference", new Reference(consent));
    return with(body, "witness", new Reference(witness));
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
