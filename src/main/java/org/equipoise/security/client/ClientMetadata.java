package org.equipoise.security.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.security.client.ClientProperties.Client;
import org.equipoise.security.scope.EnforceableScopes;
import org.equipoise.security.scope.SmartScope;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * What a client says about itself when it is registered (RFC 7591, section 2), read strictly. What
 * is not named here, such as {@code logo_uri}, is ignored as the RFC allows: nothing is shown to
 * people that nobody looked at.
 */
final class ClientMetadata {

  private static final int MOST_ENTRIES = 50;

  private static final Map<String, ClientAuthenticationMethod> METHODS =
      Map.of(
          "none", ClientAuthenticationMethod.NONE,
          "client_secret_basic", ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
          "client_secret_post", ClientAuthenticationMethod.CLIENT_SECRET_POST,
          "private_key_jwt", ClientAuthenticationMethod.PRIVATE_KEY_JWT);

  /** Those whose secret is told once and stored hashed. */
  private static final Set<ClientAuthenticationMethod> BY_SECRET =
      Set.of(
          ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
          ClientAuthenticationMethod.CLIENT_SECRET_POST);

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final JsonNode json;
  private final KeyHosts keyHosts;
  private final EnforceableScopes enforceable;
  private final URI server;

  /**
   * @param json the body of the request
   * @param keyHosts where keys may be fetched
   * @param enforceable which granular scopes can be granted at all
   * @param server our own address: a browser that returns to it would hand the code to whatever
   *     page is there
   */
  ClientMetadata(JsonNode json, KeyHosts keyHosts, EnforceableScopes enforceable, String server) {
    if (!json.isObject()) {
      throw ClientProblem.metadata("The body must be a JSON object");
    }
    this.json = json;
    this.keyHosts = keyHosts;
    this.enforceable = enforceable;
    this.server = URI.create(server);
  }

  /** How the client wants to prove itself; {@code client_secret_basic} where it does not say. */
  ClientAuthenticationMethod method() {
    String name = text("token_endpoint_auth_method").orElse("client_secret_basic");
    ClientAuthenticationMethod method = METHODS.get(name);
    if (method == null) {
      throw ClientProblem.metadata(
          "token_endpoint_auth_method must be none, client_secret_basic, client_secret_post or"
              + " private_key_jwt");
    }
    return method;
  }

  /** Whether it needs a secret. */
  boolean needsSecret() {
    return BY_SECRET.contains(method());
  }

  /**
   * The client as an app that registers itself may be: no scope of a service, no privilege.
   *
   * @param id its {@code client_id}
   * @param secretHash null where it {@linkplain #needsSecret needs none}
   * @throws ClientProblem names what cannot be
   */
  RegisteredClient asApp(String rowId, String id, String secretHash) {
    for (String scope : scopes()) {
      if (ClientScopes.isOfService(scope)) {
        throw ClientProblem.metadata(
            "scope: '" + scope + "' is given by an operator, not by registration");
      }
    }
    if (redirectUris().isEmpty()) {
      throw ClientProblem.redirectUri("redirect_uris is missing: what registers is an app");
    }
    return registered(rowId, id, secretHash, false);
  }

  /**
   * The client as an operator may register it.
   *
   * @param id its {@code client_id}
   * @param secretHash null where it {@linkplain #needsSecret needs none}
   * @throws ClientProblem names what cannot be
   */
  RegisteredClient asOperatorSays(String rowId, String id, String secretHash) {
    return registered(rowId, id, secretHash, true);
  }

