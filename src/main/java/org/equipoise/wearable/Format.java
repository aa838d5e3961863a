package org.equipoise.wearable;

import ca.uhn.fhir.context.FhirContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** In which form wearable data comes. */
enum Format {
  /** Observations, one a line. */
  FHIR("fhir"),
  /** Data points of Open mHealth or IEEE 1752.1. */
  OMH("omh"),
  /** The export of Apple Health. */
  APPLE_HEALTH("apple-health");

  private final String code;

  Format(String code) {
    this.code = code;
  }

  String code() {
    return code;
  }

  static Optional<Format> of(String code) {
    return Arrays.stream(values()).filter(format -> format.code.equals(code)).findFirst();
  }

  /** By the media type of a body, where that says it. */
  static Optional<Format> ofMediaType(String type) {
    return switch (type) {
      case "application/fhir+ndjson", "application/ndjson+fhir" -> Optional.of(FHIR);
      default -> Optional.empty();
    };
  }

  static String codes() {
    return Arrays.stream(values()).map(Format::code).collect(Collectors.joining(", "));
  }

  /** A reader of it, for the data of one patient. */
  RecordReader reader(FhirContext context, String patientId) {
    return switch (this) {
      case FHIR -> new FhirLines(context, patientId);
      case OMH -> new OpenMHealth();
      case APPLE_HEALTH -> new AppleHealth();
    };
  }
}
