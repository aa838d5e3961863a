package org.equipoise.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.equipoise.security.client.KeyServer;
import org.equipoise.visits.TestVisits;
import org.equipoise.visits.VisitClients;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Clients that act as persons, as the demo profile allows. */
final class TestClients {

  private static final String[][] CLIENTS = {
    {"patient-anna", "patient/*.cruds", "Patient/anna"},
    {"patient-ben", "patient/*.cruds", "Patient/ben"},
    {"annas-brother", "patient/*.cruds", "RelatedPerson/annas-brother", "anna"},
    {"matrix-ada", "patient/*.cruds", "Patient/matrix-ada"},
    {"matrix-bob", "patient/*.cruds", "Patient/matrix-bob"},
    {"matrix-adas-son", "patient/*.cruds", "RelatedPerson/matrix-adas-son", "matrix-ada"},
    {"matrix-adas-doctor", "user/*.cruds", "Practitioner/matrix-adas-doctor"},
    {"matrix-bobs-doctor", "user/*.cruds", "Practitioner/matrix-bobs-doctor"},
    {"matrix-foreign-doctor", "user/*.cruds", "Practitioner/matrix-foreign-doctor"},
    {"matrix-cid", "patient/*.cruds", "Patient/matrix-cid"},
    {"care-doctor", "user/*.cruds", "Practitioner/care-doctor"},
    {"care-patient", "patient/*.cruds", "Patient/care-patient"},
    {"granular-doctor", "user/*.cruds", "Practitioner/granular-doctor"},
    {"granular-patient", "patient/*.cruds", "Patient/granular-patient"},
    {"guardrail-neutral", "user/*.cruds", "Practitioner/guardrail-neutral"},
    {"guardrail-ombuds", "user/*.cruds", "Practitioner/guardrail-ombuds"},
    {"patient-carla", "patient/*.cruds", "Patient/carla"},
    {"patient-dora", "patient/*.cruds", "Patient/dora"},
    {"patient-elsa", "patient/*.cruds", "Patient/elsa"},
    {"patient-fritz", "patient/*.cruds", "Patient/fritz"},
    {"carlas-daughter", "patient/*.cruds", "RelatedPerson/carlas-daughter", "carla"},
    {"carlas-doctor", "user/*.cruds", "Practitioner/carlas-doctor"},
    {"story-patient", "patient/*.cruds", "Patient/story-patient"},
    {"story-daughter", "patient/*.cruds", "RelatedPerson/story-daughter", "story-patient"},
    {"report-patient", "patient/*.cruds", "Patient/report-patient"},
    {"report-busy", "patient/*.cruds", "Patient/report-busy"},
    {"report-son", "patient/*.cruds", "RelatedPerson/report-son", "report-patient"},
    {"report-doctor", "user/*.cruds", "Practitioner/report-doctor"},
    {"story-decider", "patient/*.cruds", "Patient/story-decider"},
    {"story-paged", "patient/*.cruds", "Patient/story-paged"},
    {"story-few", "patient/*.cruds", "Patient/story-few"},
    {"story-many", "patient/*.cruds", "Patient/story-many"},
    {"story-none", "patient/*.cruds", "Patient/story-none"},
    {"story-speaker", "patient/*.cruds", "Patient/story-speaker"},
    {"story-stranger", "patient/*.cruds", "Patient/story-stranger"},
    {"story-doctor", "user/*.cruds", "Practitioner/story-doctor"},
    {"story-other-doctor", "user/*.cruds", "Practitioner/story-other-doctor"},
    {"wear-ada", "patient/*.cruds", "Patient/wear-ada"},
    {"wear-ben", "patient/*.cruds", "Patient/wear-ben"},
    {"wear-cy", "patient/*.cruds", "Patient/wear-cy"},
    {"wear-dee", "patient/*.cruds", "Patient/wear-dee"},
    {"wear-eli", "patient/*.cruds", "Patient/wear-eli"},
    {"wear-fay", "patient/*.cruds", "Patient/wear-fay"},
    {"wear-adas-son", "patient/*.cruds", "RelatedPerson/wear-adas-son", "wear-ada"},
    {"wear-hal", "patient/*.cruds", "Patient/wear-hal"},
    {"wear-gil", "patient/*.cruds", "Patient/wear-gil"},
    {"wear-ivy", "patient/*.cruds", "Patient/wear-ivy"},
    {"wear-jo", "patient/*.cruds", "Patient/wear-jo"},
    {"wear-kim", "patient/*.cruds", "Patient/wear-kim"},
    {"wear-kims-other-app", "patient/*.cruds", "Patient/wear-kim"},
    {"wear-gils-aunt", "patient/*.cruds", "RelatedPerson/wear-gils-aunt", "wear-gil"},
    {"waiting-maya", "patient/*.cruds", "Patient/waiting-maya"},
    {"waiting-doctor", "user/*.cruds", "Practitioner/waiting-doctor"},
    {"wear-doctor", "user/*.cruds", "Practitioner/wear-doctor"},
    {"visits-foreign", "user/*.cruds", "Practitioner/visits-foreign"},
    {"veiled-vera", "patient/*.cruds", "Patient/veiled-vera"},
    {"nodes-nora", "patient/*.cruds", "Patient/nodes-nora"},
    {"nodes-otto", "patient/*.cruds", "Patient/nodes-otto"},
    {"flow-ada", "patient/*.cruds", "Patient/flow-ada"},
    {"flow-ben", "patient/*.cruds", "Patient/flow-ben"},
    {"flow-cy", "patient/*.cruds", "Patient/flow-cy"},
    {"flow-dee", "patient/*.cruds", "Patient/flow-dee"},
    {"flow-eve", "patient/*.cruds", "Patient/flow-eve"},
    {"flow-author", "user/*.cruds", "Practitioner/flow-author"},
    {"flow-colleague", "user/*.cruds", "Practitioner/flow-colleague"},
    {"synthea-patient", "patient/*.cruds", "Patient/synthea"},
    {"synthea-doctor", "user/*.cruds", "Practitioner/synthea-doctor"},
    {"synthea-outside", "user/*.cruds", "Practitioner/synthea-outside"},
    {"flow-foreign", "user/*.cruds", "Practitioner/flow-foreign"},
    {"decider", "patient/*.cruds", "Patient/decider"},
    {"decider-in-spanish", "patient/*.cruds", "Patient/decider-in-spanish"},
    {"deciders-son", "patient/*.cruds", "RelatedPerson/deciders-son", "decider"},
    {"deciders-doctor", "user/*.cruds", "Practitioner/deciders-doctor"},
    {"deciders-other-doctor", "user/*.cruds", "Practitioner/deciders-other-doctor"},
    {"deciders-stranger", "user/*.cruds", "Practitioner/deciders-stranger"},
    {"about-eva", "patient/*.cruds", "Patient/about-eva"},
    {"about-kim", "patient/*.cruds", "Patient/about-kim"},
    {"about-evas-son", "patient/*.cruds", "RelatedPerson/about-evas-son", "about-eva"},
    {"about-doctor", "user/*.cruds", "Practitioner/about-doctor"},
    {"opinion-pia", "patient/*.cruds", "Patient/opinion-pia"},
    {"opinion-quinn", "patient/*.cruds", "Patient/opinion-quinn"},
    {"opinion-pias-son", "patient/*.cruds", "RelatedPerson/opinion-pias-son", "opinion-pia"},
    {"opinion-treating", "user/*.cruds", "Practitioner/opinion-treating"},
    {"opinion-colleague", "user/*.cruds", "Practitioner/opinion-colleague"},
    {"opinion-outside", "user/*.cruds", "Practitioner/opinion-outside"},
    {"opinion-stranger", "user/*.cruds", "Practitioner/opinion-stranger"},
    {"looked-ana", "patient/*.cruds", "Patient/looked-ana"},
    {"looked-doctor", "user/*.cruds", "Practitioner/looked-doctor"},
    {"contribute-pia", "patient/*.cruds", "Patient/contribute-pia"},
    {"contribute-paco", "patient/*.cruds", "Patient/contribute-paco"},
    {"contribute-racer", "patient/*.cruds", "Patient/contribute-racer"},
    {"contribute-waiter", "patient/*.cruds", "Patient/contribute-waiter"},
    {
      "contribute-pias-son",
      "patient/*.cruds",
      "RelatedPerson/contribute-pias-son",
      "contribute-pia"
    },
    {"audit-ada", "patient/*.cruds", "Patient/audit-ada"},
    {"moved-mia", "patient/*.cruds", "Patient/moved-mia"},
    {"picker-ana", "patient/*.cruds", "Patient/picker-ana"},
    {"moved-max", "patient/*.cruds", "Patient/moved-max"},
    {"audit-adas-sister", "patient/*.cruds", "RelatedPerson/audit-adas-sister", "audit-ada"},
    {"contribute-doctor", "user/*.cruds", "Practitioner/contribute-doctor"},
    {"contribute-stranger", "user/*.cruds", "Practitioner/contribute-stranger"},
    {"watch-pia", "patient/*.cruds", "Patient/watch-pia"},
    {"watch-pias-son", "patient/*.cruds", "RelatedPerson/watch-pias-son", "watch-pia"},
    {"watch-doctor", "user/*.cruds", "Practitioner/watch-doctor"},
    {"watch-nosy", "user/*.cruds", "Practitioner/watch-nosy"},
    {"watch-stranger", "user/*.cruds", "Practitioner/watch-stranger"},
    {"watch-officer", "user/*.cruds", "Practitioner/watch-officer"},
    {"watch-other-officer", "user/*.cruds", "Practitioner/watch-other-officer"},
  };

