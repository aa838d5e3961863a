package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.equipoise.security.user.UserAccount;
import org.equipoise.security.user.UserAccounts;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Login at another OpenID provider. */
class ExternalLoginTest extends ServerTest {

  private static final StandInProvider PROVIDER = TestClients.PROVIDER;
  private static final Consumer<JWTClaimsSet.Builder> RIGHT = claims -> {};

  private final String subject = "subject-" + UUID.randomUUID();
  private Visitor browser;

  @BeforeEach
  void start() {
    browser = new Visitor(server());
    PROVIDER.loggedIn(subject, RIGHT);
  }

  /** An account that is linked to {@link #subject}; its id. */
  private String linkedAccount() {
    Patient patient = new Patient();
    patient.addName().setFamily("Linked");
    patient.setId("linked-patient");
    scribe().put(patient).ok(Patient.class);
    return bean(UserAccounts.class)
        .create(
            "linked-" + UUID.randomUUID(),
            "Lena Linked",
            null,
            List.of(new IdType("Patient/linked-patient")),
            new UserAccount.ExternalIdentity(PROVIDER.address(), subject))
        .id();
  }

  /** To the provider, and what it answers: the address on this server that it sends back to. */
  private String backFromProvider() {
    HttpResponse<String> away = browser.open("/oauth2/authorization/clinic");
    assertThat(away.statusCode()).isEqualTo(302);
    assertThat(location(away)).startsWith(PROVIDER.address() + "/authorize?");
    HttpResponse<String> answer =
        Api.send(HttpRequest.newBuilder(URI.create(location(away))).build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
    assertThat(location(answer)).startsWith(server() + "/login/oauth2/code/clinic?");
    return location(answer);
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  private void assertLoggedIn(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(location(answer)).startsWith("/apps");
    assertThat(browser.open("/apps").statusCode()).isEqualTo(200);
  }

  /** The login page, which says why nobody is logged in. */
  private static String refusal(String why, Visitor browser, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(location(answer)).isEqualTo("/login?" + why);
    assertThat(location(browser.open("/apps"))).isEqualTo("/login");
    return browser.open("/login?" + why).body();
  }

  @Test
  void login_whenLinked_thenLikeAnyOther() {
    String id = linkedAccount();

    assertLoggedIn(browser.open(backFromProvider()));

    assertThat(browser.open("/apps").body()).contains("Lena Linked").doesNotContain(subject);
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
    String back = backFromProvider();
    String before = browser.cookies();
    assertLoggedIn(browser.open(back));

    assertThat(before).contains("equipoise=");
    assertThat(browser.cookies()).contains("equipoise=").doesNotContain(before);
  }

  @Test
  void loginPage_whenThereAreProviders_thenItHasAButtonForEach() {
    assertThat(browser.open("/login").body())
        .contains("href=\"/oauth2/authorization/clinic\">Log in with Test Clinic</a>");
    assertThat(browser.open("/login?lang=es").body()).contains(">Entrar con Test Clinic</a>");
  }

  @Test
  void login_whenNotLinked_thenAClearPageAndNoAccount() {
    long accounts = jdbc.queryForObject("select count(*) from eqp_user", Long.class);

    assertThat(refusal("unlinked", browser, browser.open(backFromProvider())))
        .contains("There is no account for you here yet");
    assertThat(jdbc.queryForObject("select count(*) from eqp_user", Long.class))
        .isEqualTo(accounts);
  }

  @Test
  void login_whenAccountIsShut_thenRefused() {
    String id = linkedAccount();
    bean(UserAccounts.class).setEnabled(id, false);

    refusal("unlinked", browser, browser.open(backFromProvider()));
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
      assertThat(refusal("elsewhere", browser, browser.open(backFromProvider())))
          .as("token " + i)
          .contains("The login at the other service did not work");
    }
  }

  @Test
  void login_whenStateIsNotOfThisVisitor_thenRefused() {
    linkedAccount();
    String back = backFromProvider();

    Visitor other = new Visitor(server());
    refusal("elsewhere", other, other.open(back));
    refusal("elsewhere", browser, browser.open(back.replaceFirst("state=[^&]+", "state=guessed")));
  }

  @Test
  void login_whenAnswerIsReplayed_thenRefused() {
    linkedAccount();
    String back = backFromProvider();
    assertLoggedIn(browser.open(back));

    Visitor other = new Visitor(server());
    refusal("elsewhere", other, other.open(back));
  }

  @Test
  void login_whenProviderRefuses_thenSaidSo() {
    String back = backFromProvider().replaceFirst("code=[^&]+", "error=access_denied");

    refusal("elsewhere", browser, browser.open(back));
  }

  @Test
  void login_whenProviderIsDownOrUnknown_thenSaidSo() {
    assertThat(refusal("unavailable", browser, browser.open("/oauth2/authorization/gone")))
        .contains("The other service does not answer");

    assertThat(browser.open("/oauth2/authorization/nobody").statusCode()).isEqualTo(404);
    refusal("elsewhere", browser, browser.open("/login/oauth2/code/nobody?code=x&state=y"));
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
                        .audience(server() + "/fhir")
                        .claim("azp", "x")
                        .claim("scp", "user/*.rs")
                        .claim("fhirUser", "Practitioner/x")
                        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                        .build()))
            .get("Patient");
    assertThat(answer.status()).as("a login provider issues no access tokens").isEqualTo(401);
  }

  @Test
  void login_whenAnAppAsksForALoginOfNow_thenTheProviderIsAskedForOne() {
    linkedAccount();
    SmartApp app = new SmartApp(server(), "demo-app", null);
    Map<String, String> request = app.request("openid launch/patient patient/Patient.rs");
    request.put("prompt", "consent login");
    request.put("max_age", "300");
    String asked = "/oauth2/authorize?" + Browser.encode(request);
    assertLoggedIn(browser.open(backFromProvider()));

    // It sees the user anew.
    assertThat(location(browser.open(asked))).isEqualTo("/login");
    assertThat(location(browser.open("/oauth2/authorization/clinic")))
        .contains("&prompt=login&max_age=300");
    PROVIDER.loggedIn(subject, claims -> claims.claim("auth_time", Instant.now().getEpochSecond()));
    HttpResponse<String> back = browser.open(location(browser.open(backFromProvider())));
    assertThat(location(back)).startsWith("/consent?");

    // It waves the user through, who logged in there this morning.
    assertThat(location(browser.open(asked))).isEqualTo("/login");
    PROVIDER.loggedIn(
        subject, claims -> claims.claim("auth_time", Instant.now().getEpochSecond() - 7200));
    HttpResponse<String> waved = browser.open(location(browser.open(backFromProvider())));
    assertThat(location(waved)).startsWith(SmartApp.REDIRECT + "?error=login_required");

    // Without an app that asks, nothing is asked of it.
    assertThat(location(browser.open("/oauth2/authorization/clinic")))
        .doesNotContain("prompt=", "max_age=");
  }

  /** A browser as far as it matters here: it keeps cookies, and shows each redirect. */
  private static final class Visitor {

    private final String server;
    private final CookieManager cookies = new CookieManager();
    private final HttpClient http = HttpClient.newBuilder().cookieHandler(cookies).build();

    Visitor(String server) {
      this.server = server;
    }

    HttpResponse<String> open(String path) {
      URI address = URI.create(path.startsWith("http") ? path : server + path);
      try {
        return http.send(
            HttpRequest.newBuilder(address).header("Accept", "text/html").build(),
            HttpResponse.BodyHandlers.ofString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    String cookies() {
      return cookies.getCookieStore().getCookies().stream()
          .map(HttpCookie::toString)
          .collect(Collectors.joining("; "));
    }
  }
}
