package org.equipoise.security.user;

import com.nulabinc.zxcvbn.Zxcvbn;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a password must be (NIST SP 800-63B, section 5.1.1.2): long enough, not the name of its
 * owner, and not among the first that somebody would try. No rule about digits or signs, and no end
 * date.
 */
class PasswordRules {

  /** In characters as a person counts them. */
  static final int SHORTEST = 12;

  /**
   * zxcvbn's steps from 0 to 4; below 3, fewer than a hundred million guesses would find it. Its
   * word lists hold the passwords that are used most.
   */
  private static final int LEAST_STRENGTH = 3;

  /** The time to measure grows with the length; what makes a password strong shows before this. */
  private static final int MEASURED = 64;

  /** Why a password is not taken. */
  enum Problem {
    TOO_SHORT,
    TOO_LONG,
    HAS_NAME,
    EASY_TO_GUESS;

    /** As it stands in the message bundle. */
    String key() {
      return "password.problem." + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Zxcvbn zxcvbn = new Zxcvbn();

  /** The first rule that {@code password} breaks. */
  Optional<Problem> broken(String password, UserAccount owner) {
    if (password.codePointCount(0, password.length()) < SHORTEST) {
      return Optional.of(Problem.TOO_SHORT);
    }
    if (password.length() > Passwords.LONGEST) {
      return Optional.of(Problem.TOO_LONG);
    }
    String typed = password.toLowerCase(Locale.ROOT).strip();
    if (typed.equals(UserAccount.key(owner.username()))
        || typed.equals(owner.displayName().toLowerCase(Locale.ROOT).strip())) {
      return Optional.of(Problem.HAS_NAME);
    }
    String measured = password.substring(0, Math.min(password.length(), MEASURED));
    int strength =
        zxcvbn
            .measure(measured, List.of(owner.username(), owner.displayName(), "equipoise"))
            .getScore();
    return strength < LEAST_STRENGTH ? Optional.of(Problem.EASY_TO_GUESS) : Optional.empty();
  }
}
