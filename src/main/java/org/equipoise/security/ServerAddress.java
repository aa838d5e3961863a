package org.equipoise.security;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Where clients reach this server.
 *
 * @param baseUrl scheme, host and port without a trailing slash; it is the token issuer, and with
 *     {@code /fhir} the FHIR base and the audience of every token
 */
@Validated
@ConfigurationProperties("equipoise")
public record ServerAddress(
    @NotBlank @Pattern(regexp = "https?://[^/?#]+(/[^?#]*[^/?#])?") String baseUrl) {

  /** The FHIR base, without a trailing slash. */
  public String fhirBase() {
    return baseUrl + "/fhir";
  }
}
