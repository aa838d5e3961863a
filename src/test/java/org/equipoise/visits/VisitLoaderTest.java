package org.equipoise.visits;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the loader behaves towards a server: a scripted one, which stores nothing. */
class VisitLoaderTest {

  private HttpServer server;
  private ExecutorService threads;
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger noteCalls = new AtomicInteger();

  /** Status of the n-th attempt to store the note. */
  private volatile IntUnaryOperator noteStatus = attempt -> 200;

  private volatile boolean noteIsThere;
  private volatile boolean consentCounts = true;

  @BeforeEach
  void start() throws IOException {
    threads = Executors.newFixedThreadPool(4);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/oauth2/token", this::token);
    server.createContext("/fhir", this::fhir);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void load_whenAllIsWell_thenEachCallIsMadeAsTheRightCaller() throws Exception {
    LoadReport report = load();
    assertThat(report.failures()).isEmpty();
    assertThat(report.answers())
        .containsEntry("note", Map.of(200, 1))
        .containsEntry("token", Map.of(200, 2));
    assertThat(report.decisions()).isEqualTo(Map.of(true, 1));
    assertThat(calls)
        .contains(
            "patient-visit-t1 POST /fhir/Patient/visit-t1/$decide-ai-use",
            "visit-scribe POST /fhir/DocumentReference/note-1/$attach-explanation",
            "patient-visit-t1 POST /fhir/DocumentReference/note-1/$attach-consent");
  }

  @Test
  void load_whenServerFailsOnce_thenItLooksForTheNoteBeforeItSendsAgain() throws Exception {
    noteStatus = attempt -> attempt == 1 ? 503 : 200;
    LoadReport report = load();
    assertThat(report.retries()).isEqualTo(1);
    assertThat(report.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.status()).isEqualTo(503));
    assertThat(
            calls.stream().filter(call -> call.contains("GET /fhir/DocumentReference?identifier=")))
        .hasSize(2);
    assertThat(report.answers()).containsKey("attach-consent");
  }

  @Test
  void load_whenServerKeepsFailing_thenItGivesUp() throws Exception {
    noteStatus = attempt -> 500;
    LoadReport report = load();
    assertThat(noteCalls).hasValue(3);
    assertThat(report.failures()).hasSize(3);
    assertThat(report.answers()).doesNotContainKeys("attach-consent", "attach-explanation");
  }

  @Test
  void load_whenNoteIsRefused_thenItIsNotSentAgainAndTheReasonIsReported() throws Exception {
    noteStatus = attempt -> 422;
    LoadReport report = load();
    assertThat(noteCalls).hasValue(1);
    assertThat(report.retries()).isZero();
    assertThat(report.print()).contains("note of visit-t1 by LED: 422", "no such thing");
  }

  @Test
  void load_whenNoteIsThere_thenItIsNotStoredTwice() throws Exception {
    noteIsThere = true;
    LoadReport report = load();
    assertThat(noteCalls).hasValue(0);
    assertThat(report.alreadyThere()).isEqualTo(1);
    assertThat(report.answers()).containsEntry("attach-consent", Map.of(200, 1));
  }

  @Test
  void load_whenDecisionCountsOtherwiseThanItShould_thenReported() throws Exception {
    consentCounts = false;
    assertThat(load().failures())
        .singleElement()
        .satisfies(
            failure -> assertThat(failure.body()).contains("effective is false, should be true"));
  }

  @Test
  void load_whenNobodyAnswers_thenReportedAndOver() throws Exception {
    URI address = address();
    server.stop(0);
    LoadReport report =
        new VisitLoader(
                TestVisits.CONTEXT, address, List.of(TestVisits.bare()), "s3cret", line -> {})
            .load();
    assertThat(report.answers()).containsOnlyKeys("token");
    assertThat(report.failures())
        .isNotEmpty()
        .allSatisfy(failure -> assertThat(failure.status()).isZero());
  }

  private LoadReport load() throws InterruptedException {
    return new VisitLoader(
            TestVisits.CONTEXT, address(), List.of(TestVisits.bare()), "s3cret", line -> {})
        .load();
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void token(HttpExchange exchange) throws IOException {
    String proof =
        exchange.getRequestHeaders().getFirst("Authorization").substring("Basic ".length());
    String[] pair =
        new String(Base64.getDecoder().decode(proof), StandardCharsets.UTF_8).split(":");
    answer(
        exchange,
        pair[1].equals("s3cret") ? 200 : 401,
        "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":300}"
            .formatted(pair[0]));
  }

  private void fhir(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    String caller =
        exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    calls.add(caller + " " + exchange.getRequestMethod() + " " + path);
    if (path.equals("/fhir/Questionnaire/teach-back")) {
      answer(exchange, 200, json(TestVisits.teachBack()));
    } else if (path.startsWith("/fhir/DocumentReference?")) {
      Bundle found = new Bundle();
      if (noteIsThere) {
        DocumentReference note = new DocumentReference();
        note.setId("DocumentReference/note-1");
        found.addEntry().setResource(note);
      }
      answer(exchange, 200, json(found));
    } else if (path.endsWith("/$attach-consent")) {
      Parameters decision = new Parameters();
      decision.addParameter().setName("effective").setValue(new BooleanType(consentCounts));
      answer(exchange, 200, json(decision));
    } else if (path.endsWith("/$attach-explanation") || path.endsWith("/$decide-ai-use")) {
      answer(exchange, 200, json(new Parameters()));
    } else if (body.contains("\"Provenance\"")) {
      int status = noteStatus.applyAsInt(noteCalls.incrementAndGet());
      Bundle stored = new Bundle();
      stored.addEntry().getResponse().setLocation("DocumentReference/note-1/_history/1");
      answer(exchange, status, status == 200 ? json(stored) : "no such thing");
    } else {
      answer(exchange, 200, json(new Bundle()));
    }
  }

  private static String json(Resource resource) {
    return TestVisits.CONTEXT.newJsonParser().encodeResourceToString(resource);
  }

  private static void answer(HttpExchange exchange, int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
