package org.equipoise.security.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.equipoise.security.client.RegistrationProperties.Mode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.security.authentication.TestingAuthenticationToken;

class RegistrationAdmissionTest {

  @ParameterizedTest
  @CsvSource({
    "OFF, SCOPE_client.create, false",
    "OFF, SCOPE_operator, false",
    "TOKEN, SCOPE_client.create, true",
    "TOKEN, SCOPE_operator, false",
    "TOKEN, SCOPE_system/*.cruds, false",
    "OPEN, SCOPE_openid, true",
  })
  void admission_whenCallerHasScope_thenAsTheOperatorChose(Mode mode, String scope, boolean may) {
    TestingAuthenticationToken caller = new TestingAuthenticationToken("app", null, scope);

    assertThat(ClientSecurity.admission(mode).authorize(() -> caller, null).isGranted())
        .isEqualTo(may);
  }

  @ParameterizedTest
  @CsvSource({"off, OFF", "false, OFF", "token, TOKEN", "open, OPEN"})
  void mode_whenWrittenInYaml_thenUnderstood(String written, Mode mode) {
    RegistrationProperties properties =
        new Binder(
                new MapConfigurationPropertySource(Map.of("equipoise.registration.mode", written)))
            .bind("equipoise.registration", RegistrationProperties.class)
            .get();

    assertThat(properties.mode()).isEqualTo(mode);
    assertThat(properties.path().isPresent()).isEqualTo(mode != Mode.OFF);
  }
}
