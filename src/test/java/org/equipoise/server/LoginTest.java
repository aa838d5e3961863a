package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.equipoise.security.user.DemoUser;
import org.junit.jupiter.api.Test;

/** Logging in, as a person with a browser does. */
class LoginTest extends ServerTest {

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  @Test
  void page_whenNobodyIsLoggedIn_thenLoginIsAskedFor() {
    HttpResponse<String> answer = new Browser(server()).open("/apps");

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(location(answer)).endsWith("/login");
  }

  @Test
  void login_whenRight_thenGoesOnToThePageThatWasWanted() {
    Browser browser = new Browser(server());
    browser.open("/apps");

    HttpResponse<String> answer = browser.logIn(DemoUser.PATIENT.username(), DemoUser.PASSWORD);

    assertThat(location(answer)).endsWith("/login/continue");
    assertThat(browser.open("/login/continue").body()).contains("/apps");
    HttpResponse<String> apps = browser.open("/apps");
    assertThat(apps.statusCode()).isEqualTo(200);
    assertThat(apps.body()).contains("Elena Marsh").doesNotContain("??");
  }
}
