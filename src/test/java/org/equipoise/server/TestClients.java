package org.equipoise.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
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
  };

  private TestClients() {}

  /** {@code equipoise.clients[*]}: a few for all tests, and those of the real visits where their data is at hand. */
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
      if (CLIENTS[i].length > 3) {
        properties.put(client + "for-patient", CLIENTS[i][3]);
      }
    }
    if (TestVisits.areAvailable()) {
      try {
        properties.putAll(VisitClients.properties(TestVisits.all(), secret, CLIENTS.length, encoder));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return properties;
  }
}
