package org.equipoise.contribution;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.SampledData;
import org.hl7.fhir.r4.model.Type;

/**
 * By what the same item is known again, whoever sends it and in whatever form: SHA-256 in
 * hexadecimal digits. The value is none of it: two values of one device at one moment are one item
 * and a contradiction.
 */
final class ItemKeys {

  private ItemKeys() {}

  /**
   * The keys of a contribution: what it is about first, then each identifier that its sender gave
   * it.
   *
   * @param patientId logical id
   * @param now the day of the call stands for the date of a document that has none
   */
  static List<String> of(Resource resource, String patientId, Instant now) {
    if (resource instanceof Observation observation) {
      return with(own(observation, patientId), observation.getIdentifier(), patientId);
    }
    if (resource instanceof DocumentReference document) {
      return with(own(document, patientId, now), document.getIdentifier(), patientId);
    }
    if (resource instanceof Device device) {
      return ofDevice(device, patientId);
    }
    throw new IllegalArgumentException(resource.fhirType() + " is not contributed");
  }

  /** Of an Observation: patient, device, code, unit and time. */
  private static String own(Observation observation, String patientId) {
    return sha256(
        "Observation",
        patientId,
        id(observation.getDevice()),
        code(observation.getCode()),
        unit(observation),
        time(observation.getEffective()));
  }

  /** Of a document: patient, author, type, day and content. */
  private static String own(DocumentReference document, String patientId, Instant now) {
    List<String> parts = new ArrayList<>();
    parts.add("DocumentReference");
    parts.add(patientId);
    parts.add(document.getAuthor().stream().map(ItemKeys::id).collect(Collectors.joining(",")));
    parts.add(code(document.getType()));
    Date date = document.getDate();
    parts.add(
        (date == null ? now : date.toInstant()).atOffset(ZoneOffset.UTC).toLocalDate().toString());
    for (DocumentReference.DocumentReferenceContentComponent content : document.getContent()) {
      Attachment attachment = content.getAttachment();
      parts.add(nullToEmpty(attachment.getLanguage()));
      parts.add(
          attachment.hasData()
              ? HexFormat.of().formatHex(digest().digest(attachment.getData()))
              : nullToEmpty(attachment.getUrl()));
    }
    return sha256(parts.toArray(String[]::new));
  }

  /** A device is known by its identifiers, else by its maker and serial number. */
  private static List<String> ofDevice(Device device, String patientId) {
    List<String> keys = new ArrayList<>();
    device.getIdentifier().stream()
        .filter(Identifier::hasValue)
        .forEach(
            one ->
                keys.add(
                    sha256("Device", patientId, nullToEmpty(one.getSystem()), one.getValue())));
    if (device.hasSerialNumber()) {
      keys.add(
          sha256(
              "Device.serialNumber",
              patientId,
              nullToEmpty(device.getManufacturer()),
              device.getSerialNumber()));
    }
    return keys;
  }

  private static List<String> with(String own, List<Identifier> identifiers, String patientId) {
    List<String> keys = new ArrayList<>();
    keys.add(own);
    identifiers.stream()
        .filter(one -> one.hasValue() && !Canonical.CONTRIBUTION.equals(one.getSystem()))
        .map(one -> sha256("identifier", patientId, nullToEmpty(one.getSystem()), one.getValue()))
        .forEach(keys::add);
    return keys.stream().distinct().toList();
  }

  private static String id(Reference reference) {
    return reference.getReferenceElement() instanceof IdType id && id.hasIdPart()
        ? id.toUnqualifiedVersionless().getValue()
        : "";
  }

  /** LOINC where there is one, so that a local code beside it does not make another item. */
  private static String code(CodeableConcept code) {
    return code.getCoding().stream()
        .filter(coding -> Canonical.System.LOINC.equals(coding.getSystem()))
        .map(Coding::getCode)
        .findFirst()
        .or(
            () ->
                code.getCoding().stream()
                    .map(coding -> coding.getSystem() + "|" + coding.getCode())
                    .findFirst())
        .orElse(nullToEmpty(code.getText()));
  }

  private static String unit(Observation observation) {
    Type value = observation.getValue();
    if (value instanceof Quantity quantity) {
      return nullToEmpty(quantity.getCode());
    }
    return value instanceof SampledData data ? nullToEmpty(data.getOrigin().getCode()) : "";
  }

  /** The moment, whatever time zone it is told in. */
  private static String time(Type effective) {
    if (effective instanceof BaseDateTimeType time) {
      return moment(time);
    }
    return effective instanceof Period period
        ? moment(period.getStartElement()) + "/" + moment(period.getEndElement())
        : "";
  }

  private static String moment(BaseDateTimeType time) {
    return time.hasValue() ? time.getValue().toInstant().toString() : "";
  }

  private static String nullToEmpty(String text) {
    return text == null ? "" : text;
  }

  /** The length before each part keeps {@code a,bc} and {@code ab,c} apart. */
  private static String sha256(String... parts) {
    MessageDigest digest = digest();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
