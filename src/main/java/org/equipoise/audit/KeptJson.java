package org.equipoise.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What H2 cannot ask of JSON by itself: its function {@code eqp_event_has_code} is made of this.
 * The name of class and method stands in databases, so neither can change without a migration.
 */
public final class KeptJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private KeptJson() {}

  /**
   * Whether an AuditEvent has a code.
   *
   * @param event as JSON; null for none
   * @param element of it that holds one Coding or a list of them, e.g. {@code subtype}
   * @param system null for any, empty for a code without one
   * @throws JsonProcessingException where it is no JSON
   */
  public static boolean hasCode(String event, String element, String system, String code)
      throws JsonProcessingException {
    if (event == null) {
      return false;
    }
    JsonNode found = JSON.readTree(event).path(element);
    for (JsonNode coding : found.isArray() ? found : List.of(found)) {
      if (coding.path("code").asText().equals(code)
          && (system == null || coding.path("system").asText().equals(system))) {
        return true;
      }
    }
    return false;
  }
}
