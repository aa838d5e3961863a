package org.equipoise.bench;

import java.net.URI;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.security.access.ConsentAccess;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What enforcing consent costs a search of 50, and whether that grows with the decisions of 10,000
 * other patients.
 */
final class ConsentMeasure extends CostMeasure {

  private static final int MATCHES = 50;
  private static final int OTHERS = 10_000;
  private static final double AIM = 1.15;

  ConsentMeasure(Clients clients, Report report) {
    super(clients, report);
  }

  @Override
  List<String> arguments(List<String> others) {
    return clients.withAi(others);
  }

  @Override
  void measure(ConfigurableApplicationContext context, URI address, int rounds) {
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
    Map<String, Client> programs = new LinkedHashMap<>(callers);
    programs.keySet().retainAll(Set.of("a service", "an AI"));
    Map<String, String> ofAnybody =
        Map.of("search 50 Observations of anybody", "Observation?category=vital-signs&_count=50");
    report.heading("Cost of enforcing consent, processor time of a call");
    compare(callers, calls, rounds, "enforcement", AIM);
    compare(programs, ofAnybody, rounds, "enforcement");
    othersDecide(context.getBean(JdbcTemplate.class));
    // Against the same without enforcement again, since that knows of no decision: what was
    // measured minutes ago was measured on a machine of another pace.
    report.heading("The same with what " + OTHERS + " other patients decided");
    compare(callers, calls, rounds, "enforcement", AIM);
    // Those who permit are not others here: it is their data that is searched.
    compare(programs, ofAnybody, rounds, "enforcement");
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

  @Override
  Set<Class<?>> interceptors() {
    return Set.of(ConsentAccess.class);
  }

  /** Lets the bench step around what is left out of searches and refused at the door. */
  @Override
  BeanPostProcessor passable() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof ConsentEnforcement held
            ? (ConsentEnforcement) caller -> isOff() ? new Open() : held.sight(caller)
            : bean;
      }
    };
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
