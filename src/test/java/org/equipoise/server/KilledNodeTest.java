package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.bench.Server;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node is killed ({@code kill -9}) in the middle of 2,000 calls of all kinds by several clients:
 * every call that was answered has its access events, and a write that was not answered has both
 * its resources and its events or neither.
 */
@OnPostgres
class KilledNodeTest extends ServerTest {

  private static final int CALLS = 2_000;
  private static final int CLIENTS = 6;
  private static final String PATIENT = "killed-kai";
  private static final String NAME = "killed-node";

  /** What a client does, and how many events it leaves when it is done. */
  private enum Kind {
    READ(1, 0),
    SEARCH(1, 0),
    NOT_FOUND(1, 0),
    EVERYTHING(1, 0),
    OPERATION(1, 0),
    CREATE(1, 1),
    UPDATE(1, 1),
    TRANSACTION(2, 2);

    private final int events;
    private final int resources;

    Kind(int events, int resources) {
      this.events = events;
      this.resources = resources;
    }
  }

  private final Map<String, Kind> asked = new ConcurrentHashMap<>();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();

  @Test
  void kill_whenInTheMiddleOfCalls_thenWhatWasAnsweredHasItsEvents(@TempDir Path folder)
      throws Exception {
    Patient patient = new Patient();
    patient.setId(PATIENT);
    Observation first = FlowRecords.measurement(PATIENT, 1);
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.put(people, patient);
    TestRecords.put(people, first);
    scribe().post("", people).ok(Bundle.class);
    String read = "Observation/" + first.getIdElement().getIdPart();
    assertThat(scribe().get(read).status()).isEqualTo(200);

    Server node = Server.start(log(), Server.DEVELOPMENT, arguments(folder));
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      Api scribe = Api.bearing(node.address().toString(), scribe().token());
      AtomicInteger next = new AtomicInteger();
      CountDownLatch half = new CountDownLatch(CALLS / 2);
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        work.add(
            clients.submit(
                () -> {
                  for (int n = next.getAndIncrement(); n < CALLS; n = next.getAndIncrement()) {
                    if (!call(scribe, n, read)) {
                      return;
                    }
                    half.countDown();
                  }
                }));
      }
      assertThat(half.await(5, TimeUnit.MINUTES)).isTrue();
      node.kill();
      for (Future<?> one : work) {
        one.get(1, TimeUnit.MINUTES);
      }
      assertThat(answered.size()).as("killed in the middle").isLessThan(CALLS);
    } finally {
      clients.shutdownNow();
      node.kill();
    }
    waitUntilTheDatabaseNoticed();

    Map<String, Integer> events =
        counts("select request, count(*) from eqp_access_event where request like ? group by 1");
    Map<String, Integer> resources =
        counts(
            "select split_part(sp_value, '#', 1), count(*) from hfj_spidx_token"
                + " where sp_name = 'identifier' and sp_value like ? group by 1");
    assertThat(answered).hasSizeGreaterThanOrEqualTo(CALLS / 2);
    asked.forEach(
        (request, kind) -> {
          int left = events.getOrDefault(request, 0);
          int stored = resources.getOrDefault(request, 0);
          if (answered.contains(request)) {
            assertThat(left).as("events of the answered %s", request).isEqualTo(kind.events);
            assertThat(stored).as("resources of %s", request).isEqualTo(kind.resources);
          } else if (kind.resources > 0) {
            assertThat(left).as("events of %s, which got no answer", request).isEqualTo(stored);
            assertThat(stored).isIn(0, kind.resources);
          }
        });
    assertThat(events.keySet()).isSubsetOf(asked.keySet());
    assertThat(resources.keySet()).isSubsetOf(asked.keySet());
  }

  /** Whether there was an answer. */
  private boolean call(Api scribe, int number, String read) {
    Kind kind = Kind.values()[number % Kind.values().length];
    String request = "killed-" + number;
    asked.put(request, kind);
    Api.Answer answer;
    try {
      answer = send(scribe, kind, request, read);
    } catch (UncheckedIOException e) {
      return false;
    }
    int expected =
        switch (kind) {
          case NOT_FOUND -> 404;
          case CREATE, UPDATE -> 201;
          default -> 200;
        };
    assertThat(answer.status()).as("%s: %s", kind, answer.body()).isEqualTo(expected);
    answered.add(request);
    return true;
  }

  private static Api.Answer send(Api scribe, Kind kind, String request, String read) {
    Observation one = measured(request, "a");
    return switch (kind) {
      case READ -> get(scribe, request, read);
      case SEARCH -> get(scribe, request, "Observation?_count=5&patient=Patient/" + PATIENT);
      case NOT_FOUND -> get(scribe, request, "Observation/killed-none");
      case EVERYTHING -> get(scribe, request, "Patient/" + PATIENT + "/$everything?_count=5");
      case OPERATION ->
          get(scribe, request, "Consent/$evaluate-ai-use?purpose=ai-training&patient=" + PATIENT);
      case CREATE -> scribe.post("Observation", one, "X-Request-Id", request);
      case UPDATE -> {
        one.setId(request);
        yield scribe.put(one, "X-Request-Id", request);
      }
      case TRANSACTION -> {
        Bundle both = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        TestRecords.post(both, one);
        TestRecords.post(both, measured(request, "b"));
        yield scribe.post("", both, "X-Request-Id", request);
      }
    };
  }

  private static Api.Answer get(Api scribe, String request, String path) {
    return scribe.exchange("GET", path, "application/fhir+json", null, "X-Request-Id", request);
  }

  /** By its identifier it is known which request wrote it. */
  private static Observation measured(String request, String which) {
    Observation measured = FlowRecords.measurement(PATIENT, 2);
    measured.setId((String) null);
    measured.addIdentifier().setSystem("urn:killed").setValue(request + "#" + which);
    return measured;
  }

  private Map<String, Integer> counts(String sql) {
    Map<String, Integer> counts = new HashMap<>();
    jdbc.query(
        sql,
        row -> {
          counts.put(row.getString(1), row.getInt(2));
        },
        "killed-%");
    return counts;
  }

  /** What a dead client had asked for may still be carried out. */
  private void waitUntilTheDatabaseNoticed() throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      if (jdbc.queryForObject(
              "select count(*) from pg_stat_activity where application_name = ?",
              Integer.class,
              NAME)
          == 0) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("The database still works for the killed node");
  }

  private static Path log() throws IOException {
    return Files.createDirectories(Path.of("target")).resolve(NAME + ".log");
  }

  private List<String> arguments(Path folder) throws IOException {
    Path clients = folder.resolve("clients.properties");
    Properties known = new Properties();
    known.putAll(TestClients.properties(SECRET));
    try (Writer writer = Files.newBufferedWriter(clients)) {
      known.store(writer, null);
    }
    String address =
        jdbc.execute(
            (org.springframework.jdbc.core.ConnectionCallback<String>)
                connection -> connection.getMetaData().getURL());
    return List.of(
        "--spring.profiles.active=demo",
        "--spring.config.additional-location=" + clients.toUri(),
        "--spring.datasource.url="
            + address
            + (address.contains("?") ? "&" : "?")
            + "ApplicationName="
            + NAME,
        "--spring.datasource.username=postgres",
        "--spring.datasource.password=postgres",
        "--equipoise.base-url=" + server(),
        "--equipoise.demo.seed=false");
  }
}
