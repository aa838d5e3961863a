package org.equipoise.contribution;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SortOrderEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.contribution.Acknowledgement.Status;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.HalfCharacters;
import org.equipoise.fhir.SentByPatients;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;
import org.springframework.beans.factory.ObjectProvider;

/** Reads what waits from its index, and what was looked at from the record. */
record RecordedSent(ContributionIndex index, ObjectProvider<DaoRegistry> records)
    implements SentByPatients {

  private static final int LONGEST_WORDS = 120;

  @Override
  public Map<String, Instant> waitingSince(Collection<String> patients) {
    return index.waitingSince(patients);
  }

  @Override
  public List<Sent> waiting(String patient, int most) {
    return index.waiting(patient, 0, most).stream()
        .flatMap(id -> read(id).stream())
        .flatMap(one -> sent(one).stream())
        .toList();
  }

  @Override
  public List<Sent> looked(String patient, int most) {
    return Stream.of(Observation.class, DocumentReference.class)
        .flatMap(type -> looked(type, patient, most))
        .flatMap(one -> sent(one).stream())
        .filter(one -> one.when() != null)
        .sorted(Comparator.comparing(Sent::when).reversed())
        .limit(most)
        .toList();
  }

  private <T extends DomainResource> Stream<T> looked(Class<T> type, String patient, int most) {
    SearchParameterMap found =
        SearchParameterMap.newSynchronous()
            .add("patient", new ReferenceParam("Patient/" + patient))
            .add(
                "ack-status",
                new TokenOrListParam(
                    null, Status.SEEN.code(), Status.USED_IN_CARE.code(), Status.NOT_USABLE.code()))
            .setSort(new SortSpec("_lastUpdated", SortOrderEnum.DESC));
    found.setLoadSynchronousUpTo(most);
    return records
        .getObject()
        .getResourceDao(type)
        .searchForResources(found, new SystemRequestDetails())
        .stream();
  }

  private Optional<DomainResource> read(IdType id) {
    try {
      IBaseResource found =
          records
              .getObject()
              .getResourceDao(id.getResourceType())
              .read(id, new SystemRequestDetails());
      return Optional.of((DomainResource) found);
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }

  private static Optional<Sent> sent(DomainResource contribution) {
    Optional<Extension> told =
        contribution.getExtensionsByUrl(Canonical.Extension.ACKNOWLEDGEMENT).stream().findFirst();
    return Acknowledgement.statusOf(contribution)
        .map(
            status ->
                new Sent(
                    contribution.getIdElement().toUnqualifiedVersionless().getValue(),
                    words(contribution),
                    time(told, "since").orElse(contribution.getMeta().getLastUpdated().toInstant()),
                    status.code(),
                    part(told, "by")
                        .filter(Reference.class::isInstance)
                        .map(by -> ((Reference) by).getReference())
                        .orElse(null),
                    time(told, "when").orElse(null),
                    part(told, "note").map(note -> note.primitiveValue()).orElse(null)));
  }

  private static Optional<Type> part(Optional<Extension> told, String name) {
    return told.map(one -> one.getExtensionByUrl(name)).map(Extension::getValue);
  }

  private static Optional<Instant> time(Optional<Extension> told, String name) {
    return part(told, name)
        .filter(BaseDateTimeType.class::isInstance)
        .map(one -> ((BaseDateTimeType) one).getValue())
        .map(java.util.Date::toInstant);
  }

  private static String words(DomainResource contribution) {
    String words =
        contribution instanceof Observation observation
            ? words(observation)
            : words((DocumentReference) contribution);
    return words == null || words.length() <= LONGEST_WORDS
        ? words
        : HalfCharacters.first(words, LONGEST_WORDS) + "…";
  }

  private static String words(DocumentReference document) {
    if (document.hasDescription()) {
      return document.getDescription();
    }
    return document.getContentFirstRep().getAttachment().getTitle();
  }

  private static String words(Observation observation) {
    String what = words(observation.getCode());
    return observation.getValue() instanceof Quantity value && value.hasValue() && what != null
        ? what
            + ": "
            + value.getValue().toPlainString()
            + (value.hasUnit() ? " " + value.getUnit() : "")
        : what;
  }

  private static String words(CodeableConcept code) {
    return code.hasText()
        ? code.getText()
        : code.getCoding().stream()
            .map(one -> one.getDisplay())
            .filter(one -> one != null)
            .findFirst()
            .orElse(null);
  }
}
