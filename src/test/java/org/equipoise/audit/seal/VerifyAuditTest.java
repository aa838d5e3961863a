package org.equipoise.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.audit.AuditDatabase.Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The command as an operator calls it. */
class VerifyAuditTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return new VerifyAudit(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(List.of(arguments));
  }

  private int run(SealedEvents events, String... more) {
    DriverManagerDataSource source = (DriverManagerDataSource) events.database.source;
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--spring.datasource.url=" + source.getUrl());
    arguments.add("--spring.datasource.username=" + source.getUsername());
    arguments.add("--spring.datasource.password=" + source.getPassword());
    return run(arguments.toArray(String[]::new));
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @ParameterizedTest
  @EnumSource
  void run_whenSound_thenZeroAndTheHashToKeep(Engine engine) {
    SealedEvents events = SealedEvents.on(engine);
    events.block(3).database.write("a");
    assertThat(run(events)).isZero();
    assertThat(lines())
        .containsExactly(
            "Sound: 1 seals, 3 sealed events (0 of them in the archive), 1 not yet sealed.",
            "The last seal, to be kept elsewhere: 1:" + events.sealed(1).hash());
    assertThat(run(events, "--anchor", "1:" + events.sealed(1).hash())).isZero();
    assertThat(run(events, "--anchor=1:" + "0".repeat(64))).isEqualTo(1);
    assertThat(lines().get(0)).isEqualTo("Seal 1: not the one whose hash was kept elsewhere");
  }

  @ParameterizedTest
  @EnumSource
  void run_whenTamperedWith_thenOneAndALineForEachFinding(Engine engine) {
    SealedEvents events = SealedEvents.on(engine);
    events.block(3).tamper("delete from eqp_access_event where id = 2");
    assertThat(run(events)).isEqualTo(1);
    assertThat(lines())
        .startsWith(
            "Event 2: missing (block 1)",
            "Tampered with, 1 findings: 1 seals, 2 sealed events (0 of them in the archive), 0 not"
                + " yet sealed.");
  }

  @Test
  void run_whenItCannotBeFoundOut_thenTwoAndTheReason(@TempDir Path folder) {
    assertThat(run("--spring.datasource.url=jdbc:h2:file:" + folder.resolve("none"))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Cannot verify");
    assertThat(folder.toFile().list()).as("nothing is made").isEmpty();

    assertThat(run("--spring.datasource.url=jdbc:h2:mem:empty")).isEqualTo(2);
    assertThat(run("--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none")).isEqualTo(2);
    assertThat(run("--anchor", "7")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--anchor must be", "usage:");
    assertThat(run("now")).isEqualTo(2);

    SealedEvents keyed = SealedEvents.keyed(Engine.H2, "a secret of thirty-two characters!");
    keyed.block(2);
    assertThat(run(keyed)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("equipoise.audit.seal-key");
    assertThat(run(keyed, "--equipoise.audit.seal-key=a secret of thirty-two characters!"))
        .isZero();
    assertThat(run(keyed, "--equipoise.audit.seal-key=short")).isEqualTo(2);
  }
}
