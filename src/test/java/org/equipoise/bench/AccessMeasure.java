package org.equipoise.bench;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.Filter;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.security.access.CareKeeping;
import org.equipoise.security.access.DoorAccess;
import org.equipoise.security.access.RecordAccess;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;

/** What authorization costs: tokens and access rules. */
final class AccessMeasure extends CostMeasure {

  private static final int OBSERVATIONS = 50;
  private static final double AIM = 1.10;

  AccessMeasure(Clients clients, Report report) {
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
    calls.put("read Observation", "Observation/" + id);
    calls.put(
        "search 50 Observations",
        "Observation?patient=" + Cases.PATIENT + "&category=vital-signs&_count=50");
    report.heading("Cost of authorization, processor time of a call");
    compare(context, callers, calls, rounds, "authorization", AIM);
  }

  @Override
  void set(ConfigurableApplicationContext context, boolean off) {
    RestfulServer server = context.getBean(RestfulServer.class);
    IInterceptorService storage = context.getBean(IInterceptorService.class);
    DoorAccess door = context.getBean(DoorAccess.class);
    List<Object> inside =
        List.of(context.getBean(RecordAccess.class), context.getBean(CareKeeping.class));
    if (off) {
      server.unregisterInterceptor(door);
      inside.forEach(storage::unregisterInterceptor);
    } else {
      server.registerInterceptor(door);
      inside.forEach(storage::registerInterceptor);
    }
  }

  /** Lets the bench step around the security filter. */
  @Override
  BeanPostProcessor passable() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (!name.equals("springSecurityFilterChain") || !(bean instanceof Filter security)) {
          return bean;
        }
        return (Filter)
            (request, response, chain) -> {
              if (isOff()) {
                chain.doFilter(request, response);
              } else {
                security.doFilter(request, response, chain);
              }
            };
      }
    };
  }
}
