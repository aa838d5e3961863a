package org.equipoise.security.access;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/** What a call of {@code $break-glass} says, and what it leaves in the patient's record. */
final class BreakGlass {

  /** The operation, without the dollar sign; also its code in {@code CodeSystem/operation}. */
  static final String NAME = "break-glass";

  private static final Set<String> REASONS =
      Set.of("emergency", "standing-in", "advice", "asked-by-patient", "other");

  private static final int SHORTEST_TEXT = 10;
  private static final int LONGEST_TEXT = 1000;

  private BreakGlass() {}

  /**
   * Why.
   *
   * @param code one of {@code CodeSystem/break-glass-reason}
   * @param text in the clinician's words
   */
  record Reason(Coding code, String text) {

    /**
     * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400 or 422 where it is
     *     missing or malformed
     */
    static Reason parse(Parameters input) {
      if (!(only(input, "reason").getValue() instanceof Coding code)
          || !Canonical.System.BREAK_GLASS_REASON.equals(code.getSystem())
          || !REASONS.contains(code.getCode())) {
        throw Refusal.unprocessable(
            IssueType.CODEINVALID,
            expression("reason"),
            "reason must be a valueCoding of "
                + Canonical.System.BREAK_GLASS_REASON
                + ": one of "
                + String.join(", ", REASONS.stream().sorted().toList()));
      }
      String text =
          only(input, "text").getValue() instanceof StringType given ? given.getValue() : null;
      if (text == null
          || text.strip().length() < SHORTEST_TEXT
          || text.strip().length() > LONGEST_TEXT) {
        throw Refusal.invalid(
            expression("text"),
            "text must be a valueString of "
                + SHORTEST_TEXT
                + " to "
                + LONGEST_TEXT
                + " characters: the patient will read it");
      }
      return new Reason(
          new Coding().setSystem(code.getSystem()).setCode(code.getCode()), text.strip());
    }

    private static ParametersParameterComponent only(Parameters input, String name) {
      List<ParametersParameterComponent> given =
          input.getParameter().stream().filter(one -> name.equals(one.getName())).toList();
      if (given.size() != 1) {
        throw Refusal.required(expression(name), name + " must be given once");
      }
      return given.get(0);
    }

    private static String expression(String name) {
      return "Parameters.parameter.where(name='" + name + "')";
    }
  }

  /** The message to the patient and its provenance, as a transaction Bundle. */
  static Bundle record(
      IdType practitioner, String patientId, Reason reason, Instant now, Instant until) {
    Reference patient = new Reference("Patient/" + patientId);
    Reference clinician = new Reference(practitioner.toUnqualifiedVersionless().getValue());
    Date time = Date.from(now.truncatedTo(ChronoUnit.SECONDS));
    CodeableConcept why = new CodeableConcept(reason.code()).setText(reason.text());

    Communication message = new Communication();
    message.setStatus(Communication.CommunicationStatus.COMPLETED);
    message.addCategory().addCoding().setSystem(Canonical.System.OPERATION).setCode(NAME);
    message.setSubject(patient.copy()).addRecipient(patient.copy());
    message.setSender(clinician.copy()).setSent(time);
    message.addReasonCode(why.copy());
    message
        .addPayload()
        .setContent(
            new StringType(
                "A clinician who is not on your care team opened your record. It stays open to them"
                    + " until "
                    + DateTimeFormatter.ISO_INSTANT.format(until.truncatedTo(ChronoUnit.SECONDS))
                    + ". The reason they gave: "
                    + reason.text()));

    Provenance provenance = new Provenance();
    provenance.addExtension(Canonical.Extension.PROVENANCE_PATIENT, patient.copy());
    String messageUrl = "urn:uuid:" + UUID.randomUUID();
    provenance.addTarget(new Reference(messageUrl));
    provenance.setOccurred(new DateTimeType(time, TemporalPrecisionEnum.SECOND));
    provenance.setRecorded(time);
    provenance.addReason(why.copy());
    provenance.getActivity().addCoding().setSystem(Canonical.System.OPERATION).setCode(NAME);
    Provenance.ProvenanceAgentComponent agent = provenance.addAgent();
    agent
        .getType()
        .addCoding()
        .setSystem(Canonical.System.PROVENANCE_PARTICIPANT)
        .setCode("author");
    agent.setWho(clinician.copy());

    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    post(bundle, message, messageUrl);
    post(bundle, provenance, "urn:uuid:" + UUID.randomUUID());
    return bundle;
  }

  private static void post(Bundle bundle, Resource resource, String fullUrl) {
    bundle
        .addEntry()
        .setFullUrl(fullUrl)
        .setResource(resource)
        .getRequest()
        .setMethod(Bundle.HTTPVerb.POST)
        .setUrl(resource.fhirType());
  }

  /**
   * Whether this is what a call left for the patient: nobody who may be ashamed of it changes it.
   */
  static boolean isRecordOfIt(Resource resource) {
    if (resource instanceof Communication message) {
      return message.getCategory().stream()
          .anyMatch(category -> category.hasCoding(Canonical.System.OPERATION, NAME));
    }
    return resource instanceof Provenance provenance
        && provenance.getActivity().hasCoding(Canonical.System.OPERATION, NAME);
  }
}
