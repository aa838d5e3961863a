package org.equipoise.security.authorization;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long what the authorization server gives out counts.
 *
 * @param access an access token: 1 minute to 1 hour
 * @param offline how long an app may refresh with {@code offline_access}, counted from the consent
 * @param online how long it may with {@code online_access}, counted from the consent; logging out
 *     ends it at once
 * @param launch how long an app may take to use the launch that an EHR registered
 * @param decision how long a user may take from the app's request to the decision
 * @param keyRotation after how long another key signs
 */
@Validated
@ConfigurationProperties("equipoise.tokens")
record TokenLives(
    @NotNull @DefaultValue("5m") Duration access,
    @NotNull @DefaultValue("90d") Duration offline,
    @NotNull @DefaultValue("8h") Duration online,
    @NotNull @DefaultValue("5m") Duration launch,
    @NotNull @DefaultValue("15m") Duration decision,
    @NotNull @DefaultValue("90d") Duration keyRotation) {

  @AssertTrue(message = "equipoise.tokens.access is between 1 minute and 1 hour")
  boolean isAccessShort() {
    return between(access, Duration.ofMinutes(1), Duration.ofHours(1));
  }

  @AssertTrue(message = "equipoise.tokens.offline is between 1 hour and 400 days")
  boolean isOfflineBounded() {
    return between(offline, Duration.ofHours(1), Duration.ofDays(400));
  }

  @AssertTrue(message = "equipoise.tokens.online is between 5 minutes and 24 hours")
  boolean isOnlineBounded() {
    return between(online, Duration.ofMinutes(5), Duration.ofHours(24));
  }

  @AssertTrue(message = "equipoise.tokens.launch is between 10 seconds and 15 minutes")
  boolean isLaunchShort() {
    return between(launch, Duration.ofSeconds(10), Duration.ofMinutes(15));
  }

  @AssertTrue(message = "equipoise.tokens.decision is between 1 minute and 1 hour")
  boolean isDecisionShort() {
    return between(decision, Duration.ofMinutes(1), Duration.ofHours(1));
  }

  @AssertTrue(message = "equipoise.tokens.key-rotation is at least 2 days")
  boolean isKeyRotationLong() {
    return keyRotation.compareTo(Duration.ofDays(2)) >= 0;
  }

  private static boolean between(Duration value, Duration least, Duration most) {
    return value == null || (value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
  }
}
