package org.equipoise.bench;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.server.TestRecords;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * The callers of the bench, as the server is told of them: a scribe, the patient of its notes, and
 * the patient's clinician.
 */
final class Clients {

  private static final String SECRET = "only-in-the-bench";

  private final List<String> scribe;
  private final List<String> patient;
  private final List<String> clinician;
  private final List<String> ai;
  private final List<String> ben;

  Clients() {
    PasswordEncoder encoder = PasswordEncoderFactories.createDelegatingPasswordEncoder();
    this.scribe =
        List.of(
            "--equipoise.clients[0].id=bench-scribe",
            "--equipoise.clients[0].secret-hash=" + encoder.encode(SECRET),
            "--equipoise.clients[0].scopes[0]=system/*.cruds");
    this.patient =
        List.of(
            // A patient who acts without a login is possible with this profile only.
            "--spring.profiles.active=demo",
            "--equipoise.clients[1].id=bench-patient",
            "--equipoise.clients[1].secret-hash=" + encoder.encode(SECRET),
            "--equipoise.clients[1].scopes[0]=patient/*.cruds",
            "--equipoise.clients[1].acts-as=Patient/" + Cases.PATIENT);
    this.clinician =
        List.of(
            "--equipoise.clients[2].id=bench-clinician",
            "--equipoise.clients[2].secret-hash=" + encoder.encode(SECRET),
            "--equipoise.clients[2].scopes[0]=user/*.cruds",
            "--equipoise.clients[2].acts-as=Practitioner/demo-practitioner");
    this.ai =
        List.of(
            "--equipoise.clients[3].id=bench-ai",
            "--equipoise.clients[3].secret-hash=" + encoder.encode(SECRET),
            "--equipoise.clients[3].scopes[0]=system/*.rs",
            "--equipoise.clients[3].ai-device=" + TestRecords.SCRIBE_DEVICE,
            "--equipoise.clients[3].ai-purpose=ai-decision-use");
    this.ben =
        List.of(
            "--equipoise.clients[2].id=bench-ben",
            "--equipoise.clients[2].secret-hash=" + encoder.encode(SECRET),
            "--equipoise.clients[2].scopes[0]=patient/*.cruds",
            "--equipoise.clients[2].acts-as=Patient/ben");
  }

  /**
   * The arguments of a server that knows the scribe only, as one in use would be: without the demo.
   */
  List<String> scribeOnly(List<String> others) {
    List<String> all = new ArrayList<>(scribe);
    all.addAll(others);
    return all;
  }

  /** The arguments of a server that knows both. */
  List<String> both(List<String> others) {
    List<String> all = scribeOnly(others);
    all.addAll(patient);
    return all;
  }

  /** The arguments of a server that knows these two and the patient's clinician. */
  List<String> all(List<String> others) {
    List<String> all = both(others);
    all.addAll(clinician);
    return all;
  }

  /** The arguments of a server that knows all these and an AI that reads. */
  List<String> withAi(List<String> others) {
    List<String> all = all(others);
    all.addAll(ai);
    return all;
  }

  /** The arguments of a server that knows the scribe, the patient and another one, Ben. */
  List<String> withBen(List<String> others) {
    List<String> all = both(others);
    all.addAll(ben);
    return all;
  }

  Client ben(URI server) {
    return new Client(server, "bench-ben", SECRET, "patient/*.cruds");
  }

  Client ai(URI server) {
    return new Client(server, "bench-ai", SECRET, "system/*.rs");
  }

  Client clinician(URI server) {
    return new Client(server, "bench-clinician", SECRET, "user/*.cruds");
  }

  Client scribe(URI server) {
    return new Client(server, "bench-scribe", SECRET, "system/*.cruds");
  }

  Client patient(URI server) {
    return new Client(server, "bench-patient", SECRET, "patient/*.cruds");
  }
}
