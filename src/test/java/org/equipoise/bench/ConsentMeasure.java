package org.equipoise.bench;

import ca.uhn.fhir.rest.server.RestfulServer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.equipoise.EquipoiseServer;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.security.access.ConsentAccess;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What enforcing consent costs: processor time of the server's own threads for a search of 50, with
 * what patients decided held and without, and with the decisions of 10,000 other patients. The
 * server has no switch for that: it runs in this JVM, and the bench steps around it, block by
 * block.
 */
final class ConsentMeasure {

  private static final int WARM_UP = 6;
  private static final int CALLS = 100;
  private static final int MATCHES = 50;
  private static final int OTHERS = 10_000;
  private static final double AIM = 1.15;

  private final Clients clients;
  private final Report report;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private volatile boolean isOff;

  ConsentMeasure(Clients clients, Report report) {
    this.clients = clients;
    this.report = report;
  }

  void run(List<String> arguments, int rounds) {
    List<String> all = new ArrayList<>(clients.withAi(arguments));
    all.addAll(List.of("--server.port=0", "--equipoise.scheduling=false"));
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(EquipoiseServer.class)
            .initializers(
                made -> made.getBeanFactory().addBeanPostProcessor(new PassableEnforcement()))
            .run(all.toArray(String[]::new))) {
      measure(context, rounds);
    }
  }

  private void measure(ConfigurableApplicationContext context, int rounds) {
    URI address =
        URI.create(
            "http://localhost:" + ((WebServerApplicationContext) context).getWebServer().getPort());
    Client scribe = clients.scribe(address);
    scribe.post("", TestRecords.household()).ok(Bundle.class);
    for (String purpose : List.of("ai-documentation", "ai-decision-use")) {
      clients
          .patient(address)
          .post("Patient/" + Cases.PATIENT + "/$decide-ai-use", Cases.permit(purpose))
          .ok(Parameters.class);
    }
    for (int i = 0; i < MATCHES; i++) {
      scribe.post("Observation", Cases.observation(i)).ok(Observation.class);
      scribe
          .post("DocumentReference", TestRecords.plainNote(Cases.PATIENT))
          .ok(DocumentReference.class);
    }
    Map<String, Client> callers = new LinkedHashMap<>();
    callers.put("a service", scribe);
    callers.put("the patient", clients.patient(address));
    callers.put("their clinician", clients.clinician(address));
    callers.put("an AI", clients.ai(address));
    Map<String, String> calls = new LinkedHashMap<>();
    calls.put(
        "search 50 Observations",
        "Observation?patient=" + Cases.PATIENT + "&category=vital-signs&_count=50");
    calls.put(
        "search 50 AI documents", "DocumentReference?patient=" + Cases.PATIENT + "&_count=50");
    compare(context, callers, calls, rounds, "Cost of enforcing consent, processor time of a call");
    othersDecide(context.getBean(JdbcTemplate.class));
    // Against the same without enforcement again, since that knows of no decision: what was
    // measured
    // minutes ago was measured on a machine of another pace.
    compare(
        context,
        callers,
        calls,
        rounds,
        "The same with what " + OTHERS + " other patients decided");
  }

  private void compare(
      ConfigurableApplicationContext context,
      Map<String, Client> callers,
      Map<String, String> calls,
      int rounds,
      String heading) {
    report.heading(heading);
    calls.forEach(
        (what, path) ->
            callers.forEach(
                (who, client) -> {
                  List<Double> with = new ArrayList<>();
                  List<Double> without = new ArrayList<>();
                  List<Double> ratios = new ArrayList<>();
                  for (int round = -WARM_UP; round < rounds; round++) {
                    double held = block(context, false, client, path);
                    double off = block(context, true, client, path);
                    if (round >= 0) {
                      with.add(held);
                      without.add(off);
                      ratios.add(held / off);
                    }
                  }
                  String name = what + ", as " + who;
                  report.row(name, "µs", Samples.of(with));
                  report.row(name + ", enforcement off", "µs", Samples.of(without));
                  // Round by round, since the machine's own pace drifts from round to round.
                  report.row(name + ", ratio", "", Samples.of(ratios), AIM);
                }));
  }

  /** Straight into the table, since it is about its size: a permit and a denial each. */
  private static void othersDecide(JdbcTemplate jdbc) {
    OffsetDateTime end = OffsetDateTime.now(ZoneOffset.UTC).plusDays(90);
    jdbc.batchUpdate(
        "insert into eqp_consent_statement (consent_id, position, depth, patient_id, status,"
            + " permit, purpose, actors, documents, ended_at, items_total, items_correct,"
            + " items_language, asked_privately, no_effect_on_care, signals)"
            + " values (?, ?, 0, ?, 'active', ?, ?, '', '', ?, 5, 5, 'en', true, true,"
            + " 'none-observed')",
        IntStream.range(0, 2 * OTHERS)
            .mapToObj(
                i ->
                    new Object[] {
                      "other-" + i,
                      0,
                      "other-" + i / 2,
                      i % 2 == 0,
                      i % 2 == 0 ? "ai-decision-use" : "ai-sharing",
                      i % 2 == 0 ? end : null
                    })
            .toList());
  }

  /** Microseconds of a call. */
  private double block(
      ConfigurableApplicationContext context, boolean off, Client client, String path) {
    client.token();
    set(context, off);
    long before = serving();
    for (int i = 0; i < CALLS; i++) {
      Client.Answer answer = client.get(path);
      if (answer.status() != 200) {
        throw new IllegalStateException(path + " answered " + answer.status());
      }
    }
    double micros = (serving() - before) / 1e3 / CALLS;
    set(context, false);
    return micros;
  }

  private void set(ConfigurableApplicationContext context, boolean off) {
    if (off == isOff) {
      return;
    }
    isOff = off;
    RestfulServer server = context.getBean(RestfulServer.class);
    ConsentAccess access = context.getBean(ConsentAccess.class);
    if (off) {
      server.unregisterInterceptor(access);
    } else {
      server.registerInterceptor(access);
    }
  }

  /** Processor nanoseconds of the threads that serve requests. */
  private long serving() {
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().contains("-exec-"))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
        .sum();
  }

  /** Lets the bench step around what is left out of searches and refused at the door. */
  private final class PassableEnforcement implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
      return bean instanceof ConsentEnforcement held
          ? (ConsentEnforcement) caller -> isOff ? new Open() : held.sight(caller)
          : bean;
    }
  }

  /** Withholds nothing. */
  private static final class Open implements ConsentEnforcement.Sight {

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isAi() {
      return false;
    }

    @Override
    public Set<String> permitting(
        Collection<String> patients, String type, Set<String> searchedBy) {
      return Set.copyOf(patients);
    }

    @Override
    public Set<String> permitting(String type, Set<String> searchedBy) {
      return Set.of();
    }

    @Override
    public Set<String> permittedSingly(Collection<String> patients, String type) {
      return Set.of();
    }

    @Override
    public Set<String> withheld(String type, Optional<Set<String>> patients) {
      return Set.of();
    }

    @Override
    public void foresee(Collection<String> resources) {}

    @Override
    public ConsentEnforcement.View view(
        String resource, Collection<String> patients, boolean ofWriter) {
      return ConsentEnforcement.View.SHOWN;
    }

    @Override
    public boolean isOwnWaiting(String resource) {
      return false;
    }

    @Override
    public Resource masked(Resource resource) {
      return resource;
    }
  }
}
