package org.equipoise.server;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Sizes of a page of search results, in resources.
 *
 * @param defaultSize where the client names no {@code _count}
 * @param maxSize the most that one page holds; more is reached by the {@code next} link
 */
@Validated
@ConfigurationProperties("equipoise.page")
public record PageLimits(
    @DefaultValue("50") @Min(1) int defaultSize,
    @DefaultValue("500") @Min(1) @Max(5000) int maxSize) {}
