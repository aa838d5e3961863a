package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.Test;

@OnPostgres
class PostgresSmokeTest extends ServerTest {

  @Test
  void transaction_whenOnPostgres_thenStored() {
    writeHousehold();
    assertThat(
            scribe().post("", TestRecords.noteWithProvenance("anna")).ok(Bundle.class).getEntry())
        .hasSize(2);
    assertThat(jdbc.queryForObject("select version()", String.class)).startsWith("PostgreSQL");
  }
}
