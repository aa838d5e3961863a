package org.equipoise.contribution;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.equipoise.contribution.ContributeRequest.Item;
import org.equipoise.contribution.ContributeRequest.ItemDevice;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.KnownItems;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** One call of {@code $contribute}, in one database transaction. */
final class Contribute {

  /** Stands for the device of the call among its items. */
  static final int DEVICE = -1;

  private final ObservationIntake observations;
  private final DocumentIntake documents;
  private final ContributionIndex index;
  private final Supplier<Stream<KnownItems>> others;

  /**
   * @param others what else knows an item again
   */
  Contribute(
      ObservationIntake observations,
      DocumentIntake documents,
      ContributionIndex index,
      Supplier<Stream<KnownItems>> others) {
    this.observations = observations;
    this.documents = documents;
    this.index = index;
    this.others = others;
  }

  /**
   * Stores what can be stored and answers for each item.
   *
   * @param refused what an earlier attempt could not store, by the item's place; it is answered,
   *     and not tried again
   * @throws ItemRefused where an item that looked right cannot be stored: the transaction is to be
   *     taken back and the call made again without it
   */
  Bundle run(
      RecordTransaction transaction,
      IdType patientId,
      ContributeRequest request,
      Map<Integer, BaseServerResponseException> refused) {
    if (!transaction.caller().isPatientSide()) {
      throw Refusal.forbidden(
          "$contribute is for patients and for who speaks for them; others write what a patient supplied by"
              + " POST, tagged patient-supplied");
    }
    // Of two calls that send the same at once, the second finds what the first stored.
    transaction.lock("contribute:" + patientId.getIdPart());
    Patient patient = transaction.read(Patient.class, patientId.toUnqualifiedVersionless());
    Contributor by =
        new Contributor(
            patient.getIdElement().toUnqualifiedVersionless(),
            transaction.caller().person().orElseThrow().toUnqualifiedVersionless(),
            Contribution.languageOf(patient));
    Optional<Device> device = Optional.empty();
    BaseServerResponseException withoutDevice = refused.get(DEVICE);
    if (request.device().isPresent() && withoutDevice == null) {
      try {
        device = Optional.of(device(transaction, request.device().get(), by));
      } catch (BaseServerResponseException e) {
        requireAnswerable(e);
        withoutDevice = e;
      }
    }
    Bundle answers = new Bundle().setType(Bundle.BundleType.BATCHRESPONSE);
    for (int i = 0; i < request.items().size(); i++) {
      Item item = request.items().get(i);
      answers.addEntry(
          refused.containsKey(i)
              ? ItemAnswer.refused(refused.get(i), typeOf(item), item.at())
              : answer(transaction, i, request, patient, by, device, withoutDevice));
    }
    return answers;
  }

  private BundleEntryComponent answer(
      RecordTransaction transaction,
      int i,
      ContributeRequest request,
      Patient patient,
      Contributor by,
      Optional<Device> device,
      BaseServerResponseException withoutDevice) {
    Item item = request.items().get(i);
    try {
      DomainResource content = content(item, request, patient, by);
      Optional<Device> measuring = Optional.empty();
      List<String> keys;
      if (content instanceof Observation observation) {
        if (!observation.hasDevice() && request.device().isPresent()) {
          if (withoutDevice != null) {
            return ItemAnswer.refused(withoutDevice, "Device", request.device().get().at());
          }
          observation.setDevice(reference(device.orElseThrow()));
        }
        measuring = measuring(transaction, observation, item.at());
        keys =
            observations.prepare(
                observation, by, measuring.orElse(null), transaction.now(), item.at());
      } else {
        keys = documents.prepare((DocumentReference) content, by, transaction.now(), item.at());
      }
      Optional<IdType> twin =
          index.known(by.patient().getIdPart(), keys).values().stream()
              .findFirst()
              .map(IdType::new);
      if (twin.isPresent()) {
        Resource stored = transaction.read(content.getClass(), twin.get());
        Twins.requireSame(content, stored, item.at());
        return ItemAnswer.stored(stored, false);
      }
      Optional<IdType> elsewhere =
          others
              .get()
              .flatMap(one -> one.find(content, transaction.caller(), transaction.now()).stream())
              .findFirst();
      if (elsewhere.isPresent()) {
        return ItemAnswer.stored(transaction.read(content.getClass(), elsewhere.get()), false);
      }
      return ItemAnswer.stored(store(transaction, i, content, measuring, keys, by), true);
    } catch (BaseServerResponseException e) {
      requireAnswerable(e);
      return ItemAnswer.refused(e, typeOf(item), item.at());
    }
  }

