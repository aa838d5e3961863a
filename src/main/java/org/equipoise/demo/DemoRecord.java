package org.equipoise.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.equipoise.security.client.DemoClient;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;

/**
 * The record of the demo: one visit, the patient's yes to AI that writes, the note that an AI wrote
 * of it, what the patient decided about that note, and the note explained in English and Spanish.
 * It is written as anybody would write it, over HTTP with the tokens of the demo's clients; the
 * request bodies are the files under {@code src/main/resources/demo}.
 */
public final class DemoRecord {

  /** The AI's note. */
  public static final String NOTE = "DocumentReference/demo-note";

  private static final MediaType FHIR_JSON = MediaType.valueOf("application/fhir+json");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** {@code {{name}}}: a time of the visit, or the text of the file with that name. */
  private static final Pattern BLANK = Pattern.compile("\\{\\{([^}]+)}}");

  private final Clock clock;
  private final RestClient http;
  private final Map<DemoClient, String> tokens = new EnumMap<>(DemoClient.class);

  /**
   * @param server base address without {@code /fhir}, e.g. {@code http://127.0.0.1:8080}
   * @param clock the visit ended five minutes before its time
   */
  public DemoRecord(URI server, Clock clock) {
    this.clock = clock;
    JdkClientHttpRequestFactory requests =
        new JdkClientHttpRequestFactory(HttpClient.newBuilder().connectTimeout(PATIENCE).build());
    requests.setReadTimeout(PATIENCE);
    this.http =
        RestClient.builder()
            .baseUrl(server.toString())
            .requestFactory(requests)
            .defaultStatusHandler(HttpStatusCode::isError, DemoRecord::refused)
            .build();
  }

  /**
   * Writes what is not there yet. Each step is one transaction and is looked for first, so that a
   * start that broke off is finished by the next one, and what people did with the record since
   * then stays as they left it.
   *
   * @throws IllegalStateException where the server refuses a step; the message holds its
   *     OperationOutcome
   */
  public void seed() {
    unlessFound("Patient?_id=demo-patient", DemoClient.SCRIBE, "", "people.json");
    // Before the note: an AI writes of whom permits it.
    unlessFound(
        "Consent?patient=Patient/demo-patient&purpose=ai-documentation",
        DemoClient.PATIENT,
        "Patient/demo-patient/$decide-ai-use",
        "permit.json");
    unlessFound("DocumentReference?_id=demo-note", DemoClient.SCRIBE, "", "record.json");
    unlessFound("Patient?_id=demo-representative", DemoClient.SCRIBE, "", "family.json");
    unlessFound("Practitioner?_id=demo-privacy-officer", DemoClient.SCRIBE, "", "officer.json");
    unlessFound(
        consentTo("ai-documentation"),
        DemoClient.PATIENT,
        NOTE + "/$attach-consent",
        "permit.json");
    unlessFound(
        consentTo("ai-training"), DemoClient.PATIENT, NOTE + "/$attach-consent", "refusal.json");
    // Last, so that it can tell what the patient decided.
    unlessFound(
        "DocumentReference?relatesto=" + NOTE,
        DemoClient.SCRIBE,
        NOTE + "/$attach-explanation",
        "explanation.json");
  }

  private static String consentTo(String purpose) {
    return "Consent?data=" + NOTE + "&purpose=" + purpose;
  }

  private void unlessFound(String search, DemoClient client, String path, String file) {
    JsonNode found =
        http.get()
            .uri("/fhir/" + search + "&_summary=count")
            .headers(headers -> headers.setBearerAuth(token(DemoClient.SCRIBE)))
            .accept(FHIR_JSON)
            .retrieve()
            .body(JsonNode.class);
    if (found.path("total").asInt() > 0) {
      return;
    }
    http.post()
        .uri("/fhir/" + path)
        .headers(headers -> headers.setBearerAuth(token(client)))
        .accept(FHIR_JSON)
        .contentType(FHIR_JSON)
        .body(filledIn(file).getBytes(StandardCharsets.UTF_8))
        .retrieve()
        .toBodilessEntity();
  }

  private String token(DemoClient client) {
    return tokens.computeIfAbsent(client, this::newToken);
  }

  private String newToken(DemoClient client) {
    MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
    form.add("grant_type", "client_credentials");
    form.add("scope", client.scope());
    return http.post()
        .uri("/oauth2/token")
        .headers(headers -> headers.setBasicAuth(client.id(), DemoClient.SECRET))
        .contentType(MediaType.APPLICATION_FORM_URLENCODED)
        .body(form)
        .retrieve()
        .body(JsonNode.class)
        .path("access_token")
        .asText();
  }

  private String filledIn(String file) {
    Instant written = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant visitStart = written.minus(Duration.ofMinutes(25));
    Map<String, Object> times =
        Map.of(
            "asked", visitStart.minus(Duration.ofMinutes(10)),
            "visitStart", visitStart,
            "visitEnd", written.minus(Duration.ofMinutes(5)),
            "written", written,
            "lastDay", written.atZone(ZoneOffset.UTC).toLocalDate().plusMonths(6));
    return BLANK
        .matcher(text(file))
        .replaceAll(
            blank -> {
              String name = blank.group(1);
              return times.containsKey(name) ? times.get(name).toString() : base64(name);
            });
  }

  private static String text(String file) {
    try {
      return new ClassPathResource("demo/" + file).getContentAsString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String base64(String file) {
    return Base64.getEncoder().encodeToString(text(file).getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(HttpRequest request, ClientHttpResponse response) throws IOException {
    throw new IllegalStateException(
        "The demo's own record was refused: %s %s answered %d: %s"
            .formatted(
                request.getMethod(),
                request.getURI(),
                response.getStatusCode().value(),
                new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8)));
  }
}
