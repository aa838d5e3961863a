package org.equipoise.security.external;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetParseException;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What an issuer publishes: its metadata and its keys. Fetched when first needed, so that this
 * server starts while the other is down; with short waits, up to a size, and without following
 * redirects.
 */
final class RemoteIssuer implements JWKSetSource<SecurityContext> {

  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int LARGEST = 256 * 1024;
  private static final Duration KEYS_LIVE = Duration.ofMinutes(15);

  /** An issuer that is down a while does not log everybody out. */
  private static final Duration OUTAGE = Duration.ofHours(1);

  /** Tokens with made-up key ids must not make us call the issuer each time. */
  private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(30);

  private final String issuer;
  private final String jwksUri;
  private final boolean loopback;
  private final DefaultResourceRetriever documents = new WithoutRedirects();

  /**
   * @param jwksUri where its keys are, or null for where its metadata says
   * @param loopback see {@link RemoteAddress#isAllowed}
   */
  RemoteIssuer(String issuer, String jwksUri, boolean loopback) {
    this.issuer = issuer;
    this.jwksUri = jwksUri;
    this.loopback = loopback;
  }

  /** Its keys, kept for a while; fetched again for an unknown key id, but not often. */
  JWKSource<SecurityContext> keys() {
    return JWKSourceBuilder.create(this)
        .cache(KEYS_LIVE.toMillis(), PATIENCE.multipliedBy(3).toMillis())
        .refreshAheadCache(false)
        .rateLimited(BETWEEN_FETCHES.toMillis())
        .outageTolerant(OUTAGE.toMillis())
        .build();
  }

  @Override
  public JWKSet getJWKSet(
      JWKSetCacheRefreshEvaluator refresh, long currentTime, SecurityContext context)
      throws JWKSetRetrievalException, JWKSetParseException {
    try {
      return JWKSet.parse(fetch(jwksUri == null ? address(metadata(), "jwks_uri") : jwksUri));
    } catch (IOException e) {
      throw new JWKSetRetrievalException("No keys of " + issuer + ": " + e.getMessage(), e);
    } catch (ParseException e) {
      throw new JWKSetParseException("The keys of " + issuer + " are no JSON Web Key Set", e);
    }
  }

  @Override
  public void close() {
    // Nothing stays open.
  }

  /**
   * Its metadata: of OpenID Connect Discovery 1.0, or else of RFC 8414, which puts the well-known
   * part in front of the issuer's path.
   *
   * @throws IOException where neither is there, or it is that of another issuer
   */
  Map<String, Object> metadata() throws IOException {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    URI uri = URI.create(base);
    String host = base.substring(0, base.length() - uri.getRawPath().length());
    IOException problem = null;
    for (String address :
        List.of(
            base + "/.well-known/openid-configuration",
            host + "/.well-known/oauth-authorization-server" + uri.getRawPath())) {
      try {
        Map<String, Object> metadata = JSONObjectUtils.parse(fetch(address));
        if (!issuer.equals(metadata.get("issuer"))) {
          throw new IOException("its metadata names another issuer");
        }
        return metadata;
      } catch (IOException e) {
        problem = e;
      } catch (ParseException e) {
        problem = new IOException("its metadata is no JSON object");
      }
    }
    throw problem;
  }

  /** An address in the metadata, checked as if the operator had written it. */
  String address(Map<String, Object> metadata, String name) throws IOException {
    if (metadata.get(name) instanceof String address
        && RemoteAddress.isAllowed(address, loopback)) {
      return address;
    }
    throw new IOException("its metadata has no https address as " + name);
  }

  private String fetch(String address) throws IOException {
    if (!RemoteAddress.isAllowed(address, loopback)) {
      throw new IOException("its address is not https");
    }
    return documents.retrieveResource(URI.create(address).toURL()).getContent();
  }

  private static final class WithoutRedirects extends DefaultResourceRetriever {

    WithoutRedirects() {
      super((int) PATIENCE.toMillis(), (int) PATIENCE.toMillis(), LARGEST);
    }

    @Override
    protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
      HttpURLConnection connection = super.openHTTPConnection(url);
      connection.setInstanceFollowRedirects(false);
      return connection;
    }
  }
}
