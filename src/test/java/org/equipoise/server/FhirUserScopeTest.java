package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.equipoise.server.Browser.Page;
import org.junit.jupiter.api.Test;

/** What the scope {@code fhirUser} opens to an app that asks for nothing else. */
class FhirUserScopeTest extends ServerTest {

  @Test
  void fhirUser_whenItIsAllThatIsAsked_thenOwnResourceAlone() {
    writeHousehold();
    TestUsers.create(this);
    Map<String, String> own =
        Map.of(
            TestUsers.CLINICIAN, "Practitioner/demo-practitioner",
            TestUsers.ANNA, "Patient/anna");
    own.forEach(
        (user, self) -> {
          Api api = Api.bearing(server(), token(user));

          assertThat(api.get(self).status()).as(self).isEqualTo(200);
          for (String other :
              List.of(
                  self + "/_history/1",
                  self + "/_history",
                  self.replaceFirst("/.*", ""),
                  "Patient/ben",
                  "Practitioner/nobody",
                  TestRecords.CLINIC)) {
            assertThat(api.get(other).status()).as(user + " " + other).isEqualTo(403);
          }
        });
  }

  private String token(String user) {
    SmartApp app = new SmartApp(server(), "demo-app", null);
    Browser browser = new Browser(server());
    Page page =
        SmartApp.login(browser, app.authorize(browser, app.request("openid fhirUser")), user);
    Page answer = page.away() ? page : SmartApp.decide(browser, page, List.of());
    return SmartApp.json(app.exchange(answer.parameters().get("code")))
        .path("access_token")
        .asText();
  }
}
