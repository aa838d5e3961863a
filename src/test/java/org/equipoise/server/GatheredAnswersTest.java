package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer comes in a few large pieces. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatheredAnswersTest extends ServerTest {

  private static final String PATIENT = "gathered-patient";
  private static final int OBSERVATIONS = 60;

  /** Below what the container gathers before it sends. */
  private static final int LARGE = 4_000;

  private String observation;

  /** What a server sent: the head, the body, and in how many pieces that came. */
  private record Sent(String head, byte[] body, int pieces) {

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  @BeforeAll
  void record() {
    Bundle record = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Patient patient = new Patient();
    patient.setId(PATIENT);
    TestRecords.put(record, patient);
    for (int i = 0; i < OBSERVATIONS; i++) {
      Observation one = new TestResources(PATIENT, "gathered").observation("laboratory");
      record
          .addEntry()
          .setResource(one)
          .getRequest()
          .setMethod(Bundle.HTTPVerb.POST)
          .setUrl("Observation");
    }
    observation =
        scribe().post("", record).ok(Bundle.class).getEntry().get(1).getResponse().getLocation();
    observation = observation.replaceFirst(".*(Observation/[^/]+).*", "$1");
  }

  private Sent get(String path, String... headers) throws IOException {
    URI server = URI.create(server());
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    try (Socket socket = new Socket("127.0.0.1", server.getPort())) {
      socket.setSoTimeout(30_000);
      String request =
          "GET /fhir/"
              + path
              + " HTTP/1.1\r\nHost: localhost:"
              + server.getPort()
              + "\r\nAuthorization: Bearer "
              + scribe().token()
              + "\r\nConnection: close\r\n"
              + lines
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = new BufferedInputStream(socket.getInputStream());
      StringBuilder head = new StringBuilder();
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        head.append(line.toLowerCase(Locale.ROOT)).append('\n');
      }
      if (!head.toString().contains("transfer-encoding: chunked")) {
        return new Sent(head.toString(), in.readAllBytes(), 1);
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      List<Integer> pieces = new ArrayList<>();
      for (int size = size(in); size > 0; size = size(in)) {
        body.write(in.readNBytes(size));
        pieces.add(size);
        line(in);
      }
      return new Sent(head.toString(), body.toByteArray(), pieces.size());
    }
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = in.read(); one >= 0 && one != '\n'; one = in.read()) {
      line.append((char) one);
    }
    return line.toString().strip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/fhir+json", "application/fhir+xml"})
  void read_whenSmall_thenWholeAndItsLengthIsTold(String type) throws IOException {
    Sent sent = get(observation, "Accept: " + type);

    assertThat(sent.head()).startsWith("http/1.1 200");
    assertThat(sent.head()).contains("content-length: " + sent.body().length + "\n");
    assertThat(sent.text()).contains("gathered");
  }

  @Test
  void search_whenLarge_thenInLargePieces() throws IOException {
    Sent sent =
        get("Observation?patient=" + PATIENT + "&_count=100", "Accept: application/fhir+json");

    Bundle found = FhirR4.context().newJsonParser().parseResource(Bundle.class, sent.text());
    assertThat(found.getEntry()).hasSize(OBSERVATIONS);
    assertThat(sent.body().length).isGreaterThan(2 * LARGE);
    assertThat(sent.pieces()).isLessThanOrEqualTo(sent.body().length / LARGE + 1);
  }

  @Test
  void search_whenCompressed_thenInLargePiecesToo() throws IOException {
    Sent sent =
        get(
            "Observation?patient=" + PATIENT + "&_count=100",
            "Accept: application/fhir+json",
            "Accept-Encoding: gzip");

    assertThat(sent.head()).contains("content-encoding: gzip");
    byte[] whole = new GZIPInputStream(new ByteArrayInputStream(sent.body())).readAllBytes();
    Bundle found =
        FhirR4.context()
            .newJsonParser()
            .parseResource(Bundle.class, new String(whole, StandardCharsets.UTF_8));
    assertThat(found.getEntry()).hasSize(OBSERVATIONS);
    assertThat(sent.pieces()).isLessThanOrEqualTo(sent.body().length / LARGE + 1);
  }
}
