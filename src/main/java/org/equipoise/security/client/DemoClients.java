package org.equipoise.security.client;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Registers the clients of the {@code demo} profile, loudly. */
final class DemoClients {

  private static final Logger log = LoggerFactory.getLogger(DemoClients.class);

  /**
   * Of Inferno, the certification suite, on this machine; and of a page on any port of it (RFC
   * 8252, section 7.3).
   */
  private static final List<String> REDIRECT_URIS =
      List.of("http://localhost:4567/custom/smart/redirect", "http://127.0.0.1/app.html");

  /** Of Inferno. */
  private static final String LAUNCH_URL = "http://localhost:4567/custom/smart/launch";

  private static final List<String> APP_SCOPES =
      List.of(
          ClientScopes.OPENID,
          ClientScopes.FHIR_USER,
          ClientScopes.PROFILE,
          ClientScopes.LAUNCH,
          ClientScopes.LAUNCH_PATIENT,
          ClientScopes.LAUNCH_ENCOUNTER,
          ClientScopes.OFFLINE_ACCESS,
          ClientScopes.ONLINE_ACCESS,
          "patient/*.cruds",
          "user/*.cruds");

  private DemoClients() {}

  /** The configured clients, and those of the demo where it is on. */
  static List<ClientProperties.Client> with(
      ClientProperties properties, boolean demo, PasswordEncoder encoder) {
    if (!demo) {
      return properties.clients();
    }
    log.warn(
        "****************************************************************************************");
    log.warn(
        "* DEMO: clients demo-scribe, demo-decision-support, demo-practitioner, demo-patient,    *");
    log.warn(
        "* demo-privacy-officer, demo-ehr, demo-operator and demo-app-symmetric share the known  *");
    log.warn(
        "* secret '{}'; some act as persons without a login. Never keep a real record here.    *",
        DemoClient.SECRET);
    log.warn(
        "****************************************************************************************");
    List<ClientProperties.Client> clients = new ArrayList<>(properties.clients());
    for (DemoClient client : DemoClient.values()) {
      clients.add(service(client, encoder));
    }
    clients.add(app("demo-app", "Demo app", true, null, null, APP_SCOPES));
    clients.add(
        app(
            "demo-app-symmetric",
            "Demo app with a secret",
            false,
            hash(encoder),
            null,
            APP_SCOPES));
    if (properties.demo().appJwks() != null) {
      List<String> scopes = new ArrayList<>(APP_SCOPES);
      scopes.add("system/*.rs");
      clients.add(
          app(
              "demo-app-asymmetric",
              "Demo app with keys",
              false,
              null,
              properties.demo().appJwks(),
              scopes));
    }
    return clients;
  }

  private static ClientProperties.Client service(DemoClient client, PasswordEncoder encoder) {
    boolean isAi = client.aiPurpose() != null;
    return new ClientProperties.Client(
        client.id(),
        null,
        false,
        hash(encoder),
        null,
        null,
        List.of(),
        null,
        List.of(client.scope().split(" ")),
        false,
        false,
        client.actsAs(),
        null,
        isAi ? DemoClient.AI_DEVICE : null,
        client.aiPurpose(),
        isAi ? DemoClient.ORGANIZATION : null,
        false,
        client == DemoClient.PRIVACY_OFFICER);
  }

  private static ClientProperties.Client app(
      String id,
      String name,
      boolean isPublic,
      String secretHash,
      String jwks,
      List<String> scopes) {
    return new ClientProperties.Client(
        id,
        name,
        isPublic,
        secretHash,
        jwks,
        null,
        REDIRECT_URIS,
        LAUNCH_URL,
        scopes,
        false,
        // The one with a secret is shown as a resource server too.
        secretHash != null,
        null,
        null,
        null,
        null,
        null,
        false,
        false);
  }

  /** A salt of its own for each: Spring refuses two clients with the same encoded secret. */
  private static String hash(PasswordEncoder encoder) {
    return encoder.encode(DemoClient.SECRET);
  }
}
