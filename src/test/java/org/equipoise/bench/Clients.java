package org.equipoise.bench;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;

/** The two callers of the bench, as the server is told of them: a scribe, and the patient of its notes. */
final class Clients {

  private static final String SECRET = "only-in-the-bench";

  private final List<String> arguments;

  Clients() {
    PasswordEncoder encoder = PasswordEncoderFactories.createDelegatingPasswordEncoder();
    this.arguments =
        List.of(
            // A patient who acts without a login is possible with this profile only.
            "--spring.profiles.active=demo",
            "--equipoise.clients[0].id=bench-scribe",
            "--equipoise.clients[0].secret-hash=" + encoder.encode(SECRET),
            "--equipoise.clients[0].scopes[0]=system/*.cruds",
            "--equipoise.clients[1].id=bench-patient",
            "--equipoise.clients[1].secret-hash=" + encoder.encode(SECRET),
            "--equipoise.clients[1].scopes[0]=patient/*.cruds",
            "--equipoise.clients[1].acts-as=Patient/" + Cases.PATIENT);
  }

  /** The arguments of a server that knows them. */
  List<String> arguments(List<String> others) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(others);
    return all;
  }

  Client scribe(URI server) {
    return new Client(server, "bench-scribe", SECRET, "system/*.cruds");
  }

  Client patient(URI server) {
    return new Client(server, "bench-patient", SECRET, "patient/*.cruds");
  }
}
