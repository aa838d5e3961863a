package org.equipoise.bench;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.Filter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.EquipoiseServer;
import org.equipoise.security.access.CareKeeping;
import org.equipoise.security.access.DoorAccess;
import org.equipoise.security.access.RecordAccess;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What authorization costs: processor time of the server's own threads for one call, with tokens
 * and access rules and without. The server has no switch for that: it runs in this JVM, and the
 * bench takes its filter and interceptors out and puts them back, block by block.
 */
final class AccessMeasure {

  private static final int WARM_UP = 6;
  private static final int CALLS = 100;
  private static final int OBSERVATIONS = 50;
  private static final double AIM = 1.10;

  private final Clients clients;
  private final Report report;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private volatile boolean isOpen;

  AccessMeasure(Clients clients, Report report) {
    this.clients = clients;
    this.report = report;
  }

  void run(List<String> arguments, int rounds) {
    List<String> all = new ArrayList<>(clients.all(arguments));
    all.addAll(List.of("--server.port=0", "--equipoise.scheduling=false"));
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(EquipoiseServer.class)
            .initializers(
                made -> made.getBeanFactory().addBeanPostProcessor(new PassableSecurity()))
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
    String id = null;
    for (int i = 0; i < OBSERVATIONS; i++) {
      id =
          scribe
              .post("Observation", Cases.observation(i))
              .ok(Observation.class)
              .getIdElement()
              .getIdPart();
    }
    Map<String, Client> callers = new LinkedHashMap<>();
    callers.put("a service", scribe);
    callers.put("the patient", clients.patient(address));
    callers.put("their clinician", clients.clinician(address));
    Map<String, String> calls = new LinkedHashMap<>();
    calls.put("read Observation", "Observation/" + id);
    calls.put(
        "search 50 Observations",
        "Observation?patient=" + Cases.PATIENT + "&category=vital-signs&_count=50");
    report.heading("Cost of authorization, processor time of a call");
    calls.forEach(
        (what, path) ->
            callers.forEach(
                (who, client) -> {
                  List<Double> with = new ArrayList<>();
                  List<Double> without = new ArrayList<>();
                  List<Double> ratios = new ArrayList<>();
                  for (int round = -WARM_UP; round < rounds; round++) {
                    double closed = block(context, false, client, path);
                    double open = block(context, true, client, path);
                    if (round >= 0) {
                      with.add(closed);
                      without.add(open);
                      ratios.add(closed / open);
                    }
                  }
                  String name = what + ", as " + who;
                  report.row(name, "µs", Samples.of(with));
                  report.row(name + ", authorization off", "µs", Samples.of(without));
                  // Round by round, since the machine's own pace drifts from round to round.
                  report.row(name + ", ratio", "", Samples.of(ratios), AIM);
                }));
  }

  /** Microseconds of a call. */
  private double block(
      ConfigurableApplicationContext context, boolean open, Client client, String path) {
    // A token is fetched while authorization is on, and outside of what is timed.
    client.token();
    set(context, open);
    long before = serving();
    for (int i = 0; i < CALLS; i++) {
      int status = client.get(path).status();
      if (status != 200) {
        throw new IllegalStateException(path + " answered " + status);
      }
    }
    double micros = (serving() - before) / 1e3 / CALLS;
    set(context, false);
    return micros;
  }

  private void set(ConfigurableApplicationContext context, boolean open) {
    if (open == isOpen) {
      return;
    }
    isOpen = open;
    RestfulServer server = context.getBean(RestfulServer.class);
    IInterceptorService storage = context.getBean(IInterceptorService.class);
    DoorAccess door = context.getBean(DoorAccess.class);
    List<Object> inside =
        List.of(context.getBean(RecordAccess.class), context.getBean(CareKeeping.class));
    if (open) {
      server.unregisterInterceptor(door);
      inside.forEach(storage::unregisterInterceptor);
    } else {
      server.registerInterceptor(door);
      inside.forEach(storage::registerInterceptor);
    }
  }

  /** Processor nanoseconds of the threads that serve requests. */
  private long serving() {
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().contains("-exec-"))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
        .sum();
  }

  /** Lets the bench step around the security filter. */
  private final class PassableSecurity implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
      if (!name.equals("springSecurityFilterChain") || !(bean instanceof Filter security)) {
        return bean;
      }
      return (Filter)
          (request, response, chain) -> {
            if (isOpen) {
              chain.doFilter(request, response);
            } else {
              security.doFilter(request, response, chain);
            }
          };
    }
  }
}
