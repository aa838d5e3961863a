package org.equipoise.security.access;

import java.util.List;
import java.util.stream.Stream;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
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

  /**
   * Whether the resource names nobody as its author but the caller, their patient or a device; a
   * document names the caller or patient for certain, and no AI label, since it would pass for a
   * clinic's note.
   */
  static boolean claimsNobodyElse(Resource resource, Caller caller) {
    // One without an address (a name, an identifier) may be anybody.
    boolean onlySelf =
        references(resource).allMatch(Reference::hasReference)
            && authorsOf(resource).stream()
                .allMatch(
                    author ->
                        isCaller(author, caller) || "Device".equals(author.getResourceType()));
    return onlySelf
        && (!(resource instanceof DocumentReference)
            || (includes(resource, caller) && !isLabelledAi(resource)));
  }

  private static boolean isLabelledAi(Resource resource) {
    return resource.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)
        != null;
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
    return possibleReferences(resource).filter(reference -> !reference.isEmpty());
  }

  private static Stream<Reference> possibleReferences(Resource resource) {
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
      return Stream.of(answers.getSource(), answers.getAuthor());
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
