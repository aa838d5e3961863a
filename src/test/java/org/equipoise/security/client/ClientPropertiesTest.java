package org.equipoise.security.client;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.equipoise.security.client.ClientProperties.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

class ClientPropertiesTest {

  private static final String HASH =
      "{bcrypt}$2y$10$wiAIqvPZqeb7UTVwfEoIDuskH.PCo4Ov.b.1lM.TI75bfms7YQtFS";
  private static final String CALLBACK = "https://app.example/callback";

  private final Validator validator = Validation.buildDefaultValidatorFactory().getValidator();

  /** As an operator writes it: names and values in turn, without {@code equipoise.clients[0].}. */
  private static ClientProperties properties(String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("equipoise.clients[0].id", "app");
    for (int i = 0; i < settings.length; i += 2) {
      all.put("equipoise.clients[0]." + settings[i], settings[i + 1]);
    }
    return new Binder(new MapConfigurationPropertySource(all))
        .bind("equipoise", ClientProperties.class)
        .get();
  }

  private static Client client(String... settings) {
    return properties(settings).clients().get(0);
  }

  private Set<ConstraintViolation<ClientProperties>> violations(String... settings) {
    return validator.validate(properties(settings));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"the-plain-secret", "$2y$10$abc", "{noop}the-plain-secret", "{bcrypt}", ""})
  void validate_whenSecretIsNotHashed_thenRefusedWithoutRepeatingIt(String secretHash) {
    assertThat(violations("secret-hash", secretHash, "scopes", "system/*.cruds"))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.getMessage())
                  .startsWith("secret-hash needs its algorithm in front");
              assertThat(violation.getInvalidValue()).isEqualTo(false);
            });
  }

  @ParameterizedTest
  @CsvSource({"app,''", "other," + HASH})
  void validate_whenTwoClientsShareAnIdOrASecret_thenRefused(String id, String more) {
    Map<String, String> all = new HashMap<>();
    for (String[] client :
        new String[][] {{"app", HASH}, {id, more.isEmpty() ? HASH + "x" : more}}) {
      String prefix = "equipoise.clients[" + all.size() / 3 + "].";
      all.put(prefix + "id", client[0]);
      all.put(prefix + "secret-hash", client[1]);
      all.put(prefix + "scopes", "system/*.rs");
    }
    ClientProperties both =
        new Binder(new MapConfigurationPropertySource(all))
            .bind("equipoise", ClientProperties.class)
            .get();

    assertThat(validator.validate(both))
        .extracting(ConstraintViolation::getMessage)
        .containsExactly("equipoise.clients: each client needs an id and a secret-hash of its own");
  }

  @Test
  void validate_whenHashNamesItsAlgorithm_thenAccepted() {
    assertThat(violations("secret-hash", HASH, "scopes", "system/*.cruds")).isEmpty();
  }

  @Test
  void validate_whenNoProofOrTwo_thenRefused() {
    assertThat(violations("scopes", "system/*.cruds"))
        .singleElement()
        .satisfies(violation -> assertThat(violation.getMessage()).contains("exactly one of"));
    assertThat(violations("public", "true", "secret-hash", HASH, "scopes", "openid")).hasSize(1);
    assertThat(
            violations(
                "jwks", "{}", "jwks-url", "https://app.example/jwks", "scopes", "system/*.rs"))
        .hasSize(1);
  }

  @Test
  void toRegisteredClient_whenPublicApp_thenCodeAndRefreshWithProofKey() {
    Client app =
        client(
            "public", "true",
            "name", "Growth chart",
            "redirect-uris", CALLBACK + ",org.example.app:/cb",
            "launch-url", "https://app.example/launch",
            "scopes", "openid,fhirUser,launch,offline_access,patient/*.rs,patient/Observation.read",
            "approved", "true");

    assertThat(validator.validate(app)).isEmpty();
    assertThat(app.problem()).isEmpty();
    RegisteredClient registered = RegisteredClients.toRegisteredClient("row", app);
    assertThat(registered.getClientName()).isEqualTo("Growth chart");
    assertThat(registered.getClientAuthenticationMethods())
        .containsExactly(ClientAuthenticationMethod.NONE);
    assertThat(registered.getAuthorizationGrantTypes())
        .containsExactlyInAnyOrder(
            AuthorizationGrantType.AUTHORIZATION_CODE, AuthorizationGrantType.REFRESH_TOKEN);
    assertThat(registered.getRedirectUris())
        .containsExactlyInAnyOrder(CALLBACK, "org.example.app:/cb");
    assertThat(registered.getClientSettings().isRequireProofKey()).isTrue();
    assertThat(registered.getClientSettings().isRequireAuthorizationConsent()).isTrue();
    assertThat(registered.getClientSettings().<String>getSetting(RegisteredClients.LAUNCH_URL))
        .isEqualTo("https://app.example/launch");
    assertThat(registered.getClientSettings().<Boolean>getSetting(RegisteredClients.APPROVED))
        .isTrue();
    assertThat(registered.getTokenSettings().isReuseRefreshTokens()).isFalse();
    assertThat(registered.getTokenSettings().getIdTokenSignatureAlgorithm())
        .isEqualTo(SignatureAlgorithm.RS256);
  }

  @Test
  void toRegisteredClient_whenAi_thenSettingsSaySo() {
    Client ai =
        client(
            "secret-hash", HASH,
            "scopes", "system/*.rs",
            "ai-device", "Device/advisor",
            "ai-purpose", "ai-decision-use",
            "organization", "Organization/5");

    assertThat(ai.problem()).isEmpty();
    RegisteredClient registered = RegisteredClients.toRegisteredClient("row", ai);
    assertThat(registered.getClientSettings().<String>getSetting(RegisteredClients.AI_DEVICE))
        .isEqualTo("Device/advisor");
    assertThat(registered.getClientSettings().<String>getSetting(RegisteredClients.AI_PURPOSE))
        .isEqualTo("ai-decision-use");
    assertThat(registered.getClientSettings().<String>getSetting(RegisteredClients.ORGANIZATION))
        .isEqualTo("Organization/5");
  }

  @ParameterizedTest
  @CsvSource({
    "ai-device, Device/1, ai-purpose, '', ai-purpose",
    "ai-device, Device/1, ai-purpose, ai-everything, ai-purpose",
    "ai-device, Device/1, ai-purpose, data-sale, 'ai-purpose: no consent can allow data-sale'",
    "ai-device, Device/1, ai-purpose, emotion-inference, 'ai-purpose: no consent can allow'",
    "ai-device, Practitioner/1, ai-purpose, ai-training, ai-device",
    "ai-device, '', ai-purpose, ai-training, ai-device",
    "ai-device, Device/1, organization, Organization/1, ai-purpose",
    "name, x, organization, clinic, organization"
  })
  void problem_whenAiIsHalfSaid_thenNamed(
      String first, String value, String second, String other, String named) {
    assertThat(
            client("secret-hash", HASH, "scopes", "system/*.rs", first, value, second, other)
                .problem())
        .hasValueSatisfying(problem -> assertThat(problem).startsWith(named));
  }

  @Test
  void problem_whenAppIsAi_thenRefused() {
    assertThat(
            client(
                    "public", "true",
                    "redirect-uris", CALLBACK,
                    "scopes", "patient/*.rs",
                    "ai-device", "Device/1",
                    "ai-purpose", "ai-training")
                .problem())
        .hasValueSatisfying(problem -> assertThat(problem).contains("service"));
  }

  @Test
  void toRegisteredClient_whenSecretAndNoRedirect_thenServiceAlone() {
    RegisteredClient registered =
        RegisteredClients.toRegisteredClient(
            "row", client("secret-hash", HASH, "scopes", "system/*.rs,launch.create,operator"));

    assertThat(registered.getClientName()).isEqualTo("app");
    assertThat(registered.getAuthorizationGrantTypes())
        .containsExactly(AuthorizationGrantType.CLIENT_CREDENTIALS);
    assertThat(registered.getClientAuthenticationMethods())
        .containsExactlyInAnyOrder(
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
            ClientAuthenticationMethod.CLIENT_SECRET_POST);
  }

  @Test
  void toRegisteredClient_whenAppWithSystemScope_thenBoth() {
    RegisteredClient registered =
        RegisteredClients.toRegisteredClient(
            "row",
            client(
                "jwks",
                TestKeys.publicSet(TestKeys.es384("one")),
                "redirect-uris",
                CALLBACK,
                "introspects",
                "true",
                "scopes",
                "patient/*.rs,system/*.rs"));

    assertThat(registered.getAuthorizationGrantTypes())
        .containsExactlyInAnyOrder(
            AuthorizationGrantType.AUTHORIZATION_CODE,
            AuthorizationGrantType.REFRESH_TOKEN,
            AuthorizationGrantType.CLIENT_CREDENTIALS);
    assertThat(registered.getClientAuthenticationMethods())
        .containsExactly(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
    assertThat(registered.getClientSettings().<Boolean>getSetting(RegisteredClients.INTROSPECTS))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openid fhirUser admin | 'admin'",
        "patient/Observation.sr | 'patient/Observation.sr'",
        "client.delete | 'client.delete'",
        "system/*.rs | 'system/*.rs'",
        "operator | 'operator'",
        "launch.create | 'launch.create'",
      })
  void problem_whenPublicAppHasSuchScope_thenNamed(String scopes, String named) {
    assertThat(
            client("public", "true", "redirect-uris", CALLBACK, "scopes", scopes.replace(' ', ','))
                .problem())
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("scopes: ").contains(named));
  }

  @Test
  void problem_whenAddressNameOrKeyCannotBeMeant_thenSettingIsNamed() {
    assertThat(client("public", "true", "scopes", "openid").problem())
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("redirect-uris"));
    assertThat(
            client("public", "true", "redirect-uris", "http://app.example/", "scopes", "openid")
                .problem())
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("redirect-uris", "'http://app.example/'"));
    assertThat(
            client(
                    "public", "true",
                    "redirect-uris", CALLBACK,
                    "launch-url", "http://app.example/launch",
                    "scopes", "openid")
                .problem())
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("launch-url"));
    assertThat(
            client("secret-hash", HASH, "launch-url", "https://a.example/", "scopes", "system/*.rs")
                .problem())
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("launch-url"));
    assertThat(client("secret-hash", HASH, "name", "a\u202eb", "scopes", "system/*.rs").problem())
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("name"));
    assertThat(client("jwks", "{\"keys\":[]}", "scopes", "system/*.rs").problem())
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("jwks"));
    assertThat(
            client("jwks", "{\"keys\":[" + TestKeys.es384("x") + "]}", "scopes", "system/*.rs")
                .problem())
        .hasValueSatisfying(problem -> assertThat(problem).contains("private key"));
    assertThat(
            client(
                    "public", "true",
                    "redirect-uris", CALLBACK,
                    "introspects", "true",
                    "scopes", "openid")
                .problem())
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("introspects"));
  }
}
