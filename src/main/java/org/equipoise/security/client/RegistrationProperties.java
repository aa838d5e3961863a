package org.equipoise.security.client;

import jakarta.validation.constraints.Min;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Dynamic client registration ({@code equipoise.registration.*}; RFC 7591).
 *
 * @param mode who may register a client
 * @param mostWaiting clients that may wait for an operator at the same time; more are refused
 */
@Validated
@ConfigurationProperties("equipoise.registration")
public record RegistrationProperties(
    @DefaultValue("off") Mode mode, @DefaultValue("100") @Min(1) int mostWaiting) {

  /** Who may register a client. */
  public enum Mode {
    /** Nobody. */
    OFF,
    /** Who has an initial access token, with scope {@code client.create}. */
    TOKEN,
    /** Anybody. */
    OPEN
  }

  /** Where, below the server's address; empty where nobody may. */
  public Optional<String> path() {
    return mode == Mode.OFF ? Optional.empty() : Optional.of(RegistrationEndpoint.PATH);
  }
}
