package org.equipoise.server;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much one batch or transaction may ask for ({@code equipoise.bundle.*}).
 *
 * @param maxEntries entries; each may ask for a page of its own
 */
@Validated
@ConfigurationProperties("equipoise.bundle")
public record BundleLimits(@DefaultValue("5000") @Min(1) @Max(100_000) int maxEntries) {}
