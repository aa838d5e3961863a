package org.equipoise.wearable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A name of fixed length for what is the same. */
final class Hash {

  private Hash() {}

  /** SHA-256 of the parts, 64 hexadecimal digits; null is not the same as empty. */
  static String of(String... parts) {
    MessageDigest digest = digest();
    for (String part : parts) {
      digest.update(
          (part == null ? "-" : part.length() + ":" + part).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
