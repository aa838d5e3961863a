package org.equipoise.security.external;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Authorization servers besides our own whose access tokens the FHIR base takes ({@code
 * equipoise.trusted-issuers[*]}). There is no default.
 *
 * @param trustedIssuers each with its own keys and its own way to write claims
 */
@Validated
@ConfigurationProperties("equipoise")
record TrustedIssuers(@DefaultValue @NotNull @Valid List<Issuer> trustedIssuers) {

  @AssertTrue(message = "trusted-issuers has two with the same issuer")
  boolean isEachIssuerOnce() {
    return trustedIssuers.stream().map(Issuer::issuer).distinct().count() == trustedIssuers.size();
  }

  /**
   * One authorization server. It vouches for what its tokens say: who acts, and for which patient.
   *
   * @param issuer its {@code iss}, compared exactly
   * @param name what people call it; null where they are told nothing
   * @param jwksUri where its keys are; without it, what its metadata says (OpenID Connect Discovery
   *     1.0 section 4, or RFC 8414 section 3)
   * @param algorithms what its tokens may be signed with
   * @param audience what {@code aud} must hold; without it, the FHIR base
   * @param claims how its tokens write what ours write in our way
   * @param contexts which scopes are taken from it: {@code patient}, {@code user}, {@code system}
   * @param loopback allows plain HTTP where its host is this machine; for tests only
   */
  record Issuer(
      @NotBlank String issuer,
      @Pattern(
              regexp = "\\P{C}{1,80}",
              message = "must be 1 to 80 characters, none of them invisible")
          String name,
      String jwksUri,
      @DefaultValue("RS256") @NotEmpty
          List<
                  @Pattern(
                      regexp = "(RS|PS|ES)(256|384|512)",
                      message = "must be an algorithm with a public key, e.g. RS256 or ES384")
                  String>
              algorithms,
      String audience,
      @DefaultValue @Valid Claims claims,
      @DefaultValue({"patient", "user"}) @NotEmpty
          Set<@Pattern(regexp = "patient|user|system") String> contexts,
      @DefaultValue("false") boolean loopback) {

    @AssertTrue(message = "issuer must be an https address without query")
    boolean isIssuerSafe() {
      return issuer == null || RemoteAddress.isAllowed(issuer, loopback);
    }

    @AssertTrue(message = "jwks-uri must be an https address")
    boolean isJwksUriSafe() {
      return jwksUri == null || RemoteAddress.isAllowed(jwksUri, loopback);
    }
  }

  /**
   * Names of claims.
   *
   * @param fhirUser the person who acts: {@code Practitioner/7}, or as an address on our FHIR base
   * @param patient the patient in context: a logical id, or {@code Patient/[id]}
   * @param scope the scopes: one string with blanks, or a list
   * @param clientId the client, e.g. {@code azp} of Keycloak
   */
  record Claims(
      @DefaultValue("fhirUser") @NotBlank String fhirUser,
      @DefaultValue("patient") @NotBlank String patient,
      @DefaultValue("scope") @NotBlank String scope,
      @DefaultValue("client_id") @NotBlank String clientId) {}
}
