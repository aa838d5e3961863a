package org.equipoise.security.client;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.Optional;

/** The public keys that a client registers for {@code private_key_jwt}. */
final class ClientKeys {

  private static final int SMALLEST_RSA = 2048;
  private static final int LONGEST = 20_000;

  private ClientKeys() {}

  /** What is wrong with a JSON Web Key Set: empty where nothing is. Its text is never repeated. */
  static Optional<String> problem(String jwks) {
    JWKSet keys;
    try {
      keys = JWKSet.parse(jwks);
    } catch (ParseException e) {
      return Optional.of("is no JSON Web Key Set");
    }
    if (jwks.length() > LONGEST) {
      return Optional.of("is longer than " + LONGEST + " characters");
    }
    if (keys.getKeys().stream().anyMatch(JWK::isPrivate)) {
      return Optional.of("holds a private key; take it out, and use it no more");
    }
    if (keys.getKeys().stream().noneMatch(ClientKeys::isUsable)) {
      return Optional.of(
          "holds no key for RS384 (RSA of at least " + SMALLEST_RSA + " bits) or ES384 (P-384)");
    }
    return Optional.empty();
  }

  private static boolean isUsable(JWK key) {
    return key instanceof RSAKey rsa && rsa.size() >= SMALLEST_RSA
        || key instanceof ECKey ec && Curve.P_384.equals(ec.getCurve());
  }
}
