package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class RehearsalTest extends ServerTest {

  @Autowired private Rehearsal rehearsal;

  @Test
  void run_whenDone_thenNoRowStays() {
    Map<String, Long> before = rowCounts();

    rehearsal.run();

    assertThat(rowCounts()).isEqualTo(before);
  }
}
