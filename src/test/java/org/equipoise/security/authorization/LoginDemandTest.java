package org.equipoise.security.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which login will do for what an app asks (OpenID Connect Core 1.0 section 3.1.2.1). */
class LoginDemandTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.900Z");

  private static Optional<Instant> ago(Long seconds) {
    return Optional.ofNullable(seconds)
        .map(ago -> Instant.ofEpochSecond(NOW.getEpochSecond() - ago));
  }

  @ParameterizedTest
  @CsvSource({
    ",,, true",
    ",, 100000, true",
    "consent,, 100000, true",
    "somethingNew,, 100000, true",
    "login,, 0, false",
    "LOGIN,, 0, true",
    "consent login,, 0, false",
    "select_account,, 0, false",
    ", 300, 300, true",
    ", 300, 301, false",
    ", 300,, false",
    ", 0, 0, false",
    ", 1, 0, true",
    "none, 300, 301, false",
    ", nonsense, 301, true"
  })
  void isMetBy_whenLoggedInBefore_thenOnlyWhereTheAppAsksForNoLoginOfNow(
      String prompt, String maxAge, Long secondsAgo, boolean met) {
    assertThat(LoginDemand.of(prompt, maxAge).isMetBy(ago(secondsAgo), NOW)).isEqualTo(met);
  }

  @ParameterizedTest
  @CsvSource({
    "login,, 1, true",
    "login,, 3600, false",
    "login, 7200, 3600, false",
    "select_account,, 1, true",
    ", 0, 1, true",
    ", 300, 310, true",
    ", 300, 3600, false",
    "login,,, false",
    "consent,,, true"
  })
  void isMetAfresh_whenLoggedInForIt_thenUnlessWavedThroughElsewhere(
      String prompt, String maxAge, Long secondsAgo, boolean met) {
    assertThat(LoginDemand.of(prompt, maxAge).isMetAfresh(ago(secondsAgo), NOW)).isEqualTo(met);
  }

  @ParameterizedTest
  @CsvSource({
    "none, 60,",
    "login consent, 0,",
    "somethingNew,,",
    "none login,, prompt 'none' must stand alone",
    "none  somethingNew,, prompt 'none' must stand alone",
    ", -1, max_age must be a number of seconds",
    ", 1.5, max_age must be a number of seconds",
    ", 99999999999, max_age must be a number of seconds"
  })
  void problem_whenSomethingCannotBe_thenNamed(String prompt, String maxAge, String problem) {
    assertThat(
            LoginDemand.problem(
                Map.of(
                    "prompt",
                    prompt == null ? "" : prompt,
                    "max_age",
                    maxAge == null ? "" : maxAge)))
        .isEqualTo(Optional.ofNullable(problem));
  }

  @Test
  void ofLogin_whenMoreIsAsked_thenNothingButTheLogin() {
    assertThat(LoginDemand.of("consent select_account login what", "060").ofLogin())
        .isEqualTo(Map.of("prompt", "login select_account", "max_age", "60"));
    assertThat(LoginDemand.of("none", null).ofLogin()).isEmpty();
  }
}