  private RegisteredClient registered(
      String rowId, String id, String secretHash, boolean operatorSays) {
    ClientAuthenticationMethod method = method();
    boolean byKeys = method.equals(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
    Client client =
        new Client(
            id,
            name(),
            method.equals(ClientAuthenticationMethod.NONE),
            secretHash,
            jwks(byKeys),
            jwksUri(byKeys),
            redirectUris(),
            launchUrl(),
            scopes(),
            operatorSays && flag("approved_for_everybody"),
            operatorSays && flag("introspects"),
            null,
            null,
            operatorSays ? text("ai_device").orElse(null) : null,
            operatorSays ? text("ai_purpose").orElse(null) : null,
            operatorSays ? text("organization").orElse(null) : null,
            operatorSays && flag("audit_source"),
            false);
    if (!client.isProofOfOneKind()) {
      throw ClientProblem.metadata("private_key_jwt needs exactly one of jwks and jwks_uri");
    }
    client
        .problem()
        .ifPresent(
            problem -> {
              throw ClientProblem.metadata(problem);
            });
    RegisteredClient registered =
        RegisteredClient.from(RegisteredClients.toRegisteredClient(rowId, client))
            .clientAuthenticationMethods(
                methods -> {
                  methods.clear();
                  methods.add(method);
                })
            .build();
    checkWhatFollows(registered);
    return registered;
  }

  private String name() {
    String name =
        text("client_name")
            .orElseThrow(() -> ClientProblem.metadata("client_name is missing: people read it"));
    ClientNames.problem(name)
        .ifPresent(
            problem -> {
              throw ClientProblem.metadata("client_name " + problem);
            });
    return name;
  }

  private String jwks(boolean byKeys) {
    JsonNode keys = json.get("jwks");
    if (keys == null || keys.isNull()) {
      return null;
    }
    refuseKeysWithout(byKeys, "jwks");
    String text = keys.toString();
    ClientKeys.problem(text)
        .ifPresent(
            problem -> {
              throw ClientProblem.metadata("jwks " + problem);
            });
    return text;
  }

  private String jwksUri(boolean byKeys) {
    String uri = text("jwks_uri").orElse(null);
    if (uri != null) {
      refuseKeysWithout(byKeys, "jwks_uri");
      keyHosts
          .problem(uri)
          .ifPresent(
              problem -> {
                throw ClientProblem.metadata("jwks_uri " + problem);
              });
    }
    return uri;
  }

  private static void refuseKeysWithout(boolean byKeys, String name) {
    if (!byKeys) {
      throw ClientProblem.metadata(
          name + " goes with token_endpoint_auth_method private_key_jwt alone");
    }
  }

  private List<String> redirectUris() {
    List<String> uris = texts("redirect_uris");
    boolean nativeApp = method().equals(ClientAuthenticationMethod.NONE);
    for (String uri : uris) {
      AppAddresses.redirectProblem(uri, nativeApp)
          .or(() -> ownAddressProblem(uri))
          .ifPresent(
              problem -> {
                throw ClientProblem.redirectUri("redirect_uris: an entry " + problem);
              });
    }
    return uris;
  }

  /** OpenID Connect Core 1.0, section 4: where somebody else starts the app. */
  private String launchUrl() {
    String uri = text("initiate_login_uri").orElse(null);
    if (uri != null) {
      AppAddresses.launchProblem(uri)
          .or(() -> ownAddressProblem(uri))
          .ifPresent(
              problem -> {
                throw ClientProblem.metadata("initiate_login_uri " + problem);
              });
    }
    return uri;
  }

  private Optional<String> ownAddressProblem(String address) {
    URI uri = URI.create(address);
    boolean own =
        uri.getHost() != null
            && port(uri) == port(server)
            && (uri.getHost().equalsIgnoreCase(server.getHost())
                || isLoopback(uri) && isLoopback(server));
    return own ? Optional.of("must not be on this server itself") : Optional.empty();
  }

  private static int port(URI uri) {
    if (uri.getPort() != -1) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  private static boolean isLoopback(URI uri) {
    return uri.getHost() != null && LOOPBACK.contains(uri.getHost().toLowerCase(Locale.ROOT));
  }

  private List<String> scopes() {
    String scope =
        text("scope")
            .filter(text -> !text.isBlank())
            .orElseThrow(() -> ClientProblem.metadata("scope is missing: the most it may ask for"));
    List<String> scopes = List.of(scope.trim().split(" +"));
    if (scopes.size() > MOST_ENTRIES) {
      throw ClientProblem.metadata("scope has more than " + MOST_ENTRIES + " scopes");
    }
    for (String one : scopes) {
      if (!ClientScopes.isKnown(one)) {
        throw ClientProblem.metadata("scope has one that this server does not grant");
      }
      SmartScope.parse(one)
          .flatMap(enforceable::problemWith)
          .ifPresent(
              problem -> {
                throw ClientProblem.metadata("scope: " + problem);
              });
    }
    return scopes;
  }

  /** Grants and response types follow from the rest; a client that says so must say the same. */
  private void checkWhatFollows(RegisteredClient registered) {
    for (String grant : texts("grant_types")) {
      if (registered.getAuthorizationGrantTypes().stream()
          .noneMatch(can -> can.getValue().equals(grant))) {
        throw ClientProblem.metadata(
            "grant_types: what is described here can have "
                + registered.getAuthorizationGrantTypes().stream()
                    .map(AuthorizationGrantType::getValue)
                    .sorted()
                    .toList());
      }
    }
    if (!texts("response_types").stream().allMatch("code"::equals)) {
      throw ClientProblem.metadata("response_types can only have code");
    }
    text("token_endpoint_auth_signing_alg")
        .filter(
            algorithm ->
                ClientAssertions.ALGORITHMS.stream()
                    .noneMatch(known -> known.getName().equals(algorithm)))
        .ifPresent(
            algorithm -> {
              throw ClientProblem.metadata(
                  "token_endpoint_auth_signing_alg must be RS384 or ES384");
            });
    text("id_token_signed_response_alg")
        .filter(algorithm -> !algorithm.equals("RS256"))
        .ifPresent(
            algorithm -> {
              throw ClientProblem.metadata("id_token_signed_response_alg must be RS256");
            });
  }

  private Optional<String> text(String name) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw ClientProblem.metadata(name + " must be a string");
    }
    return Optional.of(value.textValue());
  }

  private boolean flag(String name) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw ClientProblem.metadata(name + " must be true or false");
    }
    return value.booleanValue();
  }

  private List<String> texts(String name) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > MOST_ENTRIES) {
      throw ClientProblem.metadata(
          name + " must be an array of at most " + MOST_ENTRIES + " strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode entry : value) {
      if (!entry.isTextual()) {
        throw ClientProblem.metadata(name + " must be an array of strings");
      }
      texts.add(entry.textValue());
    }
    return texts;
  }
}
