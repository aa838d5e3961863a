package org.equipoise.wearable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import org.equipoise.fhir.Caller;
import org.hl7.fhir.r4.model.IdType;

/** A caller as text, to be kept until their job is done. */
final class CallerText {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private record Kept(
      String clientId,
      String subject,
      String user,
      String patientId,
      Set<String> scopes,
      String organization) {}

  private CallerText() {}

  /** No AI: none may hand in a patient's data. */
  static String of(Caller caller) {
    try {
      return MAPPER.writeValueAsString(
          new Kept(
              caller.clientId(),
              caller.subject(),
              caller.person().map(IdType::getValue).orElse(null),
              caller.patientId(),
              caller.scopes(),
              caller.organization()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Caller read(String text) {
    try {
      Kept kept = MAPPER.readValue(text, Kept.class);
      return new Caller(
          kept.clientId(),
          kept.subject(),
          kept.user() == null ? null : new IdType(kept.user()),
          kept.patientId(),
          kept.scopes(),
          null,
          null,
          kept.organization());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
