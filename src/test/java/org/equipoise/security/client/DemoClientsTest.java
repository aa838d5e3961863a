package org.equipoise.security.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import java.util.List;
import org.equipoise.security.client.ClientProperties.Client;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/** What the demo may do, nobody may do without it. */
class DemoClientsTest {

  private static final PasswordEncoder ENCODER =
      PasswordEncoderFactories.createDelegatingPasswordEncoder();
  private static final Client CONFIGURED =
      new Client("scribe", "{bcrypt}x", null, List.of("system/*.cruds"), null, null);
  private static final Client IMPERSONATOR =
      new Client("app", "{bcrypt}y", null, List.of("patient/*.rs"), "Patient/7", null);

  private final RegisteredClientRepository repository = mock(RegisteredClientRepository.class);
  private final JdbcTemplate jdbc = mock(JdbcTemplate.class);

  @Test
  void with_whenNoDemo_thenConfiguredClientsAlone() {
    assertThat(DemoClients.with(List.of(CONFIGURED), false, ENCODER)).containsExactly(CONFIGURED);
    assertThat(DemoClients.with(List.of(), false, ENCODER)).isEmpty();
  }

  @Test
  void with_whenDemo_thenThreeMoreWithTheKnownSecret() {
    List<Client> clients = DemoClients.with(List.of(CONFIGURED), true, ENCODER);

    assertThat(clients)
        .extracting(Client::id)
        .containsExactly("scribe", "demo-scribe", "demo-practitioner", "demo-patient");
    assertThat(clients.subList(1, 4))
        .allMatch(client -> ENCODER.matches("demo", client.secretHash()));
  }

  @Test
  void register_whenActsAsWithoutDemo_thenRefusedByNameBeforeAnythingIsStored() {
    RegisteredClients clients = new RegisteredClients(repository, jdbc, false);

    assertThatThrownBy(() -> clients.register(List.of(IMPERSONATOR)))
        .hasMessageContaining("'app'")
        .hasMessageContaining("acts-as");
    verifyNoInteractions(repository, jdbc);
  }
}