  /** A service that tells what happened in another system. */
  private static final String AUDIT_SOURCE = "audit-lab";

  /** Of these, who is a privacy officer. */
  private static final Set<String> OFFICERS = Set.of("watch-officer", "watch-other-officer");

  /** Services with what the operator says of them: scopes, AI device, AI purpose, organization. */
  private static final String[][] SERVICES = {
    {"ai-advisor", "system/*.cruds", TestRecords.SCRIBE_DEVICE, "ai-decision-use", null},
    {"ai-trainer", "system/*.cruds", TestRecords.SCRIBE_DEVICE, "ai-training", null},
    {"ai-writer", "system/*.cruds", TestRecords.SCRIBE_DEVICE, "ai-documentation", null},
    {"other-clinic", "system/*.cruds", null, null, "Organization/other-clinic"},
    {"own-clinic", "system/*.cruds", null, null, TestRecords.CLINIC},
    {AUDIT_SOURCE, "system/*.cruds", null, null, null},
    {"opinion-ai", "system/*.cruds", "Device/opinion-reader", "ai-decision-use", null},
  };

  /** Of the client {@code key-client}, which proves itself by signed assertions. */
  static final RSAKey KEY = newKey();

  /** Where clients publish their keys. */
  static final KeyServer KEY_SERVER = KeyServer.start();

