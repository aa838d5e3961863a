package org.equipoise.consent.policy;

import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ConsentGuardrails;
import org.equipoise.fhir.OperationProvider;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.StringType;

/** {@code GET Consent/$guardrails}: the rules against undue influence, for every caller. */
public class GuardrailsProvider implements OperationProvider {

  /** The operation, without the dollar sign. */
  public static final String NAME = "guardrails";

  private final ConsentGuardrails guardrails;

  public GuardrailsProvider(ConsentGuardrails guardrails) {
    this.guardrails = guardrails;
  }

  /** {@code guardrail} 1..*: code, title, reason, on, setting. */
  @Operation(name = "$" + NAME, typeName = "Consent", idempotent = true)
  public Parameters guardrails(
      @OperationParam(name = "language") CodeType language, RequestDetails request) {
    ConsentWords words =
        ConsentWords.in(
            language == null ? null : language.getValue(), request.getHeader("Accept-Language"));
    Parameters answer = new Parameters();
    answer.setLanguage(words.language());
    for (ConsentGuardrails.Listed rule : guardrails.list(words.language())) {
      ParametersParameterComponent listed = answer.addParameter().setName("guardrail");
      listed
          .addPart()
          .setName("code")
          .setValue(
              new Coding().setSystem(Canonical.System.CONSENT_GUARDRAIL).setCode(rule.code()));
      listed.addPart().setName("title").setValue(new StringType(rule.title()));
      listed.addPart().setName("reason").setValue(new StringType(rule.reason()));
      listed.addPart().setName("on").setValue(new BooleanType(rule.on()));
      listed.addPart().setName("setting").setValue(new StringType(rule.setting()));
    }
    return answer;
  }
}
