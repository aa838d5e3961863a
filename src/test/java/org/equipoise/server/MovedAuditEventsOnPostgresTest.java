package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.junit.jupiter.api.Test;

/** {@link MovedAuditEventsTest} on PostgreSQL, where several nodes may start at once. */
@OnPostgres
class MovedAuditEventsOnPostgresTest extends MovedAuditEventsTest {

  @Test
  void start_whenThreeNodesAtOnce_thenEachDecisionOnce() {
    String document = "DocumentReference/" + UUID.randomUUID();
    for (int i = 0; i < 450; i++) {
      keepAsResource(document, AuditEventOutcome._0);
    }

    List<CompletableFuture<Void>> nodes =
        Stream.generate(() -> CompletableFuture.runAsync(this::start)).limit(3).toList();
    nodes.forEach(CompletableFuture::join);
    // The one that came first may have ended before the others gave up a step.
    start();

    assertThat(moved(document)).hasSize(450);
  }
}
