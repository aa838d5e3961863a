package org.equipoise.bench;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.equipoise.audit.AccessRecorder;
import org.equipoise.audit.WriteRecorder;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.springframework.context.ConfigurableApplicationContext;

/** What it costs that every access leaves an event. */
final class AuditMeasure extends CostMeasure {

  private static final int OBSERVATIONS = 50;
  private static final String READ = "read Observation";
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
    calls.put(READ, "Observation/" + id);
    calls.put(
        "search 50 Observations",
        "Observation?patient=" + Cases.PATIENT + "&category=vital-signs&_count=50");
    report.heading("Cost of access events, median time and processor time of a call");
    compare(
        callers, calls, rounds, "audit", call -> call.equals(READ) ? READ_AIM : SEARCH_AIM, true);
  }

  @Override
  Set<Class<?>> interceptors() {
    return Set.of(AccessRecorder.class, WriteRecorder.class);
  }
}
