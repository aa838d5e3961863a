package org.equipoise.contribution;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.equipoise.contribution.Acknowledgement.Status;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.TreatingClinicians;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/** A clinician says that they looked at a contribution, and what became of it. */
final class Acknowledge {

  static final int LONGEST_NOTE = 1000;

  private static final Set<String> KNOWN = Set.of("status", "note", "requestId");

  private final TreatingClinicians treating;
  private final ContributionIndex index;

  Acknowledge(TreatingClinicians treating, ContributionIndex index) {
    this.treating = treating;
    this.index = index;
  }

  /**
   * What a clinician says.
   *
   * @param note to the patient
   */
  record Word(Status status, Optional<String> note) {

    /**
     * Reads the body of a call.
     *
     * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is malformed
     * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where the status
     *     is none that a clinician can give
     */
    static Word parse(Parameters body) {
      for (ParametersParameterComponent parameter : body.getParameter()) {
        String name = parameter.getName();
        if (name == null || !KNOWN.contains(name)) {
          throw Refusal.invalid(
              at(String.valueOf(name)),
              "Unknown parameter '%s'; known are %s".formatted(name, new TreeSet<>(KNOWN)));
        }
        if (body.getParameter().stream().filter(one -> name.equals(one.getName())).count() > 1) {
          throw Refusal.invalid(at(name), "'%s' may be given once".formatted(name));
        }
      }
      String given =
          text(body, "status")
              .orElseThrow(() -> Refusal.required(at("status"), "Say the status: " + known()));
      Status status =
          Status.of(given)
              .filter(one -> one != Status.PENDING)
              .orElseThrow(
                  () ->
                      Refusal.unprocessable(
                          IssueType.CODEINVALID, at("status"), "The status is one of " + known()));
      Optional<String> note = text(body, "note").map(String::strip).filter(one -> !one.isEmpty());
      if (note.filter(one -> one.length() > LONGEST_NOTE).isPresent()) {
        throw Refusal.invalid(
            at("note"), "'note' may have at most " + LONGEST_NOTE + " characters");
      }
      if (status == Status.NOT_USABLE && note.isEmpty()) {
        throw Refusal.unprocessable(
            IssueType.REQUIRED,
            at("note"),
            "With not-usable, give a 'note' that tells the patient why");
      }
      return new Word(status, note);
    }

    private static String known() {
      return Arrays.stream(Status.values())
          .filter(one -> one != Status.PENDING)
          .map(Status::code)
          .collect(Collectors.joining(", "));
    }

    private static Optional<String> text(Parameters body, String name) {
      return body.getParameter().stream()
          .filter(one -> name.equals(one.getName()))
          .map(
              one -> {
                if (one.getValue() instanceof StringType text && text.hasValue()) {
                  return text.getValue();
                }
                throw Refusal.invalid(at(name), "'" + name + "' has no value of the right type");
              })
          .findFirst();
    }
  }

  private static String at(String name) {
    return "Parameters.parameter.where(name='" + name + "')";
  }

  /** What is to be said something about; asked before the version is. */
  <T extends DomainResource> T contribution(
      RecordTransaction transaction, Class<T> type, IdType id) {
    Caller caller = transaction.caller();
    if (!caller.isPractitioner() || caller.isAi()) {
      throw Refusal.forbidden("Only a clinician in person can say that they looked");
    }
    transaction.lock("acknowledge:" + id.toUnqualifiedVersionless().getValue());
    T contribution = transaction.read(type, id.toUnqualifiedVersionless());
    if (!Contribution.isMarked(contribution)) {
      throw Refusal.businessRule(
          type.getSimpleName() + ".meta.tag",
          type.getSimpleName() + ".meta.tag: this was not contributed by a patient");
    }
    if (!treating.treats(
        caller.person().orElseThrow(), Contribution.patientOf(contribution).orElseThrow())) {
      throw Refusal.forbidden("Only who cares for the patient can say that they looked");
    }
    return contribution;
  }

  /** Writes what became of it, and who said so. */
  Parameters say(RecordTransaction transaction, DomainResource contribution, Word word) {
    String self = contribution.getIdElement().toUnqualifiedVersionless().getValue();
    if (Contribution.isTakenBack(contribution)) {
      throw Refusal.conflict(
          contribution.fhirType() + ".status",
          contribution.fhirType() + ".status: the patient has taken this back");
    }
    Status now = Acknowledgement.statusOf(contribution).orElse(Status.PENDING);
    if (!now.next().contains(word.status())) {
      throw Refusal.businessRule(
          at("status"),
          "It is %s; from there it becomes %s"
              .formatted(
                  now.code(),
                  now.next().stream().map(Status::code).collect(Collectors.joining(" or "))));
    }
    Reference clinician =
        new Reference(
            transaction.caller().person().orElseThrow().toUnqualifiedVersionless().getValue());
    DomainResource changed = contribution.copy();
    Acknowledgement.look(changed, word.status(), clinician, word.note(), transaction.now());
    IdType patient = Contribution.patientOf(contribution).orElseThrow();
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    bundle
        .addEntry()
        .setFullUrl("urn:uuid:" + UUID.randomUUID())
        .setResource(changed)
        .getRequest()
        .setMethod(Bundle.HTTPVerb.PUT)
        .setUrl(self)
        .setIfMatch("W/\"" + contribution.getIdElement().getVersionIdPart() + "\"");
    bundle
        .addEntry()
        .setResource(
            ContributionProvenance.ofLooking(
                bundle.getEntryFirstRep().getFullUrl(),
                patient,
                clinician.copy(),
                organization(transaction, patient),
                word.note(),
                transaction.now()))
        .getRequest()
        .setMethod(Bundle.HTTPVerb.POST)
        .setUrl("Provenance");
    List<Resource> stored = transaction.write(bundle);
    index.looked(self);
    Parameters answer = new Parameters();
    answer.addParameter().setName("return").setResource(stored.get(0));
    answer.addParameter().setName("provenance").setResource(stored.get(1));
    return answer;
  }

  private static Reference organization(RecordTransaction transaction, IdType patient) {
    if (transaction.caller().organization() != null) {
      return new Reference(transaction.caller().organization());
    }
    return transaction
        .find(Patient.class, new Reference(patient.getValue()))
        .map(Patient::getManagingOrganization)
        .filter(Reference::hasReference)
        .map(Reference::copy)
        .orElseGet(() -> new Reference().setDisplay("Who keeps this record"));
  }
}