  /** An authorization server of others, whose tokens the server under test takes. */
  static final StandInIssuer ISSUER = new StandInIssuer();

  /** An OpenID provider of others, at which users of the server under test log in. */
  static final StandInProvider PROVIDER = new StandInProvider();

  /** An app for the browser. */
  static final AppServer APP_SERVER = AppServer.start();

  /** How many patients {@link ConsentedVisitsTest} has. */
  static final int AGREED = 40;

  private TestClients() {}

  /** Client id of such a patient, and their logical id. */
  static String agreed(int number) {
    return "agreed-" + number;
  }

  static RSAKey newKey() {
    try {
      return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * {@code equipoise.clients[*]}: a few for all tests, and those of the real visits where their
   * data is at hand.
   */
  static Map<String, String> properties(String secret) {
    // The least work factor: what is tested is not bcrypt.
    BCryptPasswordEncoder bcrypt = new BCryptPasswordEncoder(4);
    PasswordEncoder encoder =
        new PasswordEncoder() {
          @Override
          public String encode(CharSequence password) {
            return "{bcrypt}" + bcrypt.encode(password);
          }

          @Override
          public boolean matches(CharSequence password, String encoded) {
            throw new IllegalStateException("The server does that");
          }
        };
    Map<String, String> properties = new HashMap<>();
    for (int i = 0; i < CLIENTS.length; i++) {
      String client = "equipoise.clients[" + i + "].";
      properties.put(client + "id", CLIENTS[i][0]);
      properties.put(client + "secret-hash", encoder.encode(secret));
      properties.put(client + "scopes[0]", CLIENTS[i][1]);
      properties.put(client + "acts-as", CLIENTS[i][2]);
      if (OFFICERS.contains(CLIENTS[i][0])) {
        properties.put(client + "privacy-officer", "true");
      }
      if (CLIENTS[i].length > 3) {
        properties.put(client + "for-patient", CLIENTS[i][3]);
      }
    }
    String keyClient = "equipoise.clients[" + CLIENTS.length + "].";
    properties.put(keyClient + "id", "key-client");
    properties.put(keyClient + "jwks", new JWKSet(KEY).toString(true));
    properties.put(keyClient + "scopes[0]", "system/*.rs");
    properties.put("equipoise.demo.app-jwks", new JWKSet(KEY).toString(true));
    String urlClient = "equipoise.clients[" + (CLIENTS.length + 1) + "].";
    properties.put(urlClient + "id", "url-key-client");
    properties.put(urlClient + "jwks-url", KEY_SERVER.address("/url-key-client"));
    properties.put(urlClient + "scopes[0]", "system/*.rs");
    properties.put("equipoise.jwks.private-hosts[0]", KEY_SERVER.host());
    properties.put("equipoise.jwks.ssl-bundle", "key-server");
    properties.put(
        "spring.ssl.bundle.pem.key-server.truststore.certificate", KEY_SERVER.certificatePem());
    properties.put("equipoise.trusted-issuers[0].issuer", ISSUER.address());
    properties.put("equipoise.trusted-issuers[0].loopback", "true");
    properties.put("equipoise.trusted-issuers[0].name", "Test Network");
    properties.put("equipoise.trusted-issuers[0].claims.client-id", "azp");
    properties.put("equipoise.trusted-issuers[0].claims.scope", "scp");
    properties.put("equipoise.login.providers[0].id", "clinic");
    properties.put("equipoise.login.providers[0].name", "Test Clinic");
    properties.put("equipoise.login.providers[0].issuer", PROVIDER.address());
    properties.put("equipoise.login.providers[0].client-id", StandInProvider.CLIENT);
    properties.put("equipoise.login.providers[0].client-secret", StandInProvider.SECRET);
    properties.put("equipoise.login.providers[0].loopback", "true");
    // Nobody listens there.
    properties.put("equipoise.login.providers[1].id", "gone");
    properties.put("equipoise.login.providers[1].name", "Gone");
    properties.put("equipoise.login.providers[1].issuer", "http://127.0.0.1:9");
    properties.put("equipoise.login.providers[1].client-id", "nobody");
    properties.put("equipoise.login.providers[1].loopback", "true");
    String browserApp = "equipoise.clients[" + (CLIENTS.length + 2) + "].";
    properties.put(browserApp + "id", AppServer.CLIENT_ID);
    properties.put(browserApp + "name", "Growth chart");
    properties.put(browserApp + "public", "true");
    properties.put(browserApp + "redirect-uris[0]", APP_SERVER.address("/app.html"));
    properties.put(browserApp + "launch-url", APP_SERVER.address("/launch.html"));
    String[] scopes = {
      "launch",
      "launch/patient",
      "openid",
      "fhirUser",
      "offline_access",
      "patient/*.rs",
      "user/*.rs"
    };
    for (int i = 0; i < scopes.length; i++) {
      properties.put(browserApp + "scopes[" + i + "]", scopes[i]);
    }
    String approvedApp = "equipoise.clients[" + (CLIENTS.length + 3) + "].";
    properties.put(approvedApp + "id", "approved-app");
    properties.put(approvedApp + "public", "true");
    properties.put(approvedApp + "approved", "true");
    properties.put(approvedApp + "redirect-uris[0]", SmartApp.REDIRECT);
    properties.put(approvedApp + "scopes[0]", "user/*.rs");
    properties.put(approvedApp + "scopes[1]", "openid");
    properties.put(approvedApp + "scopes[2]", "fhirUser");
    for (int i = 0; i < SERVICES.length; i++) {
      String service = "equipoise.clients[" + (CLIENTS.length + 4 + i) + "].";
      properties.put(service + "id", SERVICES[i][0]);
      properties.put(service + "secret-hash", encoder.encode(secret));
      properties.put(service + "scopes[0]", SERVICES[i][1]);
      if (SERVICES[i][2] != null) {
        properties.put(service + "ai-device", SERVICES[i][2]);
        properties.put(service + "ai-purpose", SERVICES[i][3]);
      }
      if (AUDIT_SOURCE.equals(SERVICES[i][0])) {
        properties.put(service + "audit-source", "true");
      }
      if (SERVICES[i][4] != null) {
        properties.put(service + "organization", SERVICES[i][4]);
      }
    }
    int first = CLIENTS.length + 4 + SERVICES.length;
    for (int i = 0; i < AGREED; i++) {
      String agreed = "equipoise.clients[" + (first + i) + "].";
      properties.put(agreed + "id", agreed(i));
      properties.put(agreed + "secret-hash", encoder.encode(secret));
      properties.put(agreed + "scopes[0]", "patient/*.cruds");
      properties.put(agreed + "acts-as", "Patient/" + agreed(i));
    }
    if (TestVisits.areAvailable()) {
      try {
        properties.putAll(
            VisitClients.properties(TestVisits.all(), secret, first + AGREED, encoder));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return properties;
  }
}
