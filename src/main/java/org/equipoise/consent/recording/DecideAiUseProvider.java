package org.equipoise.consent.recording;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;

/**
 * {@code POST Patient/[id]/$decide-ai-use}: records what a patient decided about AI at large, or
 * about some AIs or organisations, before any document exists.
 */
public class DecideAiUseProvider implements OperationProvider {

  /** The operation, without the dollar sign. */
  public static final String NAME = "decide-ai-use";

  private final RecordOperation operation;
  private final ConsentRecorder decisions;

  DecideAiUseProvider(RecordOperation operation, ConsentRecorder decisions) {
    this.operation = operation;
    this.decisions = decisions;
  }

  /**
   * Records a decision.
   *
   * @param patient whose record
   * @param body a Parameters resource, as {@code OperationDefinition/decide-ai-use} says
   * @return {@code return} 1..* (the Consents as stored), {@code effective}, {@code provenance} and
   *     {@code outcome}
   */
  @Operation(name = "$" + NAME, typeName = "Patient")
  public Parameters decideAiUse(
      @IdParam IdType patient, @ResourceParam IBaseResource body, RequestDetails requestDetails) {
    Parameters input = OperationProvider.parametersOf(body);
    ConsentRequest request = ConsentRequest.parseAtLarge(input);
    String languages = requestDetails.getHeader("Accept-Language");
    return operation.run(
        NAME,
        patient,
        input,
        requestDetails,
        transaction ->
            decisions.record(
                transaction, request, open -> matter(open, patient, request), languages));
  }

  private static Matter matter(RecordTransaction transaction, IdType id, ConsentRequest request) {
    Patient patient = transaction.read(Patient.class, id.toUnqualifiedVersionless());
    List<Actor> actors = request.actors().stream().map(one -> Actor.of(transaction, one)).toList();
    Reference organization =
        Stream.concat(
                Stream.of(patient.getManagingOrganization()),
                actors.stream().map(Actor::organization))
            .filter(Reference::hasReference)
            .findFirst()
            .orElseGet(() -> new Reference().setDisplay("Who keeps this record"));
    return Matter.atLarge(
        new Reference(patient.getIdElement().toUnqualifiedVersionless().getValue()),
        actors.stream().map(Actor::reference).toList(),
        organization);
  }

  /**
   * Who a decision is about.
   *
   * @param reference with the name as display
   * @param organization itself, or who runs the AI; may be empty
   */
  private record Actor(Reference reference, Reference organization) {

    static Actor of(RecordTransaction transaction, Reference given) {
      String at =
          "Device".equals(given.getReferenceElement().getResourceType())
              ? "Parameters.parameter.where(name='device')"
              : "Parameters.parameter.where(name='organization')";
      Reference reference = new Reference(AiUse.key(given));
      if (at.contains("organization")) {
        Organization organization =
            transaction.find(Organization.class, given).orElseThrow(() -> unknown(at, given));
        return new Actor(reference.setDisplay(organization.getName()), reference.copy());
      }
      Device device = transaction.find(Device.class, given).orElseThrow(() -> unknown(at, given));
      if (!device
          .getType()
          .hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE)) {
        throw Refusal.businessRule(at, at + ": this device is no AI");
      }
      return new Actor(reference.setDisplay(name(device)), device.getOwner());
    }

    /** The name that people know it by. */
    private static String name(Device device) {
      return device.getDeviceName().stream()
          .min(
              Comparator.comparing(
                  name -> name.getType() != Device.DeviceNameType.USERFRIENDLYNAME))
          .map(name -> name.getName())
          .orElse(null);
    }

    private static RuntimeException unknown(String at, Reference reference) {
      return Refusal.unprocessable(
          IssueType.NOTFOUND, at, "%s: %s is not known".formatted(at, reference.getReference()));
    }
  }
}
