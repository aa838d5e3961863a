package org.equipoise.server;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.equipoise.bench.Server;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.Tag;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * A test against the whole server over HTTP, security on. All such tests share one application
 * context, since starting one costs more than most tests; each uses patients of its own.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.DEFINED_PORT)
@ActiveProfiles({"demo", "test"})
@Tag("server")
public abstract class ServerTest {

  /** The secret of the clients that only tests have. */
  protected static final String SECRET = "only-in-tests";

  /**
   * Where HAPI numbers the names of types and search parameters, in its own time; no record's data.
   */
  private static final Set<String> NUMBERED_NAMES =
      Set.of("hfj_resource_type", "hfj_spidx_identity");

  /** What the server keeps beside the resources, written with them. */
  private static final Set<String> KEPT_TABLES =
      Set.of(
          "eqp_ai_content",
          "eqp_ai_document",
          "eqp_ai_link",
          "eqp_care_relation",
          "eqp_consent_statement",
          "eqp_deidentified_consent",
          "eqp_lock",
          "eqp_parked",
          "eqp_parked_reader",
          "eqp_practitioner_organization",
          "eqp_practitioner_role",
          "eqp_request");

  @LocalServerPort private int port;

  @Autowired protected JdbcTemplate jdbc;

  @Autowired private ApplicationContext context;

  @DynamicPropertySource
  static void testClients(DynamicPropertyRegistry registry) {
    // A port that is known before the server starts, since its own address stands in tokens, links
    // and redirects.
    int free = Server.freePort();
    registry.add("server.port", () -> free);
    TestClients.properties(SECRET).forEach((key, value) -> registry.add(key, () -> value));
  }

  /** A part of the running server. */
  protected <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** One of several of its kind. */
  protected <T> T bean(String name, Class<T> type) {
    return context.getBean(name, type);
  }

  protected String server() {
    return "http://localhost:" + port;
  }

  /** An AI scribe with everything a backend service may hold. */
  protected Api scribe() {
    return Api.as(server(), "demo-scribe", "demo", "system/*.cruds");
  }

  protected Api practitioner() {
    return Api.as(server(), "demo-practitioner", "demo", "user/*.cruds");
  }

  protected Api anonymous() {
    return Api.anonymous(server());
  }

  /** One of the two patients that tests have clients for: {@code anna} or {@code ben}. */
  protected Api patient(String name) {
    return Api.as(server(), "patient-" + name, SECRET, "patient/*.cruds");
  }

  /**
   * Writes {@link TestRecords#household}, whose patients permit that AIs write about them; the
   * consent of {@code anna} and {@code ben} is asked once.
   */
  protected void writeHousehold() {
    scribe().post("", TestRecords.household()).ok(Bundle.class);
    for (String name : new String[] {"anna", "ben"}) {
      permitDocumentation(patient(name), name);
    }
  }

  /** Has a patient permit in person that any AI writes about them, unless they did already. */
  protected void permitDocumentation(Api patient, String id) {
    int given =
        jdbc.queryForObject(
            "select count(*) from eqp_consent_statement where patient_id = ?"
                + " and purpose = 'ai-documentation' and permit = true and documents = ''",
            Integer.class,
            id);
    if (given == 0) {
      patient
          .post("Patient/" + id + "/$decide-ai-use", TestCalls.permit("ai-documentation"))
          .ok(Parameters.class);
    }
  }

  /** Rows of every table that a request could have written to, to compare before and after. */
  protected Map<String, Long> rowCounts() {
    Map<String, Long> counts = new HashMap<>();
    for (String table :
        jdbc.queryForList(
            "select table_name from information_schema.tables where lower(table_name) like 'hfj_%'"
                + " or lower(table_name) like 'eqp_%'",
            String.class)) {
      String name = table.toLowerCase(Locale.ROOT);
      if (name.startsWith("eqp_") ? KEPT_TABLES.contains(name) : !NUMBERED_NAMES.contains(name)) {
        counts.put(table, jdbc.queryForObject("select count(*) from " + table, Long.class));
      }
    }
    return counts;
  }
}
