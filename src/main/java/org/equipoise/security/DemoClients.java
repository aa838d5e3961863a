package org.equipoise.security;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.password.PasswordEncoder;

/** The three clients of the {@code demo} profile, whose secret everybody knows. */
final class DemoClients {

  private static final Logger log = LoggerFactory.getLogger(DemoClients.class);

  /** The Spring profile. */
  static final String PROFILE = "demo";

  private static final String SECRET = "demo";

  private DemoClients() {}

  /** The configured clients, and those of the demo where it is on. */
  static List<ClientProperties.Client> with(
      List<ClientProperties.Client> configured, boolean demo, PasswordEncoder encoder) {
    if (!demo) {
      return configured;
    }
    log.warn("****************************************************************************************");
    log.warn("* DEMO: clients demo-scribe, demo-practitioner and demo-patient share the known secret *");
    log.warn("* '{}', and act as persons without a login. Never keep a real record in this server.  *", SECRET);
    log.warn("****************************************************************************************");
    List<ClientProperties.Client> clients = new ArrayList<>(configured);
    clients.add(new ClientProperties.Client("demo-scribe", hash(encoder), null, List.of("system/*.cruds"), null, null));
    clients.add(
        new ClientProperties.Client(
            "demo-practitioner", hash(encoder), null, List.of("user/*.cruds"), "Practitioner/demo-practitioner", null));
    clients.add(
        new ClientProperties.Client(
            "demo-patient", hash(encoder), null, List.of("patient/*.cruds"), "Patient/demo-patient", null));
    return clients;
  }

  /** A salt of its own for each: Spring refuses two clients with the same encoded secret. */
  private static String hash(PasswordEncoder encoder) {
    return encoder.encode(SECRET);
  }
}
