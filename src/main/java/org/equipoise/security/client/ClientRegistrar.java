package org.equipoise.security.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.scope.EnforceableScopes;
import org.springframework.http.HttpStatus;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.crypto.keygen.StringKeyGenerator;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/** Turns the metadata of a new client into a stored one. */
class ClientRegistrar {

  private static final int LONGEST_BODY = 64 * 1024;

  private final ClientStore store;
  private final PasswordEncoder encoder;
  private final KeyHosts keyHosts;
  private final EnforceableScopes enforceable;
  private final ServerAddress address;
  private final ObjectReader json;

  /** 256 bits, in characters that need no escaping anywhere. */
  private final StringKeyGenerator secrets =
      new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), 32);

  ClientRegistrar(
      ClientStore store,
      PasswordEncoder encoder,
      KeyHosts keyHosts,
      EnforceableScopes enforceable,
      ServerAddress address,
      ObjectMapper json) {
    this.store = store;
    this.encoder = encoder;
    this.keyHosts = keyHosts;
    this.enforceable = enforceable;
    this.address = address;
    this.json =
        json.reader()
            .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /** A client that was just registered, and its secret, which nobody can read again. */
  record Registered(StoredClient stored, String secret) {}

  /**
   * Registers what an app says about itself. It can do nothing until an operator approves it.
   *
   * @throws ClientProblem names what cannot be
   */
  Registered registerApp(InputStream body) throws IOException {
    ClientMetadata metadata = read(body);
    String secret = secretFor(metadata);
    RegisteredClient client = metadata.asApp(newId(), newId(), hash(secret));
    return store(client, ClientState.WAITING, ClientOrigin.SELF_REGISTERED, secret);
  }

  /**
   * Registers what an operator says about a client.
   *
   * @throws ClientProblem names what cannot be
   */
  Registered registerForOperator(InputStream body) throws IOException {
    ClientMetadata metadata = read(body);
    String secret = secretFor(metadata);
    RegisteredClient client = metadata.asOperatorSays(newId(), newId(), hash(secret));
    return store(client, ClientState.ACTIVE, ClientOrigin.OPERATOR, secret);
  }

  /** Gives a client another secret; the old one is good for nothing from now on. */
  Registered renewSecret(StoredClient stored) {
    String secret = secrets.generateKey();
    RegisteredClient client =
        RegisteredClient.from(stored.client()).clientSecret(hash(secret)).build();
    store.save(client);
    return new Registered(new StoredClient(client, stored.state(), stored.origin()), secret);
  }

  private ClientMetadata read(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(LONGEST_BODY + 1);
    if (bytes.length > LONGEST_BODY) {
      throw new ClientProblem(
          HttpStatus.PAYLOAD_TOO_LARGE,
          "invalid_client_metadata",
          "The body is larger than " + LONGEST_BODY + " bytes");
    }
    JsonNode tree;
    try {
      tree = json.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw ClientProblem.metadata("The body is no JSON, or names something twice");
    }
    return new ClientMetadata(tree, keyHosts, enforceable, address.baseUrl());
  }

  private String secretFor(ClientMetadata metadata) {
    return metadata.needsSecret() ? secrets.generateKey() : null;
  }

  private String hash(String secret) {
    return secret == null ? null : encoder.encode(secret);
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  private Registered store(
      RegisteredClient client, ClientState state, ClientOrigin origin, String secret) {
    RegisteredClient dated = RegisteredClient.from(client).clientIdIssuedAt(Instant.now()).build();
    StoredClient stored = new StoredClient(dated, state, origin);
    store.put(stored);
    return new Registered(stored, secret);
  }
}
