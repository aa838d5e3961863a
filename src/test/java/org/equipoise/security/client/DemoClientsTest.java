package org.equipoise.security.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import java.util.List;
import org.equipoise.security.client.ClientProperties.Client;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;

/** What the demo may do, nobody may do without it. */
class DemoClientsTest {

  private static final PasswordEncoder ENCODER =
      PasswordEncoderFactories.createDelegatingPasswordEncoder();
  private static final Client CONFIGURED = service("scribe", "{bcrypt}x", "system/*.cruds", null);
  private static final Client IMPERSONATOR =
      service("app", "{bcrypt}y", "patient/*.rs", "Patient/7");

  private static final String KEYS = TestKeys.publicSet(TestKeys.es384("one"));

  private static Client service(String id, String secretHash, String scope, String actsAs) {
    return new Client(
        id,
        null,
        false,
        secretHash,
        null,
        null,
        List.of(),
        null,
        List.of(scope),
        false,
        false,
        actsAs,
        null,
        null,
        null,
        null,
        false,
        false);
  }

  private static ClientProperties properties(String appJwks, Client... clients) {
    return new ClientProperties(List.of(clients), new ClientProperties.Demo(appJwks));
  }

  private final ClientStore store = mock(ClientStore.class);

  @Test
  void with_whenNoDemo_thenConfiguredClientsAlone() {
    assertThat(DemoClients.with(properties(null, CONFIGURED), false, ENCODER))
        .containsExactly(CONFIGURED);
    assertThat(DemoClients.with(properties("{}"), false, ENCODER)).isEmpty();
  }

  @Test
  void with_whenDemo_thenOneOfEachKindToTry() {
    List<Client> clients = DemoClients.with(properties(KEYS, CONFIGURED), true, ENCODER);

    assertThat(clients)
        .extracting(Client::id)
        .containsExactly(
            "scribe",
            "demo-scribe",
            "demo-decision-support",
            "demo-practitioner",
            "demo-patient",
            "demo-privacy-officer",
            "demo-ehr",
            "demo-operator",
            "demo-app",
            "demo-app-symmetric",
            "demo-app-asymmetric");
    assertThat(clients.subList(1, clients.size()))
        .allSatisfy(
            client -> {
              assertThat(client.problem()).as(client.id()).isEmpty();
              assertThat(client.isProofOfOneKind()).as(client.id()).isTrue();
              if (client.secretHash() != null) {
                assertThat(ENCODER.matches("demo", client.secretHash())).isTrue();
              }
            });
  }

  @Test
  void with_whenDemoWithoutKeys_thenNoAppWhoseKeyEverybodyHas() {
    assertThat(DemoClients.with(properties(null), true, ENCODER))
        .extracting(Client::id)
        .contains("demo-app")
        .doesNotContain("demo-app-asymmetric");
  }

  @Test
  void register_whenActsAsWithoutDemo_thenRefusedByNameBeforeAnythingIsStored() {
    RegisteredClients clients =
        new RegisteredClients(store, new KeyHosts(List.of(), List.of(), null), false);

    assertThatThrownBy(() -> clients.register(List.of(IMPERSONATOR)))
        .hasMessageContaining("'app'")
        .hasMessageContaining("acts-as");
    verifyNoInteractions(store);
  }
}
