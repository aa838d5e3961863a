package org.equipoise.security.user;

import java.util.Map;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * How passwords of people are hashed: Argon2id with 19 MiB, two passes and one lane, the least that
 * OWASP's Password Storage Cheat Sheet names; bcrypt is read too, for hashes that come from
 * elsewhere, and replaced at the next login.
 */
class Passwords {

  /** Nobody types more; a longer text only keeps the server busy. */
  static final int LONGEST = 200;

  private final PasswordEncoder encoder =
      new DelegatingPasswordEncoder(
          "argon2",
          Map.of(
              "argon2", new Argon2PasswordEncoder(16, 32, 1, 19 * 1024, 2),
              "bcrypt", new BCryptPasswordEncoder(12)));

  /** Takes as long to compare with as a real one. */
  private final String ofNobody = encoder.encode(Secrets.random());

  String hash(String password) {
    return encoder.encode(password);
  }

  boolean matches(String password, String hash) {
    return password.length() <= LONGEST && encoder.matches(password, hash);
  }

  /**
   * Does the work of {@link #matches}, for nothing: who has no password is not told by the time.
   */
  void compareWithNobody(String password) {
    encoder.matches(password.substring(0, Math.min(password.length(), LONGEST)), ofNobody);
  }

  boolean isOutdated(String hash) {
    return encoder.upgradeEncoding(hash);
  }
}
