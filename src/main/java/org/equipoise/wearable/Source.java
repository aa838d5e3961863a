package org.equipoise.wearable;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The device that measured a value; nothing is known of it where a person typed the value in.
 *
 * @param device as the file describes it, or null
 * @param reference where it stands in the record, e.g. {@code Device/3}, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Source(Description device, String reference) {

  /** A person typed it in, or nobody says. */
  static final Source UNKNOWN = new Source(null, null);

  /**
   * A device in words; what is unknown is null.
   *
   * @param name what its owner calls it, or the app that hands on its data
   * @param identifier {@code system|value}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Description(
      String name,
      String manufacturer,
      String model,
      String hardware,
      String serial,
      String identifier) {

    /** Of which a name is all that is known. */
    static Description named(String name) {
      return new Description(name, null, null, null, null, null);
    }

    /** The same for the same device, whichever file describes it. */
    String key() {
      return Hash.of(name, manufacturer, model, hardware, serial, identifier);
    }
  }

  /** Where nothing tells the device from others, it is unknown. */
  static Source of(Description device) {
    return device.equals(Description.named(null)) ? UNKNOWN : new Source(device, null);
  }

  static Source at(String reference) {
    return new Source(null, reference);
  }

  /** The same for the same device; empty where none is known. */
  String key() {
    return reference != null ? reference : device == null ? "" : device.key();
  }
}
