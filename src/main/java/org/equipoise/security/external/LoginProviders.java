package org.equipoise.security.external;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * OpenID providers at which users can log in ({@code equipoise.login.providers[*]}). There is no
 * default.
 *
 * @param providers in the order in which the login page shows them
 */
@Validated
@ConfigurationProperties("equipoise.login")
public record LoginProviders(@DefaultValue @NotNull @Valid List<Provider> providers) {

  @AssertTrue(message = "providers has two with the same id")
  boolean isEachIdOnce() {
    return providers.stream().map(Provider::id).distinct().count() == providers.size();
  }

  /** The provider of this id. */
  Optional<Provider> find(String id) {
    return providers.stream().filter(provider -> provider.id().equals(id)).findFirst();
  }

  /**
   * One provider, and how it knows this server. The address that it sends users back to is {@code
   * [base-url]/login/oauth2/code/[id]}.
   *
   * @param id in addresses, e.g. {@code clinic}
   * @param name on the login page's button
   * @param issuer its {@code iss}; its metadata is read from there (OpenID Connect Discovery 1.0)
   * @param clientId this server's {@code client_id} there
   * @param clientSecret this server's secret there; or
   * @param clientSecretFile a file that holds it; with neither, this server is a public client
   *     there
   * @param scopes what to ask for, {@code openid} among it
   * @param loopback allows plain HTTP where its host is this machine; for tests only
   */
  public record Provider(
      @NotBlank @Pattern(regexp = "[a-z0-9-]{1,30}") String id,
      @NotBlank String name,
      @NotBlank String issuer,
      @NotBlank String clientId,
      String clientSecret,
      Path clientSecretFile,
      @DefaultValue("openid") @NotEmpty Set<String> scopes,
      @DefaultValue("false") boolean loopback) {

    @AssertTrue(message = "issuer must be an https address without query")
    boolean isIssuerSafe() {
      return issuer == null || RemoteAddress.isAllowed(issuer, loopback);
    }

    @AssertTrue(message = "scopes must hold openid")
    boolean isOpenId() {
      return scopes == null || scopes.contains("openid");
    }

    @AssertTrue(message = "has both client-secret and client-secret-file")
    boolean isSecretOfOneKind() {
      return clientSecret == null || clientSecretFile == null;
    }

    @AssertTrue(message = "client-secret-file cannot be read")
    boolean isSecretFileReadable() {
      return clientSecretFile == null || Files.isReadable(clientSecretFile);
    }

    /** The secret, wherever it is kept; absent for a public client. */
    Optional<String> secret() throws IOException {
      return clientSecretFile == null
          ? Optional.ofNullable(clientSecret)
          : Optional.of(Files.readString(clientSecretFile).strip());
    }

    @Override
    public String toString() {
      return "Provider[id=" + id + ", issuer=" + issuer + ", clientId=" + clientId + "]";
    }
  }
}
