package org.equipoise.audit.watch;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What counts as unusual ({@code equipoise.audit.unusual.*}).
 *
 * @param off rules that are not held
 * @param zone where the days and hours are counted
 * @param hours when people work; null where they work around the clock, so that no hour is unusual
 * @param fewPatients so many patients of a day are never too many, whatever is usual
 * @param timesUsual how many times what is usual is too much
 * @param habitDays how many days back a habit is looked at
 * @param knownAfterDays after so many days with work somebody's own habit counts, before that the
 *     habit of others like them
 * @param refusals so many refusals are too many
 * @param refusalsWithin in this time
 * @param aiWritesWithin how long after a look an AI that documents has to write something
 */
@Validated
@ConfigurationProperties("equipoise.audit.unusual")
public record UnusualSettings(
    @DefaultValue @NotNull Set<Rule> off,
    @DefaultValue("UTC") @NotNull ZoneId zone,
    @Valid Hours hours,
    @DefaultValue("20") @Min(1) @Max(100_000) int fewPatients,
    @DefaultValue("3") @NotNull @DecimalMin("1") @DecimalMax("1000") BigDecimal timesUsual,
    @DefaultValue("28") @Min(1) @Max(366) int habitDays,
    @DefaultValue("5") @Min(1) @Max(366) int knownAfterDays,
    @DefaultValue("20") @Min(2) @Max(1_000_000) int refusals,
    @DefaultValue("5m") @NotNull @DurationMin(minutes = 1) @DurationMax(hours = 24)
        Duration refusalsWithin,
    @DefaultValue("24h") @NotNull @DurationMin(minutes = 1) @DurationMax(days = 90)
        Duration aiWritesWithin) {

  /** What counts where nothing is set. */
  public static final UnusualSettings DEFAULT =
      new UnusualSettings(
          Set.of(),
          ZoneId.of("UTC"),
          null,
          20,
          new BigDecimal(3),
          28,
          5,
          20,
          Duration.ofMinutes(5),
          Duration.ofHours(24));

  public UnusualSettings {
    off = Set.copyOf(off);
  }

  @AssertTrue(message = "known-after-days must not be more than habit-days")
  boolean isKnownInTime() {
    return knownAfterDays <= habitDays;
  }

  boolean holds(Rule rule) {
    return !off.contains(rule);
  }

  LocalDate dayOf(Instant moment) {
    return LocalDate.ofInstant(moment, zone);
  }

  /** Whether people work at this moment. */
  boolean isOpen(Instant moment) {
    return hours == null || hours.include(moment.atZone(zone));
  }

  /**
   * When people work.
   *
   * @param opens from this time of the day
   * @param closes to this one; before {@code opens} where the shift goes over midnight
   * @param days on which a shift begins
   */
  public record Hours(
      @NotNull LocalTime opens,
      @NotNull LocalTime closes,
      @DefaultValue({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
          @NotNull
          Set<DayOfWeek> days) {

    public Hours {
      days = days == null ? EnumSet.allOf(DayOfWeek.class) : Set.copyOf(days);
    }

    @AssertTrue(message = "closes must be another time than opens")
    boolean isAnyTime() {
      return opens == null || !opens.equals(closes);
    }

    boolean include(ZonedDateTime moment) {
      LocalTime time = moment.toLocalTime();
      boolean today = days.contains(moment.getDayOfWeek());
      if (opens.isBefore(closes)) {
        return today && !time.isBefore(opens) && time.isBefore(closes);
      }
      return time.isBefore(closes)
          ? days.contains(moment.getDayOfWeek().minus(1))
          : today && !time.isBefore(opens);
    }
  }
}
