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
import java.text.ParseException;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The keys that sign tokens, kept in the database so that tokens outlive a restart and every node
 * honours those of the others. The first start makes the first key (RSA 2048, RS256: the algorithm
 * that every OpenID client must know).
 */
class SigningKeys implements JWKSource<SecurityContext> {

  /**
   * Two nodes that start together on an empty database must agree on one first key, so its row has
   * a fixed name.
   */
  private static final String FIRST = "first";

  private final JWKSet keys;

  SigningKeys(JdbcTemplate jdbc) {
    List<String> stored = stored(jdbc);
    if (stored.isEmpty()) {
      try {
        jdbc.update(
            "insert into eqp_signing_key (kid, jwk) values (?, ?)",
            FIRST,
            generate().toJSONString());
      } catch (DuplicateKeyException e) {
        // Another node was first; its key is ours.
      }
      stored = stored(jdbc);
    }
    this.keys = new JWKSet(stored.stream().map(SigningKeys::parse).toList());
  }

  private static List<String> stored(JdbcTemplate jdbc) {
    return jdbc.queryForList(
        "select jwk from eqp_signing_key order by created_at desc", String.class);
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

  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) {
    return selector.select(keys);
  }
}
