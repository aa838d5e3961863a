package org.equipoise.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.Period;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class AuditSettingsTest {

  @EnableConfigurationProperties(AuditSettings.class)
  static class Settings {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner().withUserConfiguration(Settings.class);

  @Test
  void settings_whenNothingIsSet_thenKeptForEver() {
    runner.run(
        context -> {
          AuditSettings settings = context.getBean(AuditSettings.class);
          assertThat(settings.retention()).isNull();
          assertThat(settings.sealKey()).isNull();
          assertThat(settings.blockSize()).isEqualTo(10_000);
        });
  }

  @Test
  void oldest_whenSevenYearsAreKept_thenSevenYearsAgo() {
    runner
        .withPropertyValues(
            "equipoise.audit.retention=P7Y",
            "equipoise.audit.archive=archive",
            "equipoise.audit.seal-key=a secret of thirty-two characters!")
        .run(
            context -> {
              AuditSettings settings = context.getBean(AuditSettings.class);
              assertThat(settings.retention()).isEqualTo(Period.ofYears(7));
              assertThat(settings.oldest(Instant.parse("2026-02-28T10:00:00Z")))
                  .isEqualTo("2019-02-28T10:00:00Z");
              assertThat(settings.toString()).doesNotContain("secret");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "retention=P7Y, equipoise.audit.archive",
    "retention=P1D, equipoise.audit.retention",
    "retention=soon, equipoise.audit.retention",
    "seal-key=short, equipoise.audit.seal-key",
    "block-size=1, blockSize",
    "block-time=PT48H, blockTime",
  })
  void settings_whenTheyCannotBeMeant_thenTheStartFailsAndNamesThem(String set, String named) {
    runner
        .withPropertyValues("equipoise.audit." + set)
        .run(
            context ->
                assertThat(ExceptionUtils.getThrowableList(context.getStartupFailure()))
                    .extracting(Throwable::getMessage)
                    .anyMatch(message -> message.contains(named)));
  }
}
