package org.equipoise.fhir;

/**
 * An operation that reads the body of its request by itself, as it arrives: such a body may be
 * larger than others, is never held as a whole, and is checked by nobody else.
 *
 * @param type the resource type that it is called on
 * @param name without the dollar sign
 * @param mostBytes how large its body may be, decompressed
 */
public record StreamedOperation(String type, String name, long mostBytes) {

  /**
   * Whether a request is for it.
   *
   * @param path below the FHIR base, decoded, e.g. {@code /Patient/1/$ingest-wearable}
   */
  public boolean isAt(String path) {
    return path != null && path.startsWith("/" + type + "/") && path.endsWith("/$" + name);
  }
}
