package org.equipoise.security.authorization;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The keys that sign tokens (RSA 2048, RS256: the algorithm that every OpenID client must know),
 * kept in the database so that tokens outlive a restart and every node honours those of the others.
 * The first start makes the first key. A new key is published a day before it signs, and an old one
 * a day after it signed last, so that nobody who keeps a copy of the key set meets a token that it
 * cannot check.
 */
class SigningKeys implements JWKSource<SecurityContext> {

  /** How long a key is known before it signs, and after. */
  static final Duration OVERLAP = Duration.ofDays(1);

  /** Another node's new key is seen after this at the latest; it signs much later than that. */
  private static final Duration REREAD = Duration.ofMinutes(10);

  private record Key(String row, JWK jwk, Instant signsFrom) {}

  private record Known(List<Key> newestFirst, Instant readAt) {}

  private final JdbcTemplate jdbc;
  private final Duration rotation;
  private final Clock clock;
  private volatile Known known;

  SigningKeys(JdbcTemplate jdbc, Duration rotation, Clock clock) {
    this.jdbc = jdbc;
    this.rotation = rotation;
    this.clock = clock;
    this.known = read();
    if (known.newestFirst().isEmpty()) {
      // Two nodes that start together on an empty database must agree on one first key, so its row
      // has a fixed name.
      add("first", clock.instant());
    }
  }

  private void add(String row, Instant signsFrom) {
    try {
      jdbc.update(
          "insert into eqp_signing_key (kid, jwk, signs_from) values (?, ?, ?)",
          row,
          generate().toJSONString(),
          Timestamp.from(signsFrom));
    } catch (DuplicateKeyException e) {
      // Another node was first; its key is ours.
    }
    known = read();
  }

  private Known read() {
    return new Known(
        jdbc.query(
            "select kid, jwk, signs_from from eqp_signing_key order by signs_from desc, kid desc",
            (row, number) ->
                new Key(
                    row.getString(1), parse(row.getString(2)), row.getTimestamp(3).toInstant())),
        clock.instant());
  }

  private static JWK generate() {
    try {
      return new RSAKeyGenerator(2048)
          .keyID(UUID.randomUUID().toString())
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.RS256)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("Cannot make a signing key", e);
    }
  }

  private static JWK parse(String json) {
    try {
      return JWK.parse(json);
    } catch (ParseException e) {
      // The message of the parse error may hold a part of the key.
      throw new IllegalStateException("A row of eqp_signing_key holds no JSON Web Key");
    }
  }

  private List<Key> current() {
    Known had = known;
    if (had.readAt().plus(REREAD).isBefore(clock.instant())) {
      had = read();
      known = had;
    }
    return had.newestFirst();
  }

  /** All keys by which a token may have been signed, or will be soon. */
  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) {
    return selector.select(new JWKSet(current().stream().map(Key::jwk).toList()));
  }

  /** The one key that signs now. */
  JWKSource<SecurityContext> signing() {
    return (selector, context) ->
        selector.select(new JWKSet(signing(current(), clock.instant()).jwk()));
  }

  private static Key signing(List<Key> newestFirst, Instant now) {
    return newestFirst.stream()
        .filter(key -> !key.signsFrom().isAfter(now))
        .findFirst()
        .orElse(newestFirst.get(newestFirst.size() - 1));
  }

  /**
   * Announces the next key where the newest has served its time, and drops those that nobody needs
   * any more. Every node may call this at any time.
   */
  void rotate() {
    known = read();
    Instant now = clock.instant();
    Key newest = known.newestFirst().get(0);
    if (newest.signsFrom().plus(rotation).isBefore(now)) {
      announce(newest, now);
    }
    Instant lastNeeded = signing(known.newestFirst(), now).signsFrom();
    if (lastNeeded.plus(OVERLAP).isBefore(now)) {
      jdbc.update("delete from eqp_signing_key where signs_from < ?", Timestamp.from(lastNeeded));
      known = read();
    }
  }

  /** Announces the next key now; it signs a day later. Does nothing where one is announced. */
  void announceNext() {
    known = read();
    announce(known.newestFirst().get(0), clock.instant());
  }

  private void announce(Key newest, Instant now) {
    if (!newest.signsFrom().isAfter(now)) {
      // Named after the one before, so that two nodes make one.
      add(
          UUID.nameUUIDFromBytes(
                  newest.jwk().getKeyID().getBytes(java.nio.charset.StandardCharsets.UTF_8))
              .toString(),
          now.plus(OVERLAP));
    }
  }
}
