package org.equipoise.server;

import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.util.ResourceUtil;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationResult;
import java.util.List;
import java.util.stream.Collectors;
import org.equipoise.fhir.RecordValidation;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

/**
 * Refuses what is not right R4, does not meet the profile that its kind must meet, or not one that
 * it claims to meet.
 */
class WriteValidation {

  /** The validator's id for a string beyond 1 MiB (R4, Datatypes: string). */
  private static final String TOO_LONG = "Type_Specific_Checks_DT_String_Length";

  private final RecordValidation validation;

  WriteValidation(RecordValidation validation) {
    this.validation = validation;
  }

  /**
   * Checks a resource as it will stand in the record.
   *
   * @throws UnprocessableEntityException 422 with one issue for each error, each naming its element
   */
  void requireValid(Resource resource) {
    // HAPI keeps the text that the client sent, and its format, beside the resource and would
    // validate that; what counts is what is stored, written anew as JSON.
    ResourceUtil.clearRawStringFromResource(resource);
    ResourceUtil.addRawDataToResource(resource, EncodingEnum.JSON, null);
    ValidationResult result = validation.validate(resource);
    List<SingleValidationMessage> errors =
        result.getMessages().stream()
            .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
            .toList();
    for (SingleValidationMessage error : errors) {
      if (TOO_LONG.equals(error.getMessageId())) {
        throw Refusal.tooLong(error.getLocationString(), diagnostics(error));
      }
    }
    if (!errors.isEmpty()) {
      throw new UnprocessableEntityException(
          errors.stream().map(WriteValidation::diagnostics).collect(Collectors.joining("; ")),
          outcome(errors));
    }
  }

  /** Names the element: not every message of the validator does. */
  private static String diagnostics(SingleValidationMessage error) {
    return error.getLocationString() + ": " + error.getMessage();
  }

  private static OperationOutcome outcome(List<SingleValidationMessage> errors) {
    OperationOutcome outcome = new OperationOutcome();
    for (SingleValidationMessage error : errors) {
      outcome
          .addIssue()
          .setSeverity(OperationOutcome.IssueSeverity.ERROR)
          .setCode(OperationOutcome.IssueType.INVARIANT)
          .setDiagnostics(diagnostics(error))
          .addExpression(error.getLocationString());
    }
    return outcome;
  }
}
