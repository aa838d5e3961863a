package org.equipoise.consent.recording;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.fhir.TreatingClinicians;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;

/** Who has no stake in a patient's decision: the one place that says what neutral means. */
final class Neutrality {

  private final TreatingClinicians treating;

  Neutrality(TreatingClinicians treating) {
    this.treating = treating;
  }

  /**
   * @param person {@code Practitioner/3}
   * @param patient {@code Patient/1}
   */
  boolean treats(String person, String patient) {
    return treating.treats(new IdType(person), new IdType(patient));
  }

  /**
   * True for who neither asked for the decision, nor treats the patient, nor wrote or attested a
   * document that it is about.
   *
   * @param askedBy who asked, null where nobody did
   */
  boolean isNeutral(
      String person, String patient, String askedBy, Stream<DocumentReference> documents) {
    return !person.equals(askedBy)
        && !treats(person, patient)
        && documents.flatMap(document -> responsible(document).stream()).noneMatch(person::equals);
  }

  private static Set<String> responsible(DocumentReference document) {
    return Stream.concat(document.getAuthor().stream(), Stream.of(document.getAuthenticator()))
        .filter(Reference::hasReference)
        .map(AiUse::key)
        .collect(Collectors.toSet());
  }
}
