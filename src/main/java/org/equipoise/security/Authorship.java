package org.equipoise.security;

import java.util.List;
import java.util.stream.Stream;
import org.equipoise.fhir.Caller;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * Who said what stands in a resource: a patient writes in their own name, and changes their own
 * words only.
 */
final class Authorship {

  private Authorship() {}

  /** Whether the resource names nobody as its author but the caller, their patient or a device. */
  static boolean claimsNobodyElse(Resource resource, Caller caller) {
    return authorsOf(resource).stream()
        .allMatch(author -> isCaller(author, caller) || "Device".equals(author.getResourceType()));
  }

  /** Whether the caller, or the patient for whom they act, is among the authors. */
  static boolean includes(Resource resource, Caller caller) {
    return authorsOf(resource).stream().anyMatch(author -> isCaller(author, caller));
  }

  private static boolean isCaller(IdType author, Caller caller) {
    return Stream.concat(caller.person().stream(), caller.patient().stream())
        .anyMatch(
            self ->
                self.getIdPart().equals(author.getIdPart())
                    && self.getResourceType().equals(author.getResourceType()));
  }

  private static List<IdType> authorsOf(Resource resource) {
    return references(resource)
        .filter(Reference::hasReference)
        .map(reference -> new IdType(reference.getReference()))
        .toList();
  }

  private static Stream<Reference> references(Resource resource) {
    if (resource instanceof Observation observation) {
      return observation.getPerformer().stream();
    }
    if (resource instanceof DocumentReference document) {
      return Stream.concat(document.getAuthor().stream(), Stream.of(document.getAuthenticator()));
    }
    if (resource instanceof Consent consent) {
      return consent.getPerformer().stream();
    }
    if (resource instanceof QuestionnaireResponse answers) {
      return Stream.of(answers.getSource());
    }
    if (resource instanceof Communication communication) {
      return Stream.of(communication.getSender());
    }
    if (resource instanceof Task task) {
      return Stream.of(task.getRequester());
    }
    if (resource instanceof Goal goal) {
      return Stream.of(goal.getExpressedBy());
    }
    return Stream.empty();
  }
}
