package org.equipoise.contribution;

import java.util.List;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;

/** Whom a contribution is about, and who says it. */
final class Persons {

  private Persons() {}

  /** Completes subject and performer of an Observation, or refuses another. */
  static void complete(Observation observation, Contributor by, String at) {
    observation.setSubject(subject(observation.getSubject(), by, at));
    requireOwn(observation.getPerformer(), by, at + ".performer");
    if (observation.getPerformer().size() > 1) {
      throw Refusal.unprocessable(
          IssueType.INVALID, at + ".performer", at + ".performer: one person says it");
    }
    if (!observation.hasPerformer()) {
      observation.addPerformer(new Reference(by.performer().getValue()));
    }
  }

  /** The subject, where none is given the patient. */
  static Reference subject(Reference given, Contributor by, String at) {
    if (given.isEmpty()) {
      return new Reference(by.patient().getValue());
    }
    if (!is(given, by.patient())) {
      throw Refusal.businessRule(
          at + ".subject", at + ".subject: what a patient contributes is about that patient");
    }
    return given;
  }

  /** Refuses who is neither the patient nor the one who speaks for them. */
  static void requireOwn(List<Reference> people, Contributor by, String at) {
    if (!people.stream().allMatch(one -> isContributor(one, by))) {
      throw Refusal.businessRule(
          at,
          at + ": it is said by the patient, or by who speaks for them, and named by reference");
    }
  }

  static boolean isContributor(Reference reference, Contributor by) {
    return is(reference, by.patient()) || is(reference, by.performer());
  }

  private static boolean is(Reference reference, IdType person) {
    return reference.getReferenceElement() instanceof IdType id
        && person.getIdPart().equals(id.getIdPart())
        && person.getResourceType().equals(id.getResourceType());
  }
}
