package org.equipoise.server;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.TimeZone;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/** Object mother: what a patient's app sends that knows LOINC and UCUM, and nothing of ours. */
final class TestContributions {

  private static int minutes;

  private TestContributions() {}

  static Observation vital(String loinc, String value, String unit) {
    Observation observation = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    observation.setCode(
        new CodeableConcept(new Coding().setSystem(Canonical.System.LOINC).setCode(loinc)));
    observation.setEffective(moment());
    observation.setValue(
        new Quantity()
            .setValue(new BigDecimal(value))
            .setSystem(Canonical.System.UCUM)
            .setCode(unit)
            .setUnit(unit));
    return observation;
  }

  /** One in the past that nothing else was at. */
  static synchronized DateTimeType moment() {
    DateTimeType time =
        new DateTimeType(Date.from(Instant.now().minus(Duration.ofMinutes(10L + minutes++))));
    time.setTimeZone(TimeZone.getTimeZone("GMT+01:00"));
    return time;
  }

  static Observation weight() {
    return vital("29463-7", "68.4", "kg");
  }

  static DocumentReference document(String text) {
    DocumentReference document = new DocumentReference();
    document
        .addContent()
        .getAttachment()
        .setContentType("text/plain")
        .setData(text.getBytes(StandardCharsets.UTF_8));
    return document;
  }

  static Device watch(String serial) {
    Device watch =
        new Device().setStatus(Device.FHIRDeviceStatus.ACTIVE).setManufacturer("Tick Works");
    watch.addIdentifier().setSystem("urn:example:serial").setValue(serial);
    watch.addDeviceName().setName("Watch").setType(Device.DeviceNameType.USERFRIENDLYNAME);
    return watch;
  }

  /** Observations, documents and a Device, under the names of their parameters. */
  static Parameters call(Resource... items) {
    Parameters call = new Parameters();
    for (Resource item : items) {
      call.addParameter()
          .setName(
              item instanceof Observation
                  ? "observation"
                  : item instanceof Device ? "device" : "document")
          .setResource(item);
    }
    return call;
  }

  static Parameters words(String words, String language) {
    Parameters call = new Parameters();
    call.addParameter().setName("words").setValue(new StringType(words));
    if (language != null) {
      call.addParameter().setName("language").setValue(new CodeType(language));
    }
    return call;
  }

  static Parameters acknowledge(String status, String note) {
    Parameters call = new Parameters();
    call.addParameter().setName("status").setValue(new CodeType(status));
    if (note != null) {
      call.addParameter().setName("note").setValue(new StringType(note));
    }
    return call;
  }
}
