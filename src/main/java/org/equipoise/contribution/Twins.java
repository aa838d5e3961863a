package org.equipoise.contribution;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.KnownItems;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/** Knows a contribution again that comes a second time by a plain write. */
class Twins implements KnownItems {

  private final DocumentIntake documents;
  private final ContributionIndex index;
  private final Function<IdType, Optional<Resource>> record;

  /**
   * @param record the current version of what stands, as the server sees it
   */
  Twins(
      DocumentIntake documents,
      ContributionIndex index,
      Function<IdType, Optional<Resource>> record) {
    this.documents = documents;
    this.index = index;
    this.record = record;
  }

  @Override
  public Optional<IdType> find(Resource incoming, Caller caller, Instant now) {
    return item(incoming, caller, now).flatMap(this::twin);
  }

  @Override
  public List<String> keys(Resource incoming, Caller caller, Instant now) {
    return item(incoming, caller, now).map(Item::keys).orElse(List.of());
  }

  @Override
  public void requireSame(Resource incoming, Resource earlier) {
    if (!Contribution.saySame(incoming, earlier)) {
      throw Refusal.conflict(
          incoming.fhirType(),
          incoming.fhirType()
              + ": of the same time, device and code, or with the same identifier, two items of this"
              + " transaction say different things; send the one that is right");
    }
  }

  /** What it will be when it is stored, and by what it is known. */
  private record Item(Resource completed, String patientId, List<String> keys) {}

  private Optional<Item> item(Resource incoming, Caller caller, Instant now) {
    // Whether others' data are there is nobody's to learn.
    if (caller.isAi()
        || !(caller.isPatientSide() || caller.isService())
        || !Contribution.isOne(incoming, caller)) {
      return Optional.empty();
    }
    Optional<Contributor> by =
        Contribution.contributor(incoming, caller, Locale.ENGLISH)
            .filter(
                one ->
                    Contribution.patientOf(incoming)
                        .map(about -> about.getIdPart().equals(one.patient().getIdPart()))
                        .orElse(true));
    return by.flatMap(
        one -> {
          Resource completed = incoming.copy();
          if (completed instanceof DocumentReference document) {
            try {
              documents.prepare(document, one, now, document.fhirType());
            } catch (BaseServerResponseException refusedLater) {
              return Optional.empty();
            }
          }
          String patientId = one.patient().getIdPart();
          return Optional.of(
              new Item(completed, patientId, ItemKeys.of(completed, patientId, now)));
        });
  }

  private Optional<IdType> twin(Item item) {
    Resource incoming = item.completed();
    return index.known(item.patientId(), item.keys()).values().stream()
        .findFirst()
        .map(IdType::new)
        .map(
            id -> {
              Resource stored =
                  record
                      .apply(id)
                      .orElseThrow(() -> contradicts(incoming.fhirType(), id.getValue()));
              requireSame(incoming, stored, incoming.fhirType());
              return id;
            });
  }

  /** Refuses what is the same item and says something else. */
  static void requireSame(Resource incoming, Resource stored, String at) {
    if (!Contribution.saySame(incoming, stored)) {
      throw contradicts(at, stored.getIdElement().toUnqualifiedVersionless().getValue());
    }
  }

  /** 409: one request makes two of one. */
  static BaseServerResponseException twice(String at, String other) {
    return Refusal.conflict(
        at,
        at
            + ": it is the same item as "
            + other
            + ", by time, device and code, or by its identifier; send it once, or change that one");
  }

  /** 409: the same item, and not the same in it. */
  static BaseServerResponseException contradicts(String at, String other) {
    return Refusal.conflict(
        at,
        at
            + ": of the same time, device and code, or with the same identifier, "
            + other
            + " says something else; change that one (PUT), or take it back (entered-in-error)");
  }
}
