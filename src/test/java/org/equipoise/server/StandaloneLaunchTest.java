package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.equipoise.server.Browser.Page;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A person starts an app and allows it to see a record: what the certification suite (Inferno SMART
 * App Launch STU 2.2) looks at in a standalone launch, OpenID Connect, refresh and introspection.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandaloneLaunchTest extends ServerTest {

  private static final String SCOPES =
      "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs";

  @BeforeAll
  void record() {
    writeHousehold();
    TestUsers.create(this);
  }

  private SmartApp publicApp() {
    return new SmartApp(server(), "demo-app", null);
  }

  private SmartApp secretApp() {
    return new SmartApp(server(), "demo-app-symmetric", "demo");
  }

  private JsonNode tokens(SmartApp app, String scopes, String user) {
    Page answer = app.allow(new Browser(server()), app.request(scopes), user);
    HttpResponse<String> response = app.exchange(answer.parameters().get("code"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return SmartApp.json(response);
  }

  @Test
  void authorize_whenPatientAllows_thenBrowserReturnsWithCodeStateAndIssuer() {
    SmartApp app = publicApp();
    Map<String, String> request = app.request(SCOPES);

    Page answer = app.allow(new Browser(server()), request, TestUsers.ANNA);

    assertThat(answer.away()).isTrue();
    assertThat(answer.url().toString()).startsWith(SmartApp.REDIRECT + "?");
    assertThat(answer.parameters())
        .containsEntry("state", request.get("state"))
        .containsEntry("iss", server())
        .containsKey("code")
        .doesNotContainKey("error");
  }

  @Test
  void authorize_whenPosted_thenTheSame() {
    SmartApp app = publicApp();
    Browser browser = new Browser(server());
    Map<String, String> request = app.request(SCOPES);

    Page login = browser.post(server() + "/oauth2/authorize", Browser.encode(request));
    Page answer =
        SmartApp.decide(browser, SmartApp.login(browser, login, TestUsers.ANNA), List.of());

    assertThat(answer.parameters()).containsEntry("state", request.get("state"));
    assertThat(app.exchange(answer.parameters().get("code")).statusCode()).isEqualTo(200);
  }

  @Test
  void token_whenPublicApp_thenHasAllThatSmartAsks() {
    SmartApp app = publicApp();
    Page answer = app.allow(new Browser(server()), app.request(SCOPES), TestUsers.ANNA);

    HttpResponse<String> response = app.exchange(answer.parameters().get("code"));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(response.headers().firstValue("Pragma").orElse("")).contains("no-cache");
    JsonNode token = SmartApp.json(response);
    assertThat(token.path("token_type").asText()).isEqualToIgnoringCase("Bearer");
    assertThat(token.path("expires_in").isNumber()).isTrue();
    assertThat(Set.of(token.path("scope").asText().split(" ")))
        .isEqualTo(Set.of(SCOPES.split(" ")));
    assertThat(token.path("refresh_token").asText()).isNotBlank();
    assertThat(token.path("patient").asText()).isEqualTo("anna");
    assertThat(token.path("need_patient_banner").isBoolean()).isTrue();
    assertThat(token.has("fhirContext")).isFalse();
  }

  @Test
  void token_whenUsed_thenOpensThatRecordAndNoOther() {
    String token = tokens(publicApp(), SCOPES, TestUsers.ANNA).path("access_token").asText();
    Api api = Api.bearing(server(), token);

    assertThat(api.get("Patient/anna").status()).isEqualTo(200);
    assertThat(api.get("Observation?patient=anna").status()).isEqualTo(200);
    assertThat(api.get("Patient/ben").status()).isEqualTo(404);
    assertThat(api.get("Consent").status()).isEqualTo(403);
  }

  @Test
  void token_whenConfidentialApp_thenIssuedForItsProof() throws Exception {
    assertThat(tokens(secretApp(), SCOPES, TestUsers.ANNA).path("refresh_token").asText())
        .isNotBlank();

    SmartApp keyApp = new SmartApp(server(), "demo-app-asymmetric", null);
    Page answer = keyApp.allow(new Browser(server()), keyApp.request(SCOPES), TestUsers.ANNA);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", answer.parameters().get("code"));
    form.put("redirect_uri", SmartApp.REDIRECT);
    form.put("code_verifier", keyApp.verifier());
    form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    form.put("client_assertion", assertion("demo-app-asymmetric"));
    HttpResponse<String> response =
        Api.send(
            HttpRequest.newBuilder(URI.create(server() + "/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form)))
                .build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(SmartApp.json(response).path("patient").asText()).isEqualTo("anna");
  }

  private String assertion(String clientId) throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS384).keyID(TestClients.KEY.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(clientId)
                .subject(clientId)
                .audience(server() + "/oauth2/token")
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plusSeconds(120)))
                .build());
    jwt.sign(new RSASSASigner(TestClients.KEY));
    return jwt.serialize();
  }

  @Test
  void idToken_whenOpenidWasAllowed_thenSaysWhoLoggedIn() throws Exception {
    SmartApp app = publicApp();
    Map<String, String> request = app.request(SCOPES);
    request.put("nonce", "n-0S6_WzA2Mj");
    Page answer = app.allow(new Browser(server()), request, TestUsers.ANNA);
    JsonNode token = SmartApp.json(app.exchange(answer.parameters().get("code")));

    SignedJWT idToken = SignedJWT.parse(token.path("id_token").asText());
    JWKSet keys = JWKSet.load(URI.create(server() + "/oauth2/jwks").toURL());

    assertThat(idToken.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.RS256);
    assertThat(
            idToken.verify(
                new RSASSAVerifier(keys.getKeyByKeyId(idToken.getHeader().getKeyID()).toRSAKey())))
        .isTrue();
    JWTClaimsSet claims = idToken.getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo(server());
    assertThat(claims.getAudience()).containsExactly("demo-app");
    assertThat(claims.getSubject()).isNotBlank().hasSizeLessThan(256);
    assertThat(claims.getExpirationTime()).isAfter(new Date());
    assertThat(claims.getIssueTime()).isNotNull();
    assertThat(claims.getStringClaim("nonce")).isEqualTo("n-0S6_WzA2Mj");
    assertThat(claims.getStringClaim("fhirUser")).isEqualTo(server() + "/fhir/Patient/anna");
    Api api = Api.bearing(server(), token.path("access_token").asText());
    assertThat(api.get("Patient/anna").status()).isEqualTo(200);
  }

  @Test
  void idToken_whenClinicianLogsIn_thenTheirOwnPractitionerCanBeRead() {
    JsonNode token =
        tokens(publicApp(), "openid fhirUser user/Practitioner.rs", TestUsers.CLINICIAN);

    String fhirUser = SmartApp.claims(token.path("id_token").asText()).path("fhirUser").asText();

    assertThat(fhirUser).isEqualTo(server() + "/fhir/Practitioner/demo-practitioner");
    Api api = Api.bearing(server(), token.path("access_token").asText());
    assertThat(api.get("Practitioner/demo-practitioner").status()).isEqualTo(200);
    assertThat(token.has("patient")).isFalse();
  }

  @Test
  void refresh_whenWithAndWithoutScope_thenTokenWithTheSameContext() {
    SmartApp app = publicApp();
    JsonNode first = tokens(app, SCOPES, TestUsers.ANNA);

    HttpResponse<String> plain = app.refresh(first.path("refresh_token").asText());
    assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
    assertThat(plain.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(plain.headers().firstValue("Pragma").orElse("")).contains("no-cache");
    JsonNode second = SmartApp.json(plain);
    assertThat(second.path("patient").asText()).isEqualTo("anna");
    assertThat(second.path("refresh_token").asText())
        .isNotBlank()
        .isNotEqualTo(first.path("refresh_token").asText());

    HttpResponse<String> narrowed =
        app.token(
            Map.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                second.path("refresh_token").asText(),
                "scope",
                "patient/Observation.rs"));
    assertThat(narrowed.statusCode()).as(narrowed.body()).isEqualTo(200);
    JsonNode third = SmartApp.json(narrowed);
    assertThat(third.path("scope").asText()).isEqualTo("patient/Observation.rs");
    Api api = Api.bearing(server(), third.path("access_token").asText());
    assertThat(api.get("Observation?patient=anna").status()).isEqualTo(200);
    assertThat(api.get("Patient/anna").status()).isEqualTo(403);
  }

  @Test
  void refreshToken_whenNeitherOfflineNorOnlineAccess_thenNone() {
    JsonNode without = tokens(publicApp(), "launch/patient patient/Patient.rs", TestUsers.ANNA);
    assertThat(without.has("refresh_token")).isFalse();

    JsonNode online =
        tokens(publicApp(), "launch/patient online_access patient/Patient.rs", TestUsers.ANNA);
    assertThat(online.path("refresh_token").asText()).isNotBlank();
  }

  @Test
  void consent_whenUserTakesTicksAway_thenNotGranted() {
    SmartApp app = publicApp();
    Browser browser = new Browser(server());
    Page consent =
        SmartApp.login(browser, app.authorize(browser, app.request(SCOPES)), TestUsers.ANNA);

    Page answer =
        SmartApp.decide(browser, consent, List.of("patient/Observation.rs", "offline_access"));
    JsonNode token = SmartApp.json(app.exchange(answer.parameters().get("code")));

    assertThat(token.path("scope").asText())
        .contains("patient/Patient.rs")
        .doesNotContain("Observation", "offline_access");
    assertThat(token.has("refresh_token")).isFalse();
    Api api = Api.bearing(server(), token.path("access_token").asText());
    assertThat(api.get("Observation").status()).isEqualTo(403);
  }

  @Test
  void introspection_whenActiveAndNot_thenTellsWhatTheTokenResponseTold() {
    SmartApp app = secretApp();
    JsonNode token = tokens(app, SCOPES, TestUsers.ANNA);

    JsonNode active = SmartApp.json(app.introspect(token.path("access_token").asText()));
    JsonNode idToken = SmartApp.claims(token.path("id_token").asText());

    assertThat(active.path("active").asBoolean()).isTrue();
    assertThat(active.path("client_id").asText()).isEqualTo("demo-app-symmetric");
    assertThat(Set.of(active.path("scope").asText().split(" ")))
        .isEqualTo(Set.of(token.path("scope").asText().split(" ")));
    assertThat(active.path("exp").isNumber()).isTrue();
    assertThat(active.path("patient").asText()).isEqualTo("anna");
    assertThat(active.path("iss").asText()).isEqualTo(idToken.path("iss").asText());
    assertThat(active.path("sub").asText()).isEqualTo(idToken.path("sub").asText());
    assertThat(active.path("fhirUser").asText()).isEqualTo(idToken.path("fhirUser").asText());

    HttpResponse<String> invalid = app.introspect("invalid_token");
    assertThat(invalid.statusCode()).isEqualTo(200);
    assertThat(invalid.body()).isEqualTo("{\"active\":false}");
  }

  @Test
  void introspection_whenCodeOrIdToken_thenNoTokenThatOpensAnything() {
    SmartApp app = secretApp();
    String code =
        app.allow(new Browser(server()), app.request(SCOPES), TestUsers.ANNA)
            .parameters()
            .get("code");

    assertThat(app.introspect(code).body()).isEqualTo("{\"active\":false}");
    // Looking at it did not use it up.
    JsonNode token = SmartApp.json(app.exchange(code));
    assertThat(app.introspect(token.path("id_token").asText()).body())
        .isEqualTo("{\"active\":false}");
    assertThat(
            SmartApp.json(app.introspect(token.path("refresh_token").asText()))
                .path("active")
                .asBoolean())
        .isTrue();
  }

  @Test
  void introspection_whenTokenOfAnotherClient_thenOnlyForResourceServers() {
    String token = tokens(publicApp(), SCOPES, TestUsers.ANNA).path("access_token").asText();

    assertThat(SmartApp.json(secretApp().introspect(token)).path("active").asBoolean()).isTrue();
    SmartApp other = new SmartApp(server(), "patient-ben", SECRET);
    assertThat(other.introspect(token).body()).isEqualTo("{\"active\":false}");
  }

  @Test
  void revocation_whenAccessOrRefreshToken_thenFhirCallsEndAtOnce() {
    SmartApp app = publicApp();
    JsonNode token = tokens(app, SCOPES, TestUsers.ANNA);
    Api api = Api.bearing(server(), token.path("access_token").asText());
    assertThat(api.get("Patient/anna").status()).isEqualTo(200);

    assertThat(app.revoke(token.path("access_token").asText()).statusCode()).isEqualTo(200);

    Api.Answer refused = api.get("Patient/anna");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate").orElse("")).contains("invalid_token");

    JsonNode again = SmartApp.json(app.refresh(token.path("refresh_token").asText()));
    Api renewed = Api.bearing(server(), again.path("access_token").asText());
    assertThat(renewed.get("Patient/anna").status()).isEqualTo(200);
    assertThat(app.revoke(again.path("refresh_token").asText()).statusCode()).isEqualTo(200);
    assertThat(renewed.get("Patient/anna").status()).isEqualTo(401);
    assertThat(app.refresh(again.path("refresh_token").asText()).statusCode()).isEqualTo(400);
  }

  @Test
  void onlineAccess_whenUserLogsOut_thenEndsAndOfflineAccessGoesOn() {
    Browser browser = new Browser(server());
    SmartApp online = publicApp();
    SmartApp offline = secretApp();
    Page first =
        online.allow(
            browser,
            online.request("launch/patient online_access patient/Patient.rs"),
            TestUsers.ANNA);
    JsonNode whileHere = SmartApp.json(online.exchange(first.parameters().get("code")));
    Page second =
        offline.allow(
            browser,
            offline.request("launch/patient offline_access patient/Patient.rs"),
            TestUsers.ANNA);
    JsonNode always = SmartApp.json(offline.exchange(second.parameters().get("code")));

    Page apps = browser.get(server() + "/apps");
    browser.submit(apps.form("form[action$=/logout]"), Map.of(), List.of(), null);

    assertThat(
            Api.bearing(server(), whileHere.path("access_token").asText())
                .get("Patient/anna")
                .status())
        .isEqualTo(401);
    assertThat(online.refresh(whileHere.path("refresh_token").asText()).statusCode())
        .isEqualTo(400);
    assertThat(offline.refresh(always.path("refresh_token").asText()).statusCode()).isEqualTo(200);
  }

  @Test
  void consent_whenOperatorApprovedTheApp_thenCliniciansAreNotAskedAndPatientsAre() {
    SmartApp app = new SmartApp(server(), "approved-app", null);
    Browser clinician = new Browser(server());
    Page page =
        SmartApp.login(
            clinician,
            app.authorize(clinician, app.request("openid fhirUser user/Patient.rs")),
            TestUsers.CLINICIAN);

    assertThat(page.document().select("input[type=checkbox]")).isEmpty();
    Page answer = clinician.submit(page.form("form#approved"), Map.of(), List.of(), null);
    assertThat(app.exchange(answer.parameters().get("code")).statusCode()).isEqualTo(200);

    Browser patient = new Browser(server());
    Page asked =
        SmartApp.login(
            patient,
            app.authorize(patient, app.request("openid fhirUser user/Patient.rs")),
            TestUsers.ANNA);
    assertThat(asked.document().select("input[type=checkbox]")).isNotEmpty();
  }

  @Test
  void idToken_whenRepresentativeOnlyLogsIn_thenSaysWhoTheyAre() {
    JsonNode token = tokens(publicApp(), "openid fhirUser", TestUsers.BROTHER);

    assertThat(SmartApp.claims(token.path("id_token").asText()).path("fhirUser").asText())
        .isEqualTo(server() + "/fhir/RelatedPerson/annas-brother");
    Api api = Api.bearing(server(), token.path("access_token").asText());
    assertThat(api.get("RelatedPerson/annas-brother").status()).isEqualTo(200);
    assertThat(api.get("Patient/anna").status()).isEqualTo(403);
  }

  @Test
  void token_whenRepresentationEnds_thenEndsAtOnce() {
    for (String how : List.of("active", "deleted", "elsewhere")) {
      String id = "annas-aunt-" + how;
      RelatedPerson aunt =
          new RelatedPerson().setActive(true).setPatient(new Reference("Patient/anna"));
      aunt.setId(id);
      scribe().put(aunt).ok(RelatedPerson.class);
      TestUsers.create(this, id, "Aunt", List.of("RelatedPerson/" + id));
      JsonNode token = tokens(publicApp(), SCOPES, id);
      Api api = Api.bearing(server(), token.path("access_token").asText());
      assertThat(token.path("patient").asText()).isEqualTo("anna");
      assertThat(api.get("Patient/anna").status()).isEqualTo(200);

      aunt.addName().setText("Aunt Ida");
      scribe().put(aunt).ok(RelatedPerson.class);
      assertThat(api.get("Patient/anna").status()).as("a name changes nothing").isEqualTo(200);
      switch (how) {
        case "active" -> scribe().put(aunt.setActive(false)).ok(RelatedPerson.class);
        case "deleted" -> scribe().delete("RelatedPerson/" + id);
        default ->
            scribe().put(aunt.setPatient(new Reference("Patient/ben"))).ok(RelatedPerson.class);
      }

      assertThat(api.get("Patient/anna").status()).as(how).isEqualTo(401);
      assertThat(publicApp().refresh(token.path("refresh_token").asText()).statusCode())
          .as(how)
          .isEqualTo(400);
    }
  }
}
