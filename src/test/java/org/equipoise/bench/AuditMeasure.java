package org.equipoise.bench;

import java.net.URI;
import java.util.List;
import java.util.Set;
import org.equipoise.audit.AccessRecorder;
import org.equipoise.audit.WriteRecorder;
import org.springframework.context.ConfigurableApplicationContext;

/** What it costs that every access leaves an event. */
final class AuditMeasure extends CostMeasure {

  private static final double READ_AIM = 1.25;
  private static final double SEARCH_AIM = 1.10;

  AuditMeasure(Clients clients, Report report) {
    super(clients, report);
  }

  @Override
  List<String> arguments(List<String> others) {
    return clients.all(others);
  }

  @Override
  void measure(ConfigurableApplicationContext context, URI address, int rounds) {
    Reads reads = Reads.on(address, clients);
    report.heading("Cost of access events, median time and processor time of a call");
    compare(
        reads.callers(),
        reads.calls(),
        rounds,
        "audit",
        call -> call.equals(Reads.READ) ? READ_AIM : SEARCH_AIM,
        true);
  }

  @Override
  Set<Class<?>> interceptors() {
    return Set.of(AccessRecorder.class, WriteRecorder.class);
  }
}
