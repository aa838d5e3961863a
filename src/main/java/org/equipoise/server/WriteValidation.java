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
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

/**
 * Refuses what is not right R4, does not meet the profile that its kind must meet, or not one that
 * it claims to meet.
 */
class WriteValidation {

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
    if (!errors.isEmpty()) {
      throw new UnprocessableEntityException(
          errors.stream()
              .map(error -> error.getLocationString() + ": " + error.getMessage())
              .collect(Collectors.joining("; ")),
          outcome(errors));
    }
  }

  private static OperationOutcome outcome(List<SingleValidationMessage> errors) {
    OperationOutcome outcome = new OperationOutcome();
    for (SingleValidationMessage error : errors) {
      outcome
          .addIssue()
          .setSeverity(OperationOutcome.IssueSeverity.ERROR)
          .setCode(OperationOutcome.IssueType.INVARIANT)
          .setDiagnostics(error.getMessage())
          .addExpression(error.getLocationString());
    }
    return outcome;
  }
}
