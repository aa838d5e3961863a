package org.equipoise.visits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;

class VisitClientsTest {

  @Test
  void properties_whenOneVisit_thenItsPatientActsForNobodyElse() {
    Map<String, String> properties = VisitClients.properties(List.of(TestVisits.bare()), "s3cret");
    assertThat(properties)
        .containsEntry("equipoise.clients[0].id", "visit-scribe")
        .doesNotContainKey("equipoise.clients[0].acts-as")
        .containsEntry("equipoise.clients[2].id", "patient-visit-t1")
        .containsEntry("equipoise.clients[2].acts-as", "Patient/visit-t1")
        .doesNotContainValue("s3cret");
    assertThat(properties.get("equipoise.clients[2].secret-hash"))
        .startsWith("{bcrypt}")
        .isNotEqualTo(properties.get("equipoise.clients[0].secret-hash"));
    assertThat(
            PasswordEncoderFactories.createDelegatingPasswordEncoder()
                .matches("s3cret", properties.get("equipoise.clients[2].secret-hash")))
        .isTrue();
    assertThat(properties)
        .allSatisfy(
            (key, value) -> {
              if (key.startsWith("equipoise.clients[2].scopes")) {
                assertThat(value).startsWith("patient/");
              }
            });
  }

  @Test
  void write_whenReadBack_thenTheSameProperties(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("clients.properties");
    VisitClients.write(List.of(TestVisits.bare()), "s3cret", file);
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    }
    assertThat(read.keySet())
        .isEqualTo(VisitClients.properties(List.of(TestVisits.bare()), "s3cret").keySet());
    assertThat(read.getProperty("equipoise.clients[2].secret-hash"))
        .matches("\\{bcrypt}\\$2a\\$\\d\\d\\$.{53}");
  }
}
