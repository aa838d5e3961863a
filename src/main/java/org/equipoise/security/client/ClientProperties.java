package org.equipoise.security.client;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.equipoise.security.scope.SmartScope;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The OAuth clients that the operator registers by configuration ({@code equipoise.clients[*]}).
 * There is no default client.
 *
 * @param clients registered at start; one that is gone from the list is gone from the server after
 *     the next start
 */
@Validated
@ConfigurationProperties("equipoise")
public record ClientProperties(@DefaultValue @Valid List<Client> clients) {

  /**
   * One client: it proves itself by a secret or by a signed assertion ({@code private_key_jwt}),
   * not by both.
   *
   * @param id the {@code client_id}
   * @param secretHash the secret as Spring Security encodes it with its algorithm in front, e.g.
   *     {@code {bcrypt}$2a$…}
   * @param jwks the client's public keys as a JSON Web Key Set
   * @param scopes the most that it may ask for
   * @param actsAs the person for whom it acts, e.g. {@code Patient/7}; only with the {@code demo}
   *     profile
   * @param forPatient logical id of the patient whom a RelatedPerson of {@code actsAs} stands for
   */
  public record Client(
      @NotBlank @Pattern(regexp = "[A-Za-z0-9._~-]{1,100}") String id,
      String secretHash,
      String jwks,
      @NotEmpty List<String> scopes,
      @Pattern(regexp = "(Patient|Practitioner|RelatedPerson)/[A-Za-z0-9.-]{1,64}") String actsAs,
      @Pattern(regexp = "[A-Za-z0-9.-]{1,64}") String forPatient) {

    private static final String ALGORITHMS =
        "bcrypt|argon2@SpringSecurity_v5_8|scrypt@SpringSecurity_v5_8|pbkdf2@SpringSecurity_v5_8";

    @AssertTrue(message = "needs exactly one of secret-hash and jwks")
    boolean isProofOfOneKind() {
      return (secretHash == null) != (jwks == null);
    }

    /**
     * Not a constraint on the value itself: what breaks one is printed, and it may be the plain
     * secret.
     */
    @AssertTrue(message = "secret-hash needs its algorithm in front, one of " + ALGORITHMS)
    boolean isSecretHashEncoded() {
      return secretHash == null || secretHash.matches("\\{(" + ALGORITHMS + ")}.+");
    }

    @AssertTrue(message = "has for-patient exactly where it acts as a RelatedPerson")
    boolean isForPatientOfRepresentative() {
      return (forPatient != null) == (actsAs != null && actsAs.startsWith("RelatedPerson/"));
    }

    @AssertTrue(
        message = "has a scope that is not of the form (patient|user|system)/(Type|*).(cruds)")
    boolean isScopesWellFormed() {
      return scopes == null
          || scopes.stream().allMatch(scope -> SmartScope.parse(scope).isPresent());
    }
  }
}
