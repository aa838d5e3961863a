package org.equipoise.audit.watch;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the watch over accesses ({@code equipoise.audit.*}).
 *
 * @param watchEvery how often it looks for new events
 * @param tellPatient whether a patient is told of an unusual access by a message in their record
 */
@Validated
@ConfigurationProperties("equipoise.audit")
record WatchSettings(
    @DefaultValue("10s") @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration watchEvery,
    @DefaultValue("false") boolean tellPatient) {}
