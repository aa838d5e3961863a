package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What common mistakes are told in: words that name what is at fault, and nothing of our inside.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientMistakesTest extends ServerTest {

  private static final String JSON = "application/fhir+json";
  private static final String XML = "application/fhir+xml";
  private static final String FORM = "application/x-www-form-urlencoded";

  /** Numbers of the engine, names of classes, SQL, stack traces, paths of files. */
  private static final Pattern INSIDE =
      Pattern.compile(
          "HAPI-\\d|\\b(?:ca\\.uhn|org\\.hl7\\.fhir\\.[a-z]|com\\.(?:ctc|fasterxml)|java\\.|javax\\.|jakarta\\."
              + "|org\\.(?:h2|postgresql|hibernate|springframework|equipoise)\\.)|Exception\\b"
              + "|(?i)\\b(?:select .+ from|insert into|hfj_|eqp_|could not execute|constraint \\[)"
              + "|\\bat [a-z]+\\.[a-z]+\\.[A-Z]|unknown-source|REDACTED|\\(`|/home/|/tmp/|[A-Z]:\\\\");

  @BeforeAll
  void household() {
    writeHousehold();
  }

  private static Arguments of(
      String method, String path, String type, String body, String... words) {
    return Arguments.of(method, path, type, body, List.of(words));
  }

  static Stream<Arguments> mistakes() {
    String patient = "{\"resourceType\":\"Patient\",%s}";
    return Stream.of(
        // Reads and addresses
        of("GET", "Patient/no%20such", JSON, null),
        of("GET", "Patient/nobody", JSON, null, "Patient/nobody"),
        of("GET", "Patient/anna/_history/999", JSON, null, "Patient/anna"),
        of("GET", "Patient/anna/_history/first", JSON, null),
        of("GET", "Patiend/anna", JSON, null, "Patiend"),
        of("GET", "Patient/anna/$no-such", JSON, null, "no-such"),
        of("GET", "Patient/anna/nonsense", JSON, null),
        of("GET", "nonsense", JSON, null, "nonsense"),
        of("PUT", "Patient", JSON, patient.formatted("\"active\":true")),
        of("POST", "Patient/anna", JSON, patient.formatted("\"active\":true")),
        // Searches
        of("GET", "Patient?nonsense=1", JSON, null, "nonsense"),
        of("GET", "Patient?birthdate=yesterday", JSON, null, "birthdate", "yesterday"),
        of("GET", "Patient?birthdate=2020-13-45", JSON, null, "2020-13-45"),
        of("GET", "Patient?_lastUpdated=soon", JSON, null, "soon"),
        of("GET", "Patient?_sort=nonsense", JSON, null, "nonsense"),
        of("GET", "Patient?_include=nonsense", JSON, null, "nonsense"),
        of("GET", "Patient?_include=Patient:nonsense", JSON, null, "nonsense"),
        of("GET", "Patient?_revinclude=Nonsense:subject", JSON, null, "Nonsense"),
        of("GET", "Patient?_count=many", JSON, null, "_count"),
        of("GET", "Patient?_offset=-1", JSON, null, "_offset"),
        of("GET", "Patient?_has:Nonsense:subject:code=1", JSON, null, "Nonsense"),
        of("GET", "Patient?_has=1", JSON, null),
        of("GET", "Observation?subject.nonsense=1", JSON, null, "nonsense"),
        of("GET", "Observation?value-quantity=lots", JSON, null),
        of("GET", "Observation?date=gt", JSON, null),
        of("GET", "Observation?_filter=x", JSON, null, "_filter"),
        of("POST", "Patient/_search", FORM, "nonsense=1", "nonsense"),
        // Bodies
        of("POST", "Patient", JSON, "nonsense"),
        of("POST", "Patient", JSON, ""),
        of("POST", "Patient", JSON, "{"),
        of("POST", "Patient", JSON, "{\"resourceType\":\"Patient\",\"active\":tru}"),
        of("POST", "Patient", JSON, "{\"active\":true}", "resourceType"),
        of("POST", "Patient", JSON, "{\"resourceType\":\"Nonsense\"}", "Nonsense"),
        of("POST", "Patient", JSON, "{\"resourceType\":\"Observation\"}", "Observation"),
        of("POST", "Patient", JSON, patient.formatted("\"nonsense\":1"), "nonsense"),
        of("POST", "Patient", JSON, patient.formatted("\"active\":\"maybe\""), "maybe"),
        of("POST", "Patient", JSON, patient.formatted("\"birthDate\":\"yesterday\""), "yesterday"),
        of("POST", "Patient", JSON, patient.formatted("\"gender\":\"robot\""), "robot"),
        of("POST", "Patient", JSON, patient.formatted("\"name\":\"Anna\""), "name"),
        of("POST", "Patient", JSON, patient.formatted("\"name\":[\"Anna\"]"), "name"),
        of("POST", "Patient", JSON, patient.formatted("\"multipleBirthInteger\":1.5")),
        of("POST", "Patient", XML, "<nonsense"),
        of(
            "POST",
            "Patient",
            XML,
            "<Patient xmlns=\"http://hl7.org/fhir\"><active value=\"true\">"),
        of("POST", "Patient", XML, "<Patient xmlns=\"http://hl7.org/fhir\"><nonsense/></Patient>"),
        of(
            "POST",
            "Patient",
            XML,
            "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"),
        of("POST", "Patient", "text/plain", "Anna"),
        of("POST", "Observation", JSON, "{\"resourceType\":\"Observation\"}", "Observation.status"),
        of(
            "POST",
            "Observation",
            JSON,
            "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},"
                + "\"subject\":{\"reference\":\"Patient/nobody-at-all\"}}",
            "Patient/nobody-at-all"),
        of(
            "POST",
            "Observation",
            JSON,
            "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},"
                + "\"subject\":{\"reference\":\"Nonsense/1\"}}"),
        of("PUT", "Patient/anna", JSON, patient.formatted("\"active\":true")),
        of("PUT", "Patient/anna", JSON, patient.formatted("\"id\":\"ben\""), "ben"),
        // Patches
        of("PATCH", "Patient/anna", "application/json-patch+json", "nonsense"),
        of("PATCH", "Patient/anna", "application/json-patch+json", "[{\"op\":\"nonsense\"}]"),
        of(
            "PATCH",
            "Patient/anna",
            "application/json-patch+json",
            "[{\"op\":\"replace\",\"path\":\"/nonsense/0\",\"value\":1}]"),
        of(
            "PATCH",
            "Patient/anna",
            JSON,
            "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":[{\"name\":\"type\","
                + "\"valueCode\":\"nonsense\"}]}]}"),
        // Bundles
        of("POST", "", JSON, "{\"resourceType\":\"Bundle\",\"type\":\"collection\"}"),
        of("POST", "", JSON, "{\"resourceType\":\"Bundle\",\"type\":\"nonsense\"}", "nonsense"),
        of(
            "POST",
            "",
            JSON,
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                + "{\"resourceType\":\"Patient\"}}]}"));
  }

  @ParameterizedTest(name = "{0} {1} {3}")
  @MethodSource("mistakes")
  void refusal_whenAClientErrs_thenNamesTheFaultAndNothingOfTheInside(
      String method, String path, String type, String body, List<String> words) {
    Api.Answer answer = scribe().exchange(method, path, type, body);

    assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
    assertClear(answer.as(OperationOutcome.class));
    words.forEach(word -> assertThat(answer.body()).contains(word));
  }

  @Test
  void batch_whenEntriesErr_thenEachIsToldSo() {
    Bundle batch = new Bundle().setType(Bundle.BundleType.BATCH);
    for (String url : List.of("Patient?nonsense=1", "Patient?birthdate=yesterday", "Nonsense/1")) {
      batch.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(url);
    }
    Bundle answered = scribe().post("", batch).ok(Bundle.class);

    assertThat(answered.getEntry()).hasSize(3);
    answered
        .getEntry()
        .forEach(
            entry -> {
              assertThat(entry.getResponse().getStatus()).startsWith("4");
              assertClear((OperationOutcome) entry.getResponse().getOutcome());
            });
  }

  private static void assertClear(OperationOutcome outcome) {
    assertThat(outcome.getIssue()).isNotEmpty();
    outcome
        .getIssue()
        .forEach(
            issue -> {
              assertThat(issue.getDiagnostics()).isNotBlank();
              assertThat(issue.getDiagnostics()).doesNotContainPattern(INSIDE);
            });
  }
}
