package org.equipoise.security.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.ResourceRetriever;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;

/**
 * The public keys of a client: those that it registered, or those that it publishes. The latter are
 * kept for some minutes and fetched again for a key that is not among them, seldom enough that
 * nobody can make this server ask on and on. A header of an assertion that says where its key is to
 * be found ({@code jku}) counts for nothing.
 */
class ClientKeySource {

  private static final Duration KEPT = Duration.ofMinutes(5);

  /** How long a call waits while another one fetches the same keys. */
  private static final Duration WAIT = Duration.ofSeconds(6);

  /** At most two fetches in this time, the second for a key that is not among the first. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** How long known keys stay good when their host cannot be reached. */
  private static final Duration OUTAGE = Duration.ofHours(1);

  private final ResourceRetriever retriever;
  private final Cache<String, JWKSource<SecurityContext>> published =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterAccess(Duration.ofDays(1)).build();

  ClientKeySource(ResourceRetriever retriever) {
    this.retriever = retriever;
  }

  /** Empty where the client has no keys. */
  Optional<JWKSource<SecurityContext>> of(RegisteredClient client) {
    ClientSettings settings = client.getClientSettings();
    String registered = settings.getSetting(RegisteredClients.JWKS);
    if (registered != null) {
      return Optional.of(new ImmutableJWKSet<>(parse(registered)));
    }
    String address = settings.getSetting(RegisteredClients.JWKS_URL);
    return Optional.ofNullable(address).map(at -> published.get(at, this::published));
  }

  private JWKSource<SecurityContext> published(String address) {
    return JWKSourceBuilder.<SecurityContext>create(url(address), retriever)
        .cache(KEPT.toMillis(), WAIT.toMillis())
        // It would fetch on a thread of its own, unasked.
        .refreshAheadCache(false)
        .rateLimited(PAUSE.toMillis())
        .outageTolerant(OUTAGE.toMillis())
        .build();
  }

  private static URL url(String address) {
    try {
      return URI.create(address).toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("The stored address of a client's keys is no URL", e);
    }
  }

  private static JWKSet parse(String jwks) {
    try {
      return JWKSet.parse(jwks);
    } catch (ParseException e) {
      throw new IllegalStateException("The stored keys of a client are no JSON Web Key Set");
    }
  }
}
