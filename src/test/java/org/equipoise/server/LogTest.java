package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What must never stand in the log does not, whether calls succeed or fail. */
class LogTest extends ServerTest {

  private static final String MARK = "Zq7VeryPrivate";

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("org.equipoise");
  private final Level rootLevel = root.getLevel();
  private final Level ourLevel = ours.getLevel();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    // As an operator would who looks for a fault.
    root.setLevel(Level.INFO);
    ours.setLevel(Level.DEBUG);
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void stop() {
    root.detachAppender(log);
    root.setLevel(rootLevel);
    ours.setLevel(ourLevel);
  }

  private HttpResponse<String> form(String path, String body) {
    return Api.send(
        HttpRequest.newBuilder(URI.create(server() + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private List<String> lines() {
    return List.copyOf(log.list).stream()
        .map(
            event ->
                event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
        .toList();
  }

  @Test
  void log_whenAnAppComesWithAnotherAddress_thenSaysWhyItIsNotAnswered() {
    Api.send(
        HttpRequest.newBuilder(
                URI.create(
                    server()
                        + "/oauth2/authorize?response_type=code&client_id=demo-app&scope=openid&state=1"
                        + "&redirect_uri=http%3A%2F%2Flocalhost%3A4567%2Fother"))
            .build());

    assertThat(lines())
        .anyMatch(
            line -> line.contains("client demo-app is refused") && line.contains("redirect_uri"));
  }

  @Test
  void log_whenCallsSucceedAndFail_thenHoldsNothingPrivate() {
    LoggerFactory.getLogger("org.equipoise.test").debug("The log is heard");

    // Tokens, secrets, assertions, codes, passwords, launch ids: good and bad ones.
    HttpResponse<String> good =
        Api.requestToken(server(), "demo-scribe", "demo", "system/Patient.cruds");
    String token = good.body().replaceAll("(?s).*\"access_token\":\"([^\"]+)\".*", "$1");
    Api.requestToken(server(), "demo-scribe", MARK + "-secret", "system/*.rs");
    form("/oauth2/token", "grant_type=authorization_code&code=" + MARK + "&code_verifier=" + MARK);
    form("/oauth2/token", "grant_type=refresh_token&refresh_token=" + MARK + "&client_id=" + MARK);
    form(
        "/oauth2/token",
        "grant_type=client_credentials&client_assertion_type="
            + "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion="
            + MARK
            + ".e30.x");
    form("/oauth2/introspect", "token=" + MARK + "&client_id=x&client_secret=" + MARK);
    form("/oauth2/revoke", "token=" + token + "&client_id=demo-scribe&client_secret=demo");
    form("/login", "username=" + MARK + "&password=" + MARK);
    form("/nowhere", "password=" + MARK);
    Api.send(
        HttpRequest.newBuilder(
                URI.create(
                    server()
                        + "/oauth2/authorize?response_type=code&client_id=x&launch="
                        + MARK
                        + "&state="
                        + MARK))
            .build());
    Api.bearing(server(), MARK + ".x.y").get("Patient");
    Api.bearing(server(), token.substring(0, token.length() - 3)).get("Patient");

    // Names, in what is stored, refused, searched for and asked wrongly.
    Patient patient = new Patient();
    patient.addName().setFamily(MARK);
    scribe().post("Patient", patient).ok(Patient.class);
    scribe().get("Patient?family=" + MARK);
    scribe().get("Patient?family=" + MARK + "&no-such-parameter=" + MARK);
    scribe().get("Patient/" + MARK);
    scribe().exchange("POST", "Patient", "application/fhir+json", "{\"name\": \"" + MARK);
    patient.setBirthDate(null).getText().setDivAsString("<div>" + MARK + "</div>");
    patient("anna").post("Patient", patient);
    anonymous().get("Patient?name=" + MARK);

    assertThat(lines())
        .anyMatch(line -> line.contains("The log is heard"))
        .noneMatch(line -> line.contains(MARK))
        .noneMatch(line -> line.contains(token))
        .noneMatch(line -> line.contains("eyJ"));
  }
}
