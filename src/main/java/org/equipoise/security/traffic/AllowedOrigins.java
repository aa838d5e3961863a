package org.equipoise.security.traffic;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * From which pages a browser may call.
 *
 * @param allowedOrigins origins as browsers write them, {@code https://app.example}, or {@code *}
 *     for any; none closes the server to browser apps of other origins
 */
@Validated
@ConfigurationProperties("equipoise.cors")
record AllowedOrigins(
    @DefaultValue("*") @NotNull
        List<
                @Pattern(
                    regexp =
                        "\\*|https?://[a-z0-9.-]+(:\\d{1,5})?|https?://\\[[0-9a-f:]+](:\\d{1,5})?")
                String>
            allowedOrigins) {}