  private Resource store(
      RecordTransaction transaction,
      int i,
      DomainResource content,
      Optional<Device> measuring,
      List<String> keys,
      Contributor by) {
    Instant now = transaction.now();
    Acknowledgement.await(content, now);
    String url = "urn:uuid:" + UUID.randomUUID();
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    post(bundle, content).setFullUrl(url);
    post(
        bundle, ContributionProvenance.of(url, "CREATE", by, transaction.caller(), measuring, now));
    Resource stored = write(transaction, i, bundle);
    String self = stored.getIdElement().toUnqualifiedVersionless().getValue();
    String patientId = by.patient().getIdPart();
    Map<String, String> resources = new LinkedHashMap<>();
    keys.forEach(key -> resources.put(key, self));
    index.remember(patientId, resources);
    index.await(patientId, self, now);
    return stored;
  }

  /** What fails here has already written: the whole transaction has to be taken back. */
  private static Resource write(RecordTransaction transaction, int i, Bundle bundle) {
    try {
      return transaction.write(bundle).get(0);
    } catch (BaseServerResponseException e) {
      if (isLostRace(e) || e.getStatusCode() / 100 != 4) {
        throw e;
      }
      throw new ItemRefused(i, e);
    }
  }

  /** What the item is answered with; anything else ends the transaction. */
  private static void requireAnswerable(BaseServerResponseException e) {
    if (e instanceof ItemRefused || isLostRace(e) || e.getStatusCode() / 100 != 4) {
      throw e;
    }
  }

  private static boolean isLostRace(BaseServerResponseException e) {
    return e.getClass() == ResourceVersionConflictException.class;
  }

  private DomainResource content(
      Item item, ContributeRequest request, Patient patient, Contributor by) {
    if (item.content() == null) {
      Optional<String> language =
          request.language().map(ContributeRequest.Language::tag).or(() -> preferred(patient));
      return documents.ofWords(
          item.words(),
          language,
          by,
          item.at(),
          request.language().map(ContributeRequest.Language::at).orElse(item.at()));
    }
    DomainResource content = (DomainResource) item.content().copy();
    content.setId((String) null);
    return content;
  }

  private static Optional<String> preferred(Patient patient) {
    return patient.getCommunication().stream()
        .sorted((one, other) -> Boolean.compare(other.getPreferred(), one.getPreferred()))
        .flatMap(one -> one.getLanguage().getCoding().stream())
        .map(code -> code.getCode())
        .filter(code -> code != null && !code.isBlank())
        .findFirst();
  }

  /** What an Observation says that measured it; another's is like one that never was. */
  private static Optional<Device> measuring(
      RecordTransaction transaction, Observation observation, String at) {
    observation.getExtensionsByUrl(Canonical.Extension.GATEWAY_DEVICE).stream()
        .map(one -> one.getValue())
        .filter(Reference.class::isInstance)
        .map(Reference.class::cast)
        .filter(one -> transaction.find(Device.class, one).isEmpty())
        .findFirst()
        .ifPresent(
            one -> {
              throw ObservationIntake.unknown(
                  at + ".extension('" + Canonical.Extension.GATEWAY_DEVICE + "')", one);
            });
    if (!observation.hasDevice()) {
      return Optional.empty();
    }
    Optional<Device> device = transaction.find(Device.class, observation.getDevice());
    if (device.isEmpty()) {
      throw ObservationIntake.unknown(at + ".device", observation.getDevice());
    }
    return device;
  }

  /** The device of the call: known again, or new in the patient's record. */
  private Device device(RecordTransaction transaction, ItemDevice given, Contributor by) {
    Device device = given.device().copy();
    device.setId((String) null);
    String at = given.at();
    if (ObservationIntake.isAi(device)) {
      throw Refusal.businessRule(
          at + ".type",
          at
              + ".type: an AI is registered by who runs this server; name it as device of the observation that it"
              + " concluded");
    }
    device.setPatient(Persons.subject(device.getPatient(), by, at));
    List<String> keys = ItemKeys.of(device, by.patient().getIdPart(), transaction.now());
    if (keys.isEmpty()) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          at + ".identifier",
          at
              + ".identifier: give an identifier or a serialNumber, so that the device is known again");
    }
    Optional<String> known =
        index.known(by.patient().getIdPart(), keys).values().stream().findFirst();
    if (known.isPresent()) {
      Optional<Device> stored = transaction.find(Device.class, new Reference(known.get()));
      if (stored.isPresent()) {
        return stored.get();
      }
      index.forget(known.get());
    }
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    post(bundle, device);
    Device stored = (Device) write(transaction, DEVICE, bundle);
    Map<String, String> resources = new LinkedHashMap<>();
    keys.forEach(
        key -> resources.put(key, stored.getIdElement().toUnqualifiedVersionless().getValue()));
    index.remember(by.patient().getIdPart(), resources);
    return stored;
  }

  private static Reference reference(Device device) {
    return new Reference(device.getIdElement().toUnqualifiedVersionless().getValue());
  }

  private static String typeOf(Item item) {
    return item.content() == null ? "DocumentReference" : item.content().fhirType();
  }

  private static BundleEntryComponent post(Bundle bundle, Resource resource) {
    BundleEntryComponent entry = bundle.addEntry().setResource(resource);
    entry.getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl(resource.fhirType());
    return entry;
  }
}
