package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.equipoise.fhir.RecordValidation;
import org.junit.jupiter.api.Test;

class TestResourcesTest {

  @Test
  void all_whenWritten_thenValid() {
    WriteValidation validation = new WriteValidation(RecordValidation.shared());

    new TestResources("anna", "word")
        .all("dana")
        .forEach(
            (type, resource) ->
                assertThatCode(() -> validation.requireValid(resource))
                    .as(type)
                    .doesNotThrowAnyException());
  }
}
