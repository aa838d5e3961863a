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
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

  /** What another node did with keys is seen after this at the latest. */
  private static final Duration REREAD = Duration.ofMinutes(1);

  private record Key(String row, JWK jwk, Instant signsFrom) {}

  /**
   * A key as an operator sees it.
   *
   * @param kid its id in tokens
   * @param signsFrom when it began to sign, or will
   * @param signs whether it is the one that signs now
   */
  record Told(String kid, Instant signsFrom, boolean signs) {}

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

  /** All keys, newest first. */
  List<Told> list() {
    known = read();
    Key signing = signing(known.newestFirst(), clock.instant());
    return known.newestFirst().stream()
        .map(key -> new Told(key.jwk().getKeyID(), key.signsFrom(), key.equals(signing)))
        .toList();
  }

  /** Announces the next key now; it signs a day later. Does nothing where one is announced. */
  void announceNext() {
    known = read();
    announce(known.newestFirst().get(0), clock.instant());
  }

  /**
   * Takes a key out of use at once, for one that others may know: tokens that it signed count no
   * more. Another takes its place.
   *
   * @return false where there is no such key
   */
  boolean withdraw(String kid) {
    known = read();
    Optional<Key> key =
        known.newestFirst().stream().filter(one -> one.jwk().getKeyID().equals(kid)).findFirst();
    if (key.isEmpty()) {
      return false;
    }
    boolean another =
        known.newestFirst().stream()
            .anyMatch(one -> !one.equals(key.get()) && !one.signsFrom().isAfter(clock.instant()));
    if (!another) {
      add(rowAfter(key.get()), clock.instant());
    }
    jdbc.update("delete from eqp_signing_key where kid = ?", key.get().row());
    known = read();
    return true;
  }

  private void announce(Key newest, Instant now) {
    if (!newest.signsFrom().isAfter(now)) {
      add(rowAfter(newest), now.plus(OVERLAP));
    }
  }

  /** Named after the one before, so that two nodes make one. */
  private static String rowAfter(Key before) {
    return UUID.nameUUIDFromBytes(before.jwk().getKeyID().getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}
