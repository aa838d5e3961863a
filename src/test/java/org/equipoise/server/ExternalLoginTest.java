package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.equipoise.server.Browser.Page;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Login at another OpenID provider. */
class ExternalLoginTest extends ServerTest {

  private static final StandInProvider PROVIDER = TestClients.PROVIDER;
  private static final Consumer<JWTClaimsSet.Builder> RIGHT = claims -> {};

  private final String subject = "subject-" + UUID.randomUUID();
  private Browser browser;

  @BeforeEach
  void start() {
    browser = new Browser(server());
    PROVIDER.loggedIn(subject, RIGHT);
  }

  /** An account that is linked to {@link #subject}; its id. */
  private String linkedAccount() {
    Patient patient = new Patient();
    patient.addName().setFamily("Linked");
    patient.setId("linked-patient");
    scribe().put(patient).ok(Patient.class);
    HttpResponse<String> created =
        TestUsers.operate(
            this,
            "",
            Map.of(
                "username",
                "linked-" + UUID.randomUUID(),
                "displayName",
                "Lena Linked",
                "persons",
                List.of("Patient/linked-patient"),
                "issuer",
                PROVIDER.address(),
                "subject",
                subject));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return TestUsers.json(created).path("id").asText();
  }

  /** To the provider, and what it answers: the address on this server that it sends back to. */
  private String backFromProvider() {
    Page away = browser.get(server() + "/oauth2/authorization/clinic");
    assertThat(away.away()).as(away.url().toString()).isTrue();
    return backFrom(away.url());
  }

  private String backFrom(URI atProvider) {
    HttpResponse<String> answer = Api.send(HttpRequest.newBuilder(atProvider).build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
    String back = answer.headers().firstValue("Location").orElseThrow();
    assertThat(back).startsWith("http://localhost/login/oauth2/code/clinic?");
    return back.replace("http://localhost/", server() + "/");
  }

  private void assertNobodyIsLoggedIn(String told, Page page) {
    assertThat(page.isAt("/login")).as(page.url().toString()).isTrue();
    assertThat(page.parameters()).containsOnlyKeys(told);
    assertThat(browser.get(server() + "/apps").isAt("/login")).isTrue();
  }

  @Test
  void login_whenLinked_thenLikeAnyOther() {
    String id = linkedAccount();

    Page apps = browser.get(backFromProvider());

    assertThat(apps.isAt("/apps")).as(apps.url() + apps.text()).isTrue();
    assertThat(apps.text()).contains("Lena Linked").doesNotContain(subject);
    assertThat(
            jdbc.queryForObject(
                "select count(*) from eqp_session where principal_name = ?", Long.class, id))
        .isEqualTo(1);
    assertThat(
            jdbc.queryForObject(
                "select count(*) from eqp_user where id = ? and last_login_at is not null",
                Long.class,
                id))
        .isEqualTo(1);
  }

  @Test
  void login_whenLinked_thenItsSessionIsANewOne() {
    linkedAccount();
    Page away = browser.get(server() + "/oauth2/authorization/clinic");
    String before = away.response().headers().firstValue("Set-Cookie").orElse("");
    HttpResponse<String> after = browser.get(backFrom(away.url())).response();

    assertThat(before).contains("equipoise=");
    assertThat(after.request().headers().firstValue("Cookie").orElse(""))
        .doesNotContain(before.replaceFirst(";.*", ""));
  }

  @Test
  void loginPage_whenThereAreProviders_thenItHasAButtonForEach() {
    Page login = browser.get(server() + "/login");

    assertThat(login.document().select("a[href=/oauth2/authorization/clinic]").text())
        .isEqualTo("Log in with Test Clinic");
  }

  @Test
  void login_whenNotLinked_thenAClearPageAndNoAccount() {
    long accounts = jdbc.queryForObject("select count(*) from eqp_user", Long.class);

    Page page = browser.get(backFromProvider());

    assertNobodyIsLoggedIn("unlinked", page);
    assertThat(page.text()).contains("There is no account for you here yet");
    assertThat(jdbc.queryForObject("select count(*) from eqp_user", Long.class))
        .isEqualTo(accounts);
  }

  @Test
  void login_whenAccountIsShut_thenRefused() {
    String id = linkedAccount();
    assertThat(TestUsers.operate(this, "/" + id + "/disable", null).statusCode() / 100)
        .isEqualTo(2);

    assertNobodyIsLoggedIn("unlinked", browser.get(backFromProvider()));
  }

  @Test
  void login_whenIdTokenIsNotForThisLogin_thenRefused() {
    linkedAccount();
    List<Consumer<JWTClaimsSet.Builder>> wrong =
        List.of(
            claims -> claims.claim("nonce", "another"),
            claims -> claims.claim("nonce", null),
            claims -> claims.audience("another client"),
            claims -> claims.audience(List.of(StandInProvider.CLIENT, "another client")),
            claims -> claims.issuer("https://elsewhere.example"),
            claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(300))),
            claims -> claims.subject(null));
    for (int i = 0; i < wrong.size(); i++) {
      PROVIDER.loggedIn(subject, wrong.get(i));
      Page page = browser.get(backFromProvider());
      assertThat(page.text()).as("token " + i).contains("The login at the other service");
      assertNobodyIsLoggedIn("elsewhere", page);
    }
  }

  @Test
  void login_whenStateIsNotOfThisBrowser_thenRefused() {
    linkedAccount();
    String back = backFromProvider();

    Browser other = new Browser(server());
    assertThat(other.get(back).parameters()).containsOnlyKeys("elsewhere");
    assertThat(other.get(server() + "/apps").isAt("/login")).isTrue();
    assertNobodyIsLoggedIn(
        "elsewhere", browser.get(back.replaceFirst("state=[^&]+", "state=guessed")));
  }

  @Test
  void login_whenAnswerIsReplayed_thenRefused() {
    linkedAccount();
    String back = backFromProvider();
    assertThat(browser.get(back).isAt("/apps")).isTrue();

    Browser other = new Browser(server());
    assertThat(other.get(back).isAt("/login")).isTrue();
    assertThat(other.get(server() + "/apps").isAt("/login")).isTrue();
  }

  @Test
  void login_whenProviderRefuses_thenSaidSo() {
    String back = backFromProvider().replaceFirst("code=[^&]+", "error=access_denied");

    assertNobodyIsLoggedIn("elsewhere", browser.get(back));
  }

  @Test
  void login_whenProviderIsDownOrUnknown_thenSaidSo() {
    Page down = browser.get(server() + "/oauth2/authorization/gone");
    assertNobodyIsLoggedIn("unavailable", down);
    assertThat(down.text()).contains("The other service does not answer");

    assertThat(browser.get(server() + "/oauth2/authorization/nobody").status()).isEqualTo(404);
    assertThat(browser.get(server() + "/login/oauth2/code/nobody?code=x&state=y").isAt("/login"))
        .isTrue();
  }

  @Test
  void fhir_whenTokenIsOfALoginProvider_thenRefused() {
    Api.Answer answer =
        Api.bearing(
                server(),
                PROVIDER.signed(
                    new JWTClaimsSet.Builder()
                        .issuer(PROVIDER.address())
                        .subject(subject)
                        .audience("http://localhost/fhir")
                        .claim("azp", "x")
                        .claim("scp", "user/*.rs")
                        .claim("fhirUser", "Practitioner/x")
                        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                        .build()))
            .get("Patient");
    assertThat(answer.status()).as("a login provider issues no access tokens").isEqualTo(401);
  }
}
