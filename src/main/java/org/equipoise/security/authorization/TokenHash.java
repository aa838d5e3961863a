package org.equipoise.security.authorization;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * How tokens, codes and launches stand in the database: SHA-256, since they are long and random.
 */
final class TokenHash {

  private static final String PREFIX = "sha256:";

  private TokenHash() {}

  static String of(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean isHash(String value) {
    return value.startsWith(PREFIX);
  }
}
