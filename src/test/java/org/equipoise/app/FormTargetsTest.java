package org.equipoise.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a consent form may lead. */
class FormTargetsTest {

  @Test
  void of_whenWebApp_thenItsOriginOnly() {
    assertThat(FormTargets.of(List.of("https://app.example/a?b=c", "https://app.example:8443/d")))
        .isEqualTo(" https://app.example https://app.example:8443");
  }

  @Test
  void of_whenNativeApp_thenItsSchemeOrAnyPortOfTheDevice() {
    assertThat(FormTargets.of(List.of("com.example.app:/callback", "http://127.0.0.1/cb")))
        .isEqualTo(" com.example.app: http://127.0.0.1:*");
  }

  @Test
  void of_whenNone_thenNothing() {
    assertThat(FormTargets.of(List.of())).isEmpty();
  }
}
