package org.equipoise.security.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class TrafficSettingsTest {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties({AllowedOrigins.class, RateLimits.class, RequestSizes.class})
  static class Settings {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner().withUserConfiguration(Settings.class);

  @Test
  void settings_whenNoneIsMade_thenDefaults() {
    runner.run(
        context -> {
          assertThat(context.getBean(RequestSizes.class))
              .isEqualTo(new RequestSizes(DataSize.ofMegabytes(16), DataSize.ofKilobytes(64)));
          assertThat(context.getBean(AllowedOrigins.class).allowedOrigins()).containsExactly("*");
        });
  }

  @Test
  void origins_whenNone_thenClosed() {
    runner
        .withPropertyValues("equipoise.cors.allowed-origins=")
        .run(
            context ->
                assertThat(context.getBean(AllowedOrigins.class).allowedOrigins()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "equipoise.max-body=10KB, max-body must be",
    "equipoise.max-form=1GB, max-form must be",
    "equipoise.limits.login-per-address=0, loginPerAddress",
    "equipoise.limits.tracked=1, tracked",
    "equipoise.cors.allowed-origins=https://app.example/, allowedOrigins[0]",
    "equipoise.cors.allowed-origins=app.example, allowedOrigins[0]",
  })
  void start_whenSettingCannotBeMeant_thenFailsAndNamesIt(String setting, String named) {
    runner
        .withPropertyValues(setting)
        .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining(named));
  }
}
