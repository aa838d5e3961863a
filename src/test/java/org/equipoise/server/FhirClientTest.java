package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * An app written against {@code fhirclient}, in a real browser: launched by a person and by an EHR,
 * it reads the patient, searches, reads its user and refreshes its token.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FhirClientTest extends ServerTest {

  private Playwright playwright;
  private Browser browser;
  private BrowserContext context;
  private Page page;

  @BeforeAll
  void start() {
    Chromium.assumeInstalled();
    assumeTrue(
        Files.isReadable(AppServer.LIBRARY),
        "No " + AppServer.LIBRARY + " (npm ci in src/test/browser): no app was launched");
    writeHousehold();
    TestUsers.create(this);
    Observation weight = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    weight.getCode().setText("weight");
    weight.setSubject(new Reference("Patient/anna"));
    scribe().post("Observation", weight).ok(Observation.class);
    playwright = Chromium.playwright();
    browser = Chromium.launch(playwright);
  }

  @AfterAll
  void stop() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @BeforeEach
  void newVisitor() {
    context = browser.newContext();
    page = context.newPage();
  }

  @AfterEach
  void leave() {
    context.close();
  }

  private void logInAndAllow(String username) {
    page.locator("input[name=username]").fill(username);
    page.locator("input[name=password]").fill(TestUsers.PASSWORD);
    page.locator("form:has(input[name=password]) button[type=submit]").click();
    page.waitForURL("**/consent**");
    page.locator("button[form=allow]").click();
  }

  private JsonNode result() {
    Locator result = page.locator("#result:not(:empty)");
    result.waitFor();
    String text = result.textContent();
    assertThat(text).doesNotContain("FAILED");
    try {
      return new ObjectMapper().readTree(text);
    } catch (java.io.IOException e) {
      throw new AssertionError(text, e);
    }
  }

  @Test
  void standalone_whenPatientAllows_thenAppReadsSearchesAndRefreshes() {
    page.navigate(TestClients.APP_SERVER.address("/standalone.html?iss=" + server() + "/fhir"));
    logInAndAllow(TestUsers.ANNA);

    JsonNode result = result();

    assertThat(result.path("patient").asText()).isEqualTo("anna");
    assertThat(result.path("found").asInt()).isPositive();
    assertThat(result.path("user").asText()).isEqualTo("Patient/anna");
    assertThat(result.path("refreshed").asBoolean()).isTrue();
    assertThat(result.path("patientAfterRefresh").asText()).isEqualTo("anna");
  }

  @Test
  void ehrLaunch_whenClinicianAllows_thenAppOpensWithThePatientOfTheLaunch() {
    String launch =
        """
        {"client_id": "%s", "user": "Practitioner/demo-practitioner", "patient": "Patient/anna"}
        """
            .formatted(AppServer.CLIENT_ID);
    HttpResponse<String> launched =
        Api.send(
            HttpRequest.newBuilder(URI.create(server() + "/smart/launch"))
                .header("Content-Type", "application/json")
                .header(
                    "Authorization",
                    "Bearer " + Api.as(server(), "demo-ehr", "demo", "launch.create").token())
                .POST(HttpRequest.BodyPublishers.ofString(launch))
                .build());
    page.navigate(SmartApp.json(launched).path("launch_url").asText());
    logInAndAllow(TestUsers.CLINICIAN);

    JsonNode result = result();

    assertThat(result.path("patient").asText()).isEqualTo("anna");
    assertThat(result.path("found").asInt()).isPositive();
    assertThat(result.path("user").asText()).isEqualTo("Practitioner/demo-practitioner");
    assertThat(result.path("refreshed").asBoolean()).isTrue();
  }
}
