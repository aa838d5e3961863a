package org.equipoise.security.client;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.equipoise.fhir.BrightLine;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.validation.annotation.Validated;

/**
 * The OAuth clients that the operator registers by configuration ({@code equipoise.clients[*]}).
 * There is no default client.
 *
 * @param clients registered at start; one that is gone from the list is gone from the server after
 *     the next start
 * @param demo what the {@code demo} profile needs to know
 */
@Validated
@ConfigurationProperties("equipoise")
public record ClientProperties(@DefaultValue @Valid List<Client> clients, @DefaultValue Demo demo) {

  @AssertTrue(message = "equipoise.clients: each client needs an id and a secret-hash of its own")
  boolean isEachClientItsOwn() {
    return areDistinct(Client::id) && areDistinct(Client::secretHash);
  }

  private boolean areDistinct(Function<Client, String> property) {
    List<String> values = clients.stream().map(property).filter(Objects::nonNull).toList();
    return Set.copyOf(values).size() == values.size();
  }

  /**
   * Settings of the demo's clients.
   *
   * @param appJwks public keys of {@code demo-app-asymmetric}, a JSON Web Key Set; without them
   *     that client is not registered, since a key pair that everybody has proves nothing
   */
  public record Demo(String appJwks) {}

  /**
   * One client of any kind that SMART App Launch 2.2 knows. How it proves itself is exactly one of:
   * not at all ({@code public}), by a secret, or by an assertion that it signs ({@code
   * private_key_jwt}) with one of its registered keys. What it can do follows from what else it
   * has: with redirect URIs it is an app that people authorize; without them, or with a scope that
   * only a service has, it gets tokens for itself.
   *
   * @param id the {@code client_id}
   * @param name what people read; the id where it is missing
   * @param isPublic an app that cannot keep a secret, in a browser or on a phone
   * @param secretHash the secret as Spring Security encodes it with its algorithm in front, e.g.
   *     {@code {bcrypt}$2a$…}
   * @param jwks the client's public keys as a JSON Web Key Set
   * @param jwksUrl where the client publishes them
   * @param redirectUris where the browser may return to, exactly
   * @param launchUrl where an EHR sends the browser to start the app
   * @param scopes the most that it may ask for
   * @param approved whether the operator allows it for everybody, so that nobody is asked
   * @param introspects whether it may ask what the tokens of other clients are good for
   * @param actsAs the person for whom it acts, e.g. {@code Patient/7}; only with the {@code demo}
   *     profile
   * @param forPatient logical id of the patient whom a RelatedPerson of {@code actsAs} stands for
   * @param aiDevice the AI that this service is, e.g. {@code Device/3}: it reads what patients
   *     permit to it
   * @param aiPurpose what that AI uses what it reads for, one code of {@code ai-purpose}
   * @param organization for whom the client, or whoever uses it, works, e.g. {@code Organization/5}
   * @param auditSource whether this service may tell what happened in another system
   * @param privacyOfficer whether the person of {@code actsAs} is a privacy officer
   */
  public record Client(
      @NotBlank @Pattern(regexp = "[A-Za-z0-9._~-]{1,100}") String id,
      String name,
      @Name("public") boolean isPublic,
      String secretHash,
      String jwks,
      String jwksUrl,
      @DefaultValue List<String> redirectUris,
      String launchUrl,
      @NotEmpty List<String> scopes,
      boolean approved,
      boolean introspects,
      @Pattern(regexp = "(Patient|Practitioner|RelatedPerson)/[A-Za-z0-9.-]{1,64}") String actsAs,
      @Pattern(regexp = "[A-Za-z0-9.-]{1,64}") String forPatient,
      String aiDevice,
      String aiPurpose,
      String organization,
      boolean auditSource,
      boolean privacyOfficer) {

    /** The codes of {@code ai-purpose}. */
    private static final List<String> AI_PURPOSES =
        List.of("ai-documentation", "ai-decision-use", "ai-training", "ai-sharing");

    private static final String ALGORITHMS =
        "bcrypt|argon2@SpringSecurity_v5_8|scrypt@SpringSecurity_v5_8|pbkdf2@SpringSecurity_v5_8";

    /** What people read. */
    String displayName() {
      return Objects.requireNonNullElse(name, id);
    }

    /** Whether people authorize it in their browser. */
    boolean isApp() {
      return !redirectUris.isEmpty();
    }

    /** Whether it gets tokens for itself. */
    boolean isService() {
      return !isPublic && (!isApp() || scopes.stream().anyMatch(ClientScopes::isOfService));
    }

    @AssertTrue(message = "needs exactly one of public: true, secret-hash, jwks and jwks-url")
    boolean isProofOfOneKind() {
      return Stream.of(isPublic ? "public" : null, secretHash, jwks, jwksUrl)
              .filter(Objects::nonNull)
              .count()
          == 1;
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

    /**
     * What else is wrong, beginning with the name of the setting, and with the value that cannot be
     * meant: empty where nothing is.
     */
    Optional<String> problem() {
      return Stream.of(
              nameProblem(),
              keyProblem(),
              addressProblem(),
              scopeProblem(),
              publicProblem(),
              aiProblem(),
              organizationProblem(),
              auditProblem())
          .flatMap(Optional::stream)
          .findFirst();
    }

    private Optional<String> nameProblem() {
      return name == null
          ? Optional.empty()
          : ClientNames.problem(name).map(problem -> "name " + problem);
    }

    private Optional<String> keyProblem() {
      return jwks == null
          ? Optional.empty()
          : ClientKeys.problem(jwks).map(problem -> "jwks " + problem);
    }

    private Optional<String> addressProblem() {
      for (String uri : redirectUris) {
        Optional<String> problem = AppAddresses.redirectProblem(uri, isPublic);
        if (problem.isPresent()) {
          return Optional.of("redirect-uris: '" + uri + "' " + problem.get());
        }
      }
      if (launchUrl == null) {
        return Optional.empty();
      }
      if (!isApp()) {
        return Optional.of("launch-url is of no use without redirect-uris");
      }
      return AppAddresses.launchProblem(launchUrl)
          .map(problem -> "launch-url: '" + launchUrl + "' " + problem);
    }

    private Optional<String> scopeProblem() {
      return scopes.stream()
          .filter(scope -> !ClientScopes.isKnown(scope) || scope.contains(","))
          .findFirst()
          .map(scope -> "scopes: '" + scope + "' is no scope that this server grants");
    }

    private Optional<String> aiProblem() {
      if (aiDevice == null && aiPurpose == null) {
        return Optional.empty();
      }
      if (aiDevice == null || !aiDevice.matches("Device/[A-Za-z0-9.-]{1,64}")) {
        return Optional.of("ai-device must name the AI, like Device/3, where there is ai-purpose");
      }
      Optional<BrightLine> crossed = BrightLine.of(aiPurpose);
      if (crossed.isPresent()) {
        return crossed.map(line -> "ai-purpose: " + line.explained());
      }
      if (aiPurpose == null || !AI_PURPOSES.contains(aiPurpose)) {
        return Optional.of(
            "ai-purpose must be one of "
                + String.join(", ", AI_PURPOSES)
                + " where there is ai-device");
      }
      return isApp() || actsAs != null
          ? Optional.of("ai-device is for a service, behind which no person is")
          : Optional.empty();
    }

    private Optional<String> organizationProblem() {
      return organization == null || organization.matches("Organization/[A-Za-z0-9.-]{1,64}")
          ? Optional.empty()
          : Optional.of("organization must name one, like Organization/5");
    }

    private Optional<String> auditProblem() {
      if (auditSource && (isApp() || isPublic || actsAs != null || aiDevice != null)) {
        return Optional.of(
            "audit-source is for a service that proves itself, behind which no person and no AI is");
      }
      return privacyOfficer && (actsAs == null || !actsAs.startsWith("Practitioner/"))
          ? Optional.of("privacy-officer is for a client that acts-as a Practitioner")
          : Optional.empty();
    }

    private Optional<String> publicProblem() {
      if (!isPublic) {
        return Optional.empty();
      }
      if (!isApp()) {
        return Optional.of("redirect-uris are missing: a public client is an app");
      }
      if (introspects) {
        return Optional.of("introspects is not for a public client, which cannot prove itself");
      }
      return scopes.stream()
          .filter(ClientScopes::isOfService)
          .findFirst()
          .map(
              scope ->
                  "scopes: '" + scope + "' is not for a public client, which cannot prove itself");
    }
  }
}
