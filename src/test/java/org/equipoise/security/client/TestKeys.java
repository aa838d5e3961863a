package org.equipoise.security.client;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.util.List;

/** Key pairs of clients. */
public final class TestKeys {

  private TestKeys() {}

  /** A key for ES384: made in a moment, unlike one for RS384. */
  public static ECKey es384(String kid) {
    try {
      return new ECKeyGenerator(Curve.P_384).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A JSON Web Key Set of their public halves. */
  public static String publicSet(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(true);
  }
}
