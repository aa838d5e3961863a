package org.equipoise.bench;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.equipoise.EquipoiseServer;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What a part of the server costs: processor time of the server's own threads for one call, with
 * that part and without. The server has no switch for it: it runs in this JVM, and the bench steps
 * around the part, a few calls at a time.
 */
abstract class CostMeasure {

  private static final int WARM_UP = 6;

  /** Calls of a round, each with the part and without, in turn by this many. */
  private static final int CALLS = 100;

  private static final int IN_TURN = 10;

  protected final Clients clients;
  protected final Report report;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private volatile boolean isOff;

  CostMeasure(Clients clients, Report report) {
    this.clients = clients;
    this.report = report;
  }

  /**
   * Starts a server, measures it, and ends it.
   *
   * @param arguments of the server
   * @param rounds that are measured
   */
  final void run(List<String> arguments, int rounds) {
    List<String> all = new ArrayList<>(arguments(arguments));
    all.addAll(List.of("--server.port=0", "--equipoise.scheduling=false"));
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(EquipoiseServer.class)
            .initializers(
                made -> {
                  made.getBeanFactory().addBeanPostProcessor(switched());
                  made.getBeanFactory().addBeanPostProcessor(passable());
                })
            .run(all.toArray(String[]::new))) {
      int port = ((WebServerApplicationContext) context).getWebServer().getPort();
      measure(context, URI.create("http://localhost:" + port), rounds);
    }
  }

  /** These, and those of the callers. */
  abstract List<String> arguments(List<String> others);

  /** The interceptors, of requests or of storage, that belong to the part. */
  abstract Set<Class<?>> interceptors();

  /** Makes other beans that ask {@link #isOff} whether to do what they are there for. */
  BeanPostProcessor passable() {
    return new BeanPostProcessor() {};
  }

  private BeanPostProcessor switched() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof RestfulServer server) {
          server.setInterceptorService(switched(server.getInterceptorService()));
        }
        return bean instanceof IInterceptorService storage ? switched(storage) : bean;
      }
    };
  }

  private SwitchedInterceptors switched(IInterceptorService all) {
    SwitchedInterceptors switched = new SwitchedInterceptors(interceptors(), this::isOff);
    switched.registerInterceptors(all.getAllRegisteredInterceptors());
    return switched;
  }

  abstract void measure(ConfigurableApplicationContext context, URI address, int rounds);

  final boolean isOff() {
    return isOff;
  }

  /**
   * Reports each call of each caller with the part, without it, and how these compare.
   *
   * @param callers by what they are called
   * @param calls paths, by what they are called
   * @param part what is left out, in the words of the report
   * @param aim the most that the ratio should be
   */
  final void compare(
      Map<String, Client> callers, Map<String, String> calls, int rounds, String part, double aim) {
    compare(callers, calls, rounds, part, call -> aim, false);
  }

  /** The same, where no aim is set. */
  final void compare(
      Map<String, Client> callers, Map<String, String> calls, int rounds, String part) {
    compare(callers, calls, rounds, part, call -> null, false);
  }

  /** What one call costs: processor time of the server in microseconds, and the median time. */
  private record Cost(double micros, double millis) {}

  /**
   * The same, and the time that the client waits.
   *
   * @param aim for each call the most that the ratio should be: of the time where that is reported,
   *     else of the processor time; null for none
   */
  final void compare(
      Map<String, Client> callers,
      Map<String, String> calls,
      int rounds,
      String part,
      Function<String, Double> aim,
      boolean times) {
    calls.forEach(
        (what, path) ->
            callers.forEach(
                (who, client) -> {
                  List<Cost> with = new ArrayList<>();
                  List<Cost> without = new ArrayList<>();
                  for (int round = -WARM_UP; round < rounds; round++) {
                    Costs costs = round(client, path);
                    if (round >= 0) {
                      with.add(costs.with());
                      without.add(costs.without());
                    }
                  }
                  String name = what + ", as " + who;
                  Double most = aim.apply(what);
                  if (times) {
                    report(name, "ms", part, with, without, Cost::millis, most);
                    report(name, "µs", part, with, without, Cost::micros, null);
                  } else {
                    report(name, "µs", part, with, without, Cost::micros, most);
                  }
                }));
  }

  private void report(
      String name,
      String unit,
      String part,
      List<Cost> with,
      List<Cost> without,
      ToDoubleFunction<Cost> cost,
      Double aim) {
    report.row(name, unit, Samples.of(with.stream().map(cost::applyAsDouble).toList()));
    report.row(
        name + ", " + part + " off",
        unit,
        Samples.of(without.stream().map(cost::applyAsDouble).toList()));
    // Round by round, since the machine's own pace drifts from round to round.
    Samples ratios =
        Samples.of(
            IntStream.range(0, with.size())
                .mapToObj(i -> cost.applyAsDouble(with.get(i)) / cost.applyAsDouble(without.get(i)))
                .toList());
    if (aim == null) {
      report.row(name + ", ratio of " + unit, "", ratios);
    } else {
      report.row(name + ", ratio", "", ratios, aim);
    }
  }

  private record Costs(Cost with, Cost without) {}

  /**
   * The machine's pace changes within seconds, so the halves of a round take turns every few
   * milliseconds, and which goes first changes each time.
   */
  private Costs round(Client client, String path) {
    // A token is fetched while the part is on, outside of what is timed, and lasts for the round.
    client.token(Duration.ofMinutes(2));
    Half with = new Half(false);
    Half without = new Half(true);
    for (int done = 0; done < CALLS; done += 2 * IN_TURN) {
      with.call(client, path);
      without.call(client, path);
      without.call(client, path);
      with.call(client, path);
    }
    return new Costs(with.cost(), without.cost());
  }

  /** The calls of a round that are made with the part, or without. */
  private final class Half {

    private final boolean withoutPart;
    private final List<Double> millis = new ArrayList<>(CALLS);
    private long nanos;

    Half(boolean withoutPart) {
      this.withoutPart = withoutPart;
    }

    void call(Client client, String path) {
      isOff = withoutPart;
      long before = serving();
      for (int i = 0; i < IN_TURN; i++) {
        Client.Answer answer = client.get(path);
        if (answer.status() != 200) {
          throw new IllegalStateException(path + " answered " + answer.status());
        }
        millis.add(answer.millis());
      }
      nanos += serving() - before;
      isOff = false;
    }

    Cost cost() {
      return new Cost(nanos / 1e3 / millis.size(), Samples.of(millis).median());
    }
  }

  /** Processor nanoseconds of the threads that serve requests. */
  private long serving() {
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().contains("-exec-"))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
        .sum();
  }
}
