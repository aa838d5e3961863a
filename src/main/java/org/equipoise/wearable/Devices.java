package org.equipoise.wearable;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordTransaction;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** The measuring devices of a patient, each found in the record or put there, once. */
final class Devices {

  /** Identifier system of devices that files describe. */
  static final String SYSTEM = Canonical.BASE + "/NamingSystem/wearable-device";

  private final RecordTransaction transaction;
  private final IdType patient;
  private final Map<String, Optional<Device>> known = new HashMap<>();

  Devices(RecordTransaction transaction, IdType patient) {
    this.transaction = transaction;
    this.patient = patient;
  }

  /** Empty where a reference leads to none that the caller can see. */
  Optional<Device> of(Source source) {
    return known.computeIfAbsent(
        source.key(),
        key ->
            source.reference() != null
                ? transaction.find(Device.class, new Reference(source.reference()))
                : Optional.of(described(source.device(), key)));
  }

  private Device described(Source.Description description, String key) {
    List<Device> found =
        transaction.search(
            Device.class,
            SearchParameterMap.newSynchronous()
                .add(Device.SP_IDENTIFIER, new TokenParam(SYSTEM, key))
                .add(Device.SP_PATIENT, new ReferenceParam(patient.getValue())));
    return found.isEmpty() ? create(description, key) : found.get(0);
  }

  private Device create(Source.Description description, String key) {
    Device device = new Device();
    device.addIdentifier().setSystem(SYSTEM).setValue(key);
    device.setPatient(new Reference(patient.getValue()));
    device.setManufacturer(description.manufacturer());
    device.setModelNumber(description.model());
    device.setSerialNumber(description.serial());
    if (description.name() != null) {
      device.addDeviceName().setName(description.name()).setType(DeviceNameType.USERFRIENDLYNAME);
    }
    if (description.hardware() != null) {
      device.addVersion().setValue(description.hardware()).getType().setText("hardware");
    }
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    bundle
        .addEntry()
        .setResource(device)
        .getRequest()
        .setMethod(Bundle.HTTPVerb.POST)
        .setUrl("Device");
    List<Resource> stored = transaction.write(bundle);
    return (Device) stored.get(0);
  }

  static String reference(Device device) {
    return "Device/" + device.getIdElement().getIdPart();
  }
}
