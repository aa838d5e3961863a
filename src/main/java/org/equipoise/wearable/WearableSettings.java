package org.equipoise.wearable;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings ({@code equipoise.wearables.*}).
 *
 * @param maxUpload how large one upload may be, decompressed
 * @param perPatient how many uploads of one patient may be under way
 * @param workers how many uploads a node works on at a time
 * @param lease after how long without a sign of life a node is taken for dead and another goes on
 * @param recent what was measured so long ago or less waits for somebody to look at it
 * @param keep how long the outcome of an upload can be asked for
 */
@Validated
@ConfigurationProperties("equipoise.wearables")
record WearableSettings(
    @DefaultValue("512MB") @NotNull DataSize maxUpload,
    @DefaultValue("1") @Min(1) @Max(100) int perPatient,
    @DefaultValue("1") @Min(1) @Max(16) int workers,
    @DefaultValue("1m") @NotNull @DurationMin(seconds = 2) @DurationMax(hours = 1) Duration lease,
    @DefaultValue("7d") @NotNull @DurationMin @DurationMax(days = 366) Duration recent,
    @DefaultValue("30d") @NotNull @DurationMin(hours = 1) Duration keep) {

  @AssertTrue(message = "max-upload must be from 1MB to 16GB")
  boolean isMaxUploadUseful() {
    return maxUpload.toMegabytes() >= 1 && maxUpload.toGigabytes() <= 16;
  }
}
