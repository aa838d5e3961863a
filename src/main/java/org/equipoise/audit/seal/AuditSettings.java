package org.equipoise.audit.seal;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of seals and retention ({@code equipoise.audit.*}).
 *
 * @param gapLag for how long the number of a transaction that is still open is waited for
 * @param blockTime a block is closed when its first event is this old
 * @param blockSize or when it has so many events
 * @param sealKey secret that the hash of each block is made with; null for a plain hash
 * @param retention how long events stay in the database; null for ever
 * @param archive directory that older ones are moved to
 */
@Validated
@ConfigurationProperties("equipoise.audit")
record AuditSettings(
    @DefaultValue("10m") @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 12)
        Duration gapLag,
    @DefaultValue("1h") @NotNull @DurationMin(seconds = 1) @DurationMax(days = 1)
        Duration blockTime,
    @DefaultValue("10000") @Min(10) @Max(20_000) int blockSize,
    String sealKey,
    Period retention,
    Path archive) {

  private static final int SHORTEST_KEY = 32;

  /** What commits late is named by a seal within a day; only then may its block go. */
  private static final Period SHORTEST_RETENTION = Period.ofDays(2);

  @AssertTrue(message = "equipoise.audit.seal-key must have 32 characters or more")
  boolean isSealKeyLong() {
    return sealKey == null || sealKey.length() >= SHORTEST_KEY;
  }

  @AssertTrue(message = "equipoise.audit.retention must be two days (P2D) or more")
  boolean isRetentionLong() {
    LocalDate day = LocalDate.EPOCH;
    return retention == null || !day.plus(retention).isBefore(day.plus(SHORTEST_RETENTION));
  }

  @AssertTrue(
      message =
          "equipoise.audit.archive must name a directory where equipoise.audit.retention is set")
  boolean isArchiveNamed() {
    return retention == null || archive != null;
  }

  /** What was recorded before is older than the retention. */
  Instant oldest(Instant now) {
    return now.atZone(ZoneOffset.UTC).minus(retention).toInstant();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "AuditSettings[retention=" + retention + ", archive=" + archive + "]";
  }
}
