package org.equipoise.audit.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class UnusualSettingsTest {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties({UnusualSettings.class, WatchSettings.class})
  static class Settings {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner().withUserConfiguration(Settings.class);

  @Test
  void settings_whenNoneIsMade_thenDefaults() {
    runner.run(
        context -> {
          assertThat(context.getBean(UnusualSettings.class)).isEqualTo(UnusualSettings.DEFAULT);
          assertThat(context.getBean(WatchSettings.class))
              .isEqualTo(new WatchSettings(Duration.ofSeconds(10), false));
        });
  }

  @Test
  void settings_whenMadeAsDocumented_thenUnderstood() {
    runner
        .withPropertyValues(
            "equipoise.audit.unusual.off=same-family-name,out-of-hours",
            "equipoise.audit.unusual.zone=Europe/Madrid",
            "equipoise.audit.unusual.hours.opens=07:00",
            "equipoise.audit.unusual.hours.closes=20:00",
            "equipoise.audit.unusual.hours.days=monday,friday",
            "equipoise.audit.tell-patient=true")
        .run(
            context -> {
              UnusualSettings settings = context.getBean(UnusualSettings.class);
              assertThat(settings.off())
                  .containsExactlyInAnyOrder(Rule.SAME_FAMILY_NAME, Rule.OUT_OF_HOURS);
              assertThat(settings.zone()).isEqualTo(ZoneId.of("Europe/Madrid"));
              assertThat(settings.hours().opens()).isEqualTo(LocalTime.of(7, 0));
              assertThat(settings.hours().closes()).isEqualTo(LocalTime.of(20, 0));
              assertThat(settings.hours().days())
                  .containsExactlyInAnyOrder(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);
              assertThat(context.getBean(WatchSettings.class).tellPatient()).isTrue();
            });
  }

  @Test
  void hours_whenNoDaysAreNamed_thenEachDay() {
    runner
        .withPropertyValues(
            "equipoise.audit.unusual.hours.opens=07:00",
            "equipoise.audit.unusual.hours.closes=20:00")
        .run(
            context ->
                assertThat(context.getBean(UnusualSettings.class).hours().days()).hasSize(7));
  }

  @ParameterizedTest
  @CsvSource({
    "equipoise.audit.unusual.off=gossip, off",
    "equipoise.audit.unusual.zone=Atlantis, zone",
    "equipoise.audit.unusual.hours.opens=07:00, closes",
    "equipoise.audit.unusual.few-patients=0, fewPatients",
    "equipoise.audit.unusual.times-usual=0.5, timesUsual",
    "equipoise.audit.unusual.known-after-days=40, known-after-days",
    "equipoise.audit.unusual.refusals=1, refusals",
    "equipoise.audit.unusual.refusals-within=10s, refusalsWithin",
    "equipoise.audit.watch-every=0s, watchEvery",
  })
  void start_whenSettingCannotBeMeant_thenFailsAndNamesIt(String setting, String named) {
    runner
        .withPropertyValues(setting)
        .run(context -> assertThat(context).getFailure().hasStackTraceContaining(named));
  }
}
