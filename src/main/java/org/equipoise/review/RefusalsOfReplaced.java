package org.equipoise.review;

import ca.uhn.fhir.util.FhirTerser;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.WholeRecord;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.provisionDataComponent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * A refusal that comes after the draft it names was replaced by a corrected text, by whichever
 * door, names that text too: the patient may not know of it.
 */
class RefusalsOfReplaced implements WriteRule {

  private static final FhirTerser TERSER = FhirR4.context().newTerser();

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (!(incoming instanceof Consent consent)) {
      return;
    }
    for (provisionDataComponent data :
        TERSER.getAllPopulatedChildElementsOfType(consent, provisionDataComponent.class)) {
      successor(data.getReference(), write.record())
          .ifPresent(
              successor ->
                  Refusals.extend(
                      consent,
                      Set.of(
                          data.getReference()
                              .getReferenceElement()
                              .toUnqualifiedVersionless()
                              .getValue()),
                      successor));
    }
  }

  private static Optional<String> successor(Reference document, WholeRecord record) {
    return record
        .find(document)
        .filter(AiDocument::is)
        .map(DocumentReference.class::cast)
        .filter(old -> old.getStatus() == DocumentReferenceStatus.SUPERSEDED)
        .flatMap(
            old ->
                record
                    .referringTo(
                        DocumentReference.class, DocumentReference.SP_RELATESTO, old.getIdElement())
                    .stream()
                    .filter(
                        other ->
                            other.getRelatesTo().stream()
                                .anyMatch(
                                    relation ->
                                        relation.getCode() == DocumentRelationshipType.REPLACES
                                            && relation
                                                .getTarget()
                                                .getReferenceElement()
                                                .getIdPart()
                                                .equals(old.getIdElement().getIdPart())))
                    .findFirst())
        .map(other -> other.getIdElement().toUnqualifiedVersionless().getValue());
  }
}
