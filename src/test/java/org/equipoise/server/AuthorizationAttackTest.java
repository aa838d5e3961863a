package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.server.Browser.Page;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What attackers do, and certification does not look at (RFC 9700, RFC 7636, RFC 8725). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorizationAttackTest extends ServerTest {

  private static final String SCOPES = "launch/patient offline_access patient/Patient.rs";

  @BeforeAll
  void record() {
    writeHousehold();
    TestUsers.create(this);
  }

  private SmartApp app() {
    return new SmartApp(server(), "demo-app", null);
  }

  private String code(SmartApp app) {
    Page answer = app.allow(new Browser(server()), app.request(SCOPES), TestUsers.ANNA);
    return answer.parameters().get("code");
  }

  private static void assertRefused(HttpResponse<String> answer, String error) {
    JsonNode body = SmartApp.json(answer);
    assertThat(body.path("error").asText()).as(answer.body()).isEqualTo(error);
    Set<String> names = new HashSet<>();
    body.fieldNames().forEachRemaining(names::add);
    assertThat(names).isSubsetOf("error", "error_description");
    assertThat(answer.statusCode()).isEqualTo(error.equals("invalid_client") ? 401 : 400);
    assertThat(answer.body()).doesNotContain("access_token", "Exception", "springframework");
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(answer.headers().firstValue("Pragma").orElse("")).contains("no-cache");
  }

  // ---- the request

  @ParameterizedTest
  @CsvSource({
    "code_challenge,, invalid_request",
    "code_challenge, x, invalid_request",
    "code_challenge, 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=', invalid_request",
    "code_challenge_method, plain, invalid_request",
    "code_challenge_method,, invalid_request",
    "aud, https://elsewhere.example/fhir, invalid_request",
    "aud,, invalid_request",
    "state,, invalid_request",
    "scope,, invalid_scope",
    "scope, system/*.rs, invalid_scope",
    "scope, operator, invalid_scope",
    "scope, patient/Patient.sr, invalid_scope",
    "scope, patient/Observation.rs?subject.name=x, invalid_scope",
    "scope, patient/Patient.rs?_has:Observation:patient:code=1, invalid_scope",
    "scope, nonsense, invalid_scope",
    "scope, patient/Foo.rs, invalid_scope",
    "scope, patient/Observation.rs?code=a%00b, invalid_scope",
    "response_type, token, unsupported_response_type",
    "response_type,, invalid_request",
    "response_mode, fragment, invalid_request",
    "request, eyJhbGciOiJub25lIn0.e30., request_not_supported",
    "request_uri, urn:ietf:params:oauth:request_uri:x, request_uri_not_supported"
  })
  void authorize_whenParameterIsMissingOrWrongOrNotOffered_thenTheAppIsToldAndKnowsItsState(
      String parameter, String value, String error) {
    SmartApp app = app();
    Map<String, String> request = app.request(SCOPES);
    if (value == null) {
      request.remove(parameter);
    } else {
      request.put(parameter, value);
    }

    Page answer = app.authorize(new Browser(server()), request);

    assertThat(answer.away()).as(answer.url().toString()).isTrue();
    assertThat(answer.url().toString()).startsWith(SmartApp.REDIRECT + "?");
    Map<String, String> told = new LinkedHashMap<>(answer.parameters());
    assertThat(told.getOrDefault("error_description", "")).doesNotContain("OAuth");
    told.remove("error_description");
    Map<String, String> expected = new LinkedHashMap<>(Map.of("error", error, "iss", server()));
    if (request.containsKey("state")) {
      expected.put("state", request.get("state"));
    }
    assertThat(told).containsExactlyInAnyOrderEntriesOf(expected);
    // Whose address is not known for certain hears nothing.
    request.put("redirect_uri", "https://evil.example/");
    Page elsewhere = app.authorize(new Browser(server()), request);
    assertThat(elsewhere.away()).isFalse();
    assertThat(elsewhere.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:4567/custom/smart/redirect/",
        "http://localhost:4567/custom/smart/redirect?x=1",
        "http://localhost:4567/custom/smart/redirect#x",
        "http://localhost:4568/custom/smart/redirect",
        "http://LOCALHOST:4567/custom/smart/redirect",
        "http://localhost:4567/custom/smart/../smart/redirect",
        "http://localhost:4567@evil.example/custom/smart/redirect",
        "https://evil.example/",
        "javascript:alert(1)",
        ""
      })
  void authorize_whenRedirectIsNotRegisteredToTheLetter_thenNobodyIsSentAnywhere(String redirect) {
    SmartApp app = app();
    Map<String, String> request = app.request(SCOPES);
    request.put("redirect_uri", redirect);

    Page answer = app.authorize(new Browser(server()), request);

    assertThat(answer.away()).isFalse();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.response().body()).doesNotContain("evil.example");
  }

  @Test
  void authorize_whenClientIsUnknown_thenNobodyIsSentAnywhere() {
    SmartApp app = new SmartApp(server(), "nobody", null);
    Page answer = app.authorize(new Browser(server()), app.request(SCOPES));

    assertThat(answer.away()).isFalse();
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void authorize_whenParameterComesTwice_thenRefused() {
    SmartApp app = app();
    String query = Browser.encode(app.request(SCOPES));
    for (String twice : List.of("aud", "scope", "client_id", "redirect_uri", "code_challenge")) {
      Page answer =
          new Browser(server())
              .get(server() + "/oauth2/authorize?" + query + "&" + twice + "=http://evil.example");
      assertThat(answer.away() && answer.parameters().containsKey("code")).isFalse();
      assertThat(answer.isAt("/login")).as(twice).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", "scope", "nonce", "launch", "prompt"})
  void authorize_whenParameterComesTwice_thenTheAppIsToldWhichOne(String twice) {
    SmartApp app = app();
    Map<String, String> request = app.request(SCOPES);
    request.put(twice, "x");

    Page answer =
        new Browser(server())
            .get(server() + "/oauth2/authorize?" + Browser.encode(request) + "&" + twice + "=y");

    assertThat(answer.away()).isTrue();
    assertThat(answer.parameters())
        .containsEntry("error", "invalid_request")
        .containsEntry("error_description", twice + " must come once");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&redirect_uri=https://evil.example/"})
  void authorize_whenClientIsAService_thenNobodyIsSentAnywhere(String redirect) {
    Page answer =
        new Browser(server())
            .get(
                server()
                    + "/oauth2/authorize?response_type=code&client_id=demo-scribe&state=x"
                    + redirect);

    assertThat(answer.away()).isFalse();
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void authorize_whenPostedTooLong_thenRefused() {
    Map<String, String> request = app().request(SCOPES);
    request.put("padding", "x".repeat(9_000));

    Page answer =
        new Browser(server()).post(server() + "/oauth2/authorize", Browser.encode(request));

    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void pages_whenNobodyIsLoggedIn_thenLeaveNoSession() {
    long before = jdbc.queryForObject("select count(*) from eqp_session", Long.class);
    for (String path : List.of("/apps", "/login", "/consent?state=x", "/patient?state=x")) {
      new Browser(server()).get(server() + path);
    }
    assertThat(jdbc.queryForObject("select count(*) from eqp_session", Long.class))
        .isEqualTo(before);
  }

  @Test
  void endpoints_whenNotOffered_thenClosed() {
    Browser browser = new Browser(server());
    SmartApp.login(browser, browser.get(server() + "/apps"), TestUsers.BEN);
    assertThat(browser.get(server() + "/connect/logout").status()).isEqualTo(404);
    assertThat(browser.get(server() + "/apps").isAt("/apps")).isTrue();
    for (String path :
        List.of("/oauth2/device_authorization", "/oauth2/device_verification", "/oauth2/par")) {
      assertThat(browser.post(server() + path, "client_id=demo-app").status())
          .as(path)
          .isIn(401, 403, 404, 405);
    }
  }

  // ---- the decision

  @Test
  void consent_whenTheUserDoesNotAllow_thenTheAppIsToldSo() {
    SmartApp app = app();
    Browser browser = new Browser(server());
    Page consent =
        SmartApp.login(browser, app.authorize(browser, app.request(SCOPES)), TestUsers.ANNA);

    Page answer = browser.submit(consent.form("form#deny"), Map.of(), List.of(), null);

    assertThat(answer.away()).isTrue();
    assertThat(answer.parameters())
        .containsEntry("error", "access_denied")
        .containsEntry("error_description", "The user did not allow it")
        .doesNotContainKey("code");
  }

  @Test
  void authorize_whenChallengeIsMissing_thenNamedInOurWords() {
    SmartApp app = app();
    Map<String, String> request = app.request(SCOPES);
    request.remove("code_challenge");

    assertThat(app.authorize(new Browser(server()), request).parameters())
        .containsEntry("error_description", "code_challenge is missing or wrong");
  }

  @Test
  void token_whenRefused_thenSaidInOurWords() {
    SmartApp app = app();
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", "nonsense");
    form.put("redirect_uri", SmartApp.REDIRECT);
    form.put("code_verifier", app.verifier());

    JsonNode wrongCode = SmartApp.json(app.token(form));
    assertThat(wrongCode.path("error_description").asText("")).doesNotContain("Client auth", "OAu");
    form.put("code", code(app));
    form.put("code_verifier", new SmartApp(server(), "demo-app", null).verifier());
    HttpResponse<String> wrongProof = app.token(form);
    assertRefused(wrongProof, "invalid_grant");
    assertThat(SmartApp.json(wrongProof).path("error_description").asText())
        .isEqualTo("code_verifier is wrong or was used");
    HttpResponse<String> wrongSecret =
        new SmartApp(server(), "demo-app-symmetric", "wrong").refresh("x");
    assertRefused(wrongSecret, "invalid_client");
    assertThat(SmartApp.json(wrongSecret).has("error_description")).isFalse();
    assertThat(
            SmartApp.json(
                    new SmartApp(server(), "demo-app-symmetric", "demo")
                        .token(Map.of("scope", "openid")))
                .path("error_description")
                .asText())
        .isEqualTo("grant_type is missing or wrong");
  }

  @Test
  void consent_whenMoreIsPostedThanWasAsked_thenRefused() {
    SmartApp app = app();
    Browser browser = new Browser(server());
    Page consent =
        SmartApp.login(browser, app.authorize(browser, app.request(SCOPES)), TestUsers.ANNA);
    String state = consent.parameters().get("state");

    Page answer =
        browser.post(
            server() + "/oauth2/authorize",
            "client_id=demo-app&state="
                + java.net.URLEncoder.encode(state, StandardCharsets.UTF_8)
                + "&scope=patient%2F*.cruds");

    assertThat(answer.parameters()).doesNotContainKey("code");
  }

  @Test
  void consent_whenStateOfAnotherUser_thenRefused() {
    SmartApp app = app();
    Browser annas = new Browser(server());
    Page consent = SmartApp.login(annas, app.authorize(annas, app.request(SCOPES)), TestUsers.ANNA);
    Browser bens = new Browser(server());
    SmartApp.login(bens, app.authorize(bens, app.request(SCOPES)), TestUsers.BEN);

    Page seen = bens.get(consent.url().toString());
    assertThat(seen.status()).isIn(400, 404);
    Page answer =
        bens.post(
            server() + "/oauth2/authorize",
            "client_id=demo-app&scope=patient%2FPatient.rs&state="
                + java.net.URLEncoder.encode(
                    consent.parameters().get("state"), StandardCharsets.UTF_8));

    assertThat(answer.parameters()).doesNotContainKey("code");
    assertThat(answer.status()).isEqualTo(410);
  }

  @Test
  void consent_whenPatientIsStillToBeChosen_thenNoCode() {
    SmartApp app = app();
    Browser browser = new Browser(server());
    Page picker =
        SmartApp.login(browser, app.authorize(browser, app.request(SCOPES)), TestUsers.CLINICIAN);
    assertThat(picker.isAt("/patient")).as(picker.url().toString()).isTrue();

    Page answer =
        browser.post(
            server() + "/oauth2/authorize",
            "client_id=demo-app&scope=patient%2FPatient.rs&state="
                + java.net.URLEncoder.encode(
                    picker.parameters().get("state"), StandardCharsets.UTF_8));

    assertThat(answer.parameters()).doesNotContainKey("code");
  }

  @Test
  void authorize_whenBearerTokenInsteadOfALogin_thenLoginAllTheSame() {
    SmartApp app = app();
    String token = SmartApp.json(app.exchange(code(app))).path("access_token").asText();

    Page answer =
        new Browser(server())
            .get(
                server() + "/oauth2/authorize?" + Browser.encode(app.request(SCOPES)),
                "Authorization",
                "Bearer " + token);

    assertThat(answer.isAt("/login")).as(answer.url().toString()).isTrue();
  }

  // ---- the code

  @Test
  void code_whenVerifierIsWrongOrMissing_thenRefused() {
    SmartApp app = app();
    String code = code(app);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", SmartApp.REDIRECT);
    HttpResponse<String> missing = app.token(form);
    assertThat(missing.statusCode()).isIn(400, 401);
    assertThat(missing.body()).doesNotContain("access_token");
    form.put("code_verifier", new SmartApp(server(), "demo-app", null).verifier());
    assertRefused(app.token(form), "invalid_grant");
  }

  @Test
  void code_whenRedirectDiffers_thenRefused() {
    SmartApp app = app();
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code(app));
    form.put("redirect_uri", "http://localhost:4567/custom/smart/other");
    form.put("code_verifier", app.verifier());
    assertRefused(app.token(form), "invalid_grant");
  }

  @Test
  void code_whenOfAnotherClient_thenRefused() {
    SmartApp app = app();
    String code = code(app);
    SmartApp other = new SmartApp(server(), "demo-app-symmetric", "demo");
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", SmartApp.REDIRECT);
    form.put("code_verifier", app.verifier());
    assertRefused(other.token(form), "invalid_grant");
  }

  @Test
  void code_whenUsedTwice_thenRefusedAndItsTokensEnd() {
    SmartApp app = app();
    String code = code(app);
    JsonNode token = SmartApp.json(app.exchange(code));
    Api api = Api.bearing(server(), token.path("access_token").asText());
    assertThat(api.get("Patient/anna").status()).isEqualTo(200);

    assertRefused(app.exchange(code), "invalid_grant");

    assertThat(api.get("Patient/anna").status()).isEqualTo(401);
    assertRefused(app.refresh(token.path("refresh_token").asText()), "invalid_grant");
  }

  @Test
  void code_whenSentTwiceAtOnce_thenAtMostOneTokenAndNoError() throws Exception {
    SmartApp app = app();
    String code = code(app);

    List<Integer> answers = atOnce(8, () -> app.exchange(code).statusCode());

    assertThat(answers).allMatch(status -> status == 200 || status == 400);
    assertThat(answers.stream().filter(status -> status == 200).count()).isEqualTo(1);
  }

  // ---- refresh

  @Test
  void refresh_whenOldTokenComesAgain_thenTheWholeFamilyEnds() {
    SmartApp app = app();
    JsonNode first = SmartApp.json(app.exchange(code(app)));
    JsonNode second = SmartApp.json(app.refresh(first.path("refresh_token").asText()));
    Api api = Api.bearing(server(), second.path("access_token").asText());
    assertThat(api.get("Patient/anna").status()).isEqualTo(200);

    assertRefused(app.refresh(first.path("refresh_token").asText()), "invalid_grant");

    assertRefused(app.refresh(second.path("refresh_token").asText()), "invalid_grant");
    assertThat(api.get("Patient/anna").status()).isEqualTo(401);
  }

  @Test
  void refresh_whenSentTwiceAtOnce_thenNeverTwoLiveFamilies() throws Exception {
    SmartApp app = app();
    JsonNode first = SmartApp.json(app.exchange(code(app)));
    String refreshToken = first.path("refresh_token").asText();

    List<Integer> answers = atOnce(6, () -> app.refresh(refreshToken).statusCode());

    assertThat(answers).allMatch(status -> status == 200 || status == 400);
    assertThat(answers.stream().filter(status -> status == 200).count()).isLessThanOrEqualTo(1);
  }

  @Test
  void refresh_whenByAnotherClientOrWider_thenRefused() {
    SmartApp app = app();
    String token = SmartApp.json(app.exchange(code(app))).path("refresh_token").asText();

    assertRefused(
        new SmartApp(server(), "demo-app-symmetric", "demo").refresh(token), "invalid_grant");
    assertRefused(
        app.token(
            Map.of(
                "grant_type", "refresh_token", "refresh_token", token, "scope", "patient/*.cruds")),
        "invalid_scope");
    assertRefused(new SmartApp(server(), "nobody", null).refresh(token), "invalid_client");
  }

  // ---- clients and grants

  @Test
  void token_whenGrantIsNotOffered_thenRefused() {
    SmartApp service = new SmartApp(server(), "demo-scribe", "demo");
    for (String grant :
        List.of(
            "password",
            "implicit",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "urn:ietf:params:oauth:grant-type:device_code",
            "nonsense")) {
      assertRefused(
          service.token(Map.of("grant_type", grant, "device_code", "x", "subject_token", "x")),
          "unsupported_grant_type");
    }
    assertRefused(
        app().token(Map.of("grant_type", "client_credentials", "scope", "patient/*.rs")),
        "invalid_client");
    assertRefused(
        new SmartApp(server(), "demo-app-symmetric", "demo")
            .token(Map.of("grant_type", "client_credentials", "scope", "patient/*.rs")),
        "unauthorized_client");
  }

  @Test
  void token_whenClientProvesItselfAsOneAndNamesAnother_thenRefused() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("scope", "system/Patient.rs");
    form.put("client_id", "demo-ehr");
    SmartApp scribe = new SmartApp(server(), "demo-scribe", "demo");
    for (String path : List.of("/oauth2/token", "/oauth2/introspect", "/oauth2/revoke")) {
      form.put("token", "x");
      HttpResponse<String> answer = scribe.post(path, form);
      assertRefused(answer, "invalid_request");
      assertThat(SmartApp.json(answer).path("error_description").asText())
          .isEqualTo("client_id is another than that of HTTP Basic");
    }
    form.put("client_id", "demo-scribe");
    assertThat(scribe.token(form).statusCode()).as("the same once more").isEqualTo(200);
  }

  @Test
  void token_whenConfidentialClientComesWithoutItsProof_thenRefused() {
    SmartApp app = new SmartApp(server(), "demo-app-symmetric", "demo");
    Page answer = app.allow(new Browser(server()), app.request(SCOPES), TestUsers.ANNA);
    SmartApp without = new SmartApp(server(), "demo-app-symmetric", null);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", answer.parameters().get("code"));
    form.put("redirect_uri", SmartApp.REDIRECT);
    form.put("code_verifier", app.verifier());

    assertRefused(without.token(form), "invalid_client");
    form.put("client_assertion_type", "not-an-assertion-type");
    form.put("client_assertion", "x.y.z");
    HttpResponse<String> wrongType = without.token(form);
    assertThat(wrongType.statusCode()).isIn(400, 401);
  }

  // ---- tokens on the FHIR base

  @Test
  void bearer_whenForgedInAnyWay_then401() throws Exception {
    SmartApp app = app();
    String good = SmartApp.json(app.exchange(code(app))).path("access_token").asText();
    SignedJWT parsed = SignedJWT.parse(good);
    JWTClaimsSet claims = parsed.getJWTClaimsSet();
    RSAKey published =
        JWKSet.load(URI.create(server() + "/oauth2/jwks").toURL())
            .getKeyByKeyId(parsed.getHeader().getKeyID())
            .toRSAKey();
    List<String> forged = new ArrayList<>();
    // alg none, with and without a signature
    String none =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    forged.add(none + "." + good.split("\\.")[1] + ".");
    forged.add(none + "." + good.split("\\.")[1] + "." + good.split("\\.")[2]);
    // the public key as an HMAC secret
    SignedJWT confused =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(published.getKeyID()).build(), claims);
    confused.sign(new MACSigner(published.toRSAPublicKey().getEncoded()));
    forged.add(confused.serialize());
    // another key under the known name, and with its own key enclosed
    RSAKey stranger = TestClients.newKey();
    SignedJWT foreign =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(published.getKeyID()).build(), claims);
    foreign.sign(new RSASSASigner(stranger));
    forged.add(foreign.serialize());
    SignedJWT enclosed =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(stranger.toPublicJWK()).build(), claims);
    enclosed.sign(new RSASSASigner(stranger));
    forged.add(enclosed.serialize());
    // another patient written in
    String changed =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                new JWTClaimsSet.Builder(claims)
                    .claim("patient", "ben")
                    .build()
                    .toString()
                    .getBytes(StandardCharsets.UTF_8));
    forged.add(good.split("\\.")[0] + "." + changed + "." + good.split("\\.")[2]);
    // an id token is no access token
    SmartApp openid = app();
    Page answer =
        openid.allow(
            new Browser(server()),
            openid.request("openid fhirUser patient/Patient.rs"),
            TestUsers.ANNA);
    forged.add(
        SmartApp.json(openid.exchange(answer.parameters().get("code"))).path("id_token").asText());

    assertThat(Api.bearing(server(), good).get("Patient/anna").status()).isEqualTo(200);
    for (String token : forged) {
      Api.Answer refused = Api.bearing(server(), token).get("Patient/anna");
      assertThat(refused.status()).as(token).isEqualTo(401);
      assertThat(refused.header("WWW-Authenticate").orElse("")).startsWith("Bearer");
    }
  }

  @Test
  void bearer_whenSignedByUsButNeverIssued_then401() {
    // As after a leak of the signing key's use: a token that has no row does not count.
    jdbc.update(
        "delete from eqp_access_token where jti = ?",
        jtiOf(Api.as(server(), "patient-ben", SECRET, "patient/Goal.r").token()));
    assertThat(
            Api.bearing(server(), Api.as(server(), "patient-ben", SECRET, "patient/Goal.r").token())
                .get("Goal/none")
                .status())
        .isEqualTo(401);
  }

  private static String jtiOf(String token) {
    return SmartApp.claims(token).path("jti").asText();
  }

  @Test
  void assertion_whenExpiryIsFarOrJtiComesAgain_thenRefused() throws Exception {
    SignedJWT assertion =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS384).keyID(TestClients.KEY.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer("key-client")
                .subject("key-client")
                .audience(server() + "/oauth2/token")
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build());
    assertion.sign(new RSASSASigner(TestClients.KEY));
    Map<String, String> form =
        Map.of(
            "grant_type",
            "client_credentials",
            "scope",
            "system/Patient.rs",
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion",
            assertion.serialize());
    SmartApp client = new SmartApp(server(), "key-client", null);
    List<Integer> answers = atOnce(4, () -> client.token(form).statusCode());
    assertThat(answers.stream().filter(status -> status == 200).count()).isEqualTo(1);
  }

  // ---- at rest

  @Test
  void database_whenRead_thenHoldsNoTokenThatCouldBeUsed() {
    SmartApp app = app();
    String code = code(app);
    JsonNode token = SmartApp.json(app.exchange(code));
    String rows =
        jdbc.queryForList("select * from oauth2_authorization").toString()
            + jdbc.queryForList("select * from eqp_access_token")
            + jdbc.queryForList("select * from eqp_spent_refresh_token");

    assertThat(rows)
        .doesNotContain(code)
        .doesNotContain(token.path("access_token").asText())
        .doesNotContain(token.path("refresh_token").asText());
  }

  private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(times);
    try {
      List<T> answers = new ArrayList<>();
      for (Future<T> answer : threads.invokeAll(java.util.Collections.nCopies(times, call))) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      threads.shutdown();
    }
  }
}
