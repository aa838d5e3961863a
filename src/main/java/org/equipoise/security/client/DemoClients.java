package org.equipoise.security.client;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Registers the clients of the {@code demo} profile, loudly. */
final class DemoClients {

  private static final Logger log = LoggerFactory.getLogger(DemoClients.class);

  private DemoClients() {}

  /** The configured clients, and those of the demo where it is on. */
  static List<ClientProperties.Client> with(
      List<ClientProperties.Client> configured, boolean demo, PasswordEncoder encoder) {
    if (!demo) {
      return configured;
    }
    log.warn(
        "****************************************************************************************");
    log.warn(
        "* DEMO: clients demo-scribe, demo-practitioner and demo-patient share the known secret *");
    log.warn(
        "* '{}', and act as persons without a login. Never keep a real record in this server.  *",
        DemoClient.SECRET);
    log.warn(
        "****************************************************************************************");
    List<ClientProperties.Client> clients = new ArrayList<>(configured);
    for (DemoClient client : DemoClient.values()) {
      clients.add(
          new ClientProperties.Client(
              client.id(), hash(encoder), null, List.of(client.scope()), client.actsAs(), null));
    }
    return clients;
  }

  /** A salt of its own for each: Spring refuses two clients with the same encoded secret. */
  private static String hash(PasswordEncoder encoder) {
    return encoder.encode(DemoClient.SECRET);
  }
}
