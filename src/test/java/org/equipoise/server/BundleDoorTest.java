package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class BundleDoorTest {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(BundleLimits.class)
  static class Settings {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner().withUserConfiguration(Settings.class);

  private static void come(int entries) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.BATCH);
    for (int i = 0; i < entries; i++) {
      bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl("Patient/1");
    }
    ServletRequestDetails request = new ServletRequestDetails();
    request.setResource(bundle);
    new BundleDoor(new BundleLimits(3)).beforeJudging(RestOperationTypeEnum.TRANSACTION, request);
  }

  @Test
  void beforeJudging_whenAsManyAsMayBe_thenPasses() {
    come(3);
  }

  @Test
  void beforeJudging_whenOneMore_thenTooLargeInWords() {
    assertThatThrownBy(() -> come(4))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("at most 3 entries")
        .hasMessageContaining("Nothing was done");
  }

  @Test
  void settings_whenNoneIsMade_thenFiveThousand() {
    runner.run(
        context ->
            assertThat(context.getBean(BundleLimits.class)).isEqualTo(new BundleLimits(5000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "100001"})
  void start_whenSettingCannotBeMeant_thenFailsAndNamesIt(String value) {
    runner
        .withPropertyValues("equipoise.bundle.max-entries=" + value)
        .run(
            context ->
                assertThat(context).getFailure().rootCause().hasMessageContaining("maxEntries"));
  }
}
