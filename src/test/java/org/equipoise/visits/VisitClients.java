package org.equipoise.visits;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * The OAuth clients of the loader, as the server takes them from its configuration: a scribe that
 * acts for the whole clinic, a reader, and for each visit its patient, who can sign for nobody
 * else. The patients act by client credentials, which only the {@code demo} profile allows.
 */
public final class VisitClients {

  /** Client id of the scribe. */
  public static final String SCRIBE = "visit-scribe";

  /** What the scribe asks for: to write what it writes, and to read what an explanation cites. */
  public static final List<String> SCRIBE_SCOPES =
      List.of(
          "system/Organization.cru",
          "system/Patient.cru",
          "system/Practitioner.cru",
          "system/Encounter.cru",
          "system/Observation.cru",
          "system/Device.cru",
          "system/DocumentReference.crus",
          "system/Provenance.crs",
          "system/Consent.rs");

  /** Client id of who looks at everything afterwards and changes nothing. */
  public static final String READER = "visit-reader";

  /** What the reader asks for. */
  public static final List<String> READER_SCOPES = List.of("system/*.rs");

  /** What a patient asks for. */
  public static final List<String> PATIENT_SCOPES =
      List.of(
          "patient/Patient.r",
          "patient/DocumentReference.rs",
          "patient/Consent.crus",
          "patient/Provenance.rs",
          "patient/QuestionnaireResponse.crs");

  private VisitClients() {}

  /** Client id of a visit's patient. */
  public static String patient(Visit visit) {
    return "patient-" + visit.id();
  }

  /**
   * {@code equipoise.clients[n].*}.
   *
   * @param secret the one secret of all of them; each has its own bcrypt hash of it, since Spring
   *     Authorization Server refuses two clients with equal hashes
   */
  public static Map<String, String> properties(List<Visit> visits, String secret) {
    return properties(
        visits, secret, 0, PasswordEncoderFactories.createDelegatingPasswordEncoder());
  }

  /**
   * Like {@link #properties(List, String)}, behind other clients.
   *
   * @param first number of the first client, for a list that has others before
   * @param encoder makes the hashes, with the algorithm in front
   */
  public static Map<String, String> properties(
      List<Visit> visits, String secret, int first, PasswordEncoder encoder) {
    Map<String, String> properties = new LinkedHashMap<>();
    int number = first;
    client(properties, number++, SCRIBE, encoder.encode(secret), SCRIBE_SCOPES);
    client(properties, number++, READER, encoder.encode(secret), READER_SCOPES);
    for (Visit visit : visits) {
      client(properties, number, patient(visit), encoder.encode(secret), PATIENT_SCOPES);
      properties.put("equipoise.clients[%d].acts-as".formatted(number++), "Patient/" + visit.id());
    }
    return properties;
  }

  /** Writes them as a file for {@code --spring.config.additional-location=file:…}. */
  public static void write(List<Visit> visits, String secret, Path file) throws IOException {
    Properties properties = new Properties();
    properties.putAll(properties(visits, secret));
    try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      properties.store(writer, "Clients of the visit loader");
    }
  }

  private static void client(
      Map<String, String> properties, int number, String id, String hash, List<String> scopes) {
    String prefix = "equipoise.clients[%d].".formatted(number);
    properties.put(prefix + "id", id);
    properties.put(prefix + "secret-hash", hash);
    for (int i = 0; i < scopes.size(); i++) {
      properties.put(prefix + "scopes[%d]".formatted(i), scopes.get(i));
    }
  }

  /** Arguments: data folder, secret, file to write. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException(
          "Arguments: <data folder> <secret> <properties file to write>");
    }
    write(Visit.readAll(Path.of(arguments[0])), arguments[1], Path.of(arguments[2]));
  }
}
