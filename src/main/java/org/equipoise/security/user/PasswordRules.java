package org.equipoise.security.user;

import com.nulabinc.zxcvbn.Zxcvbn;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

  /** What must be left of a password when the owner's names are taken out of it. */
  private static final int LEFT_WITHOUT_NAME = 8;

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

  private static final Pattern NAME_PARTS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final Zxcvbn zxcvbn = new Zxcvbn();

  /** The first rule that {@code password} breaks. */
  Optional<Problem> broken(String password, UserAccount owner) {
    if (password.codePointCount(0, password.length()) < SHORTEST) {
      return Optional.of(Problem.TOO_SHORT);
    }
    if (password.length() > Passwords.LONGEST) {
      return Optional.of(Problem.TOO_LONG);
    }
    if (withoutNames(password, owner).length() < LEFT_WITHOUT_NAME) {
      return Optional.of(Problem.HAS_NAME);
    }
    String measured = password.substring(0, Math.min(password.length(), MEASURED));
    int strength = zxcvbn.measure(measured, wordsAbout(owner)).getScore();
    return strength < LEAST_STRENGTH ? Optional.of(Problem.EASY_TO_GUESS) : Optional.empty();
  }

  private static String withoutNames(String password, UserAccount owner) {
    String left = password.toLowerCase(Locale.ROOT);
    for (String word : wordsAbout(owner)) {
      left = word.length() < 3 ? left : left.replace(word.toLowerCase(Locale.ROOT), "");
    }
    return left;
  }

  /** What somebody who knows the owner would try: the names, whole and in their parts. */
  private static List<String> wordsAbout(UserAccount owner) {
    return Stream.of(owner.username(), owner.displayName(), "equipoise")
        .flatMap(name -> Stream.concat(Stream.of(name), NAME_PARTS.splitAsStream(name)))
        .filter(word -> !word.isBlank())
        .toList();
  }
}
