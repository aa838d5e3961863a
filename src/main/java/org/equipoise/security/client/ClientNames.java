package org.equipoise.security.client;

import java.util.Optional;
import java.util.regex.Pattern;

/** What an app may call itself: people read it on the consent page and decide by it. */
final class ClientNames {

  private static final int LONGEST = 80;

  /**
   * Control characters, those that turn the direction of writing, invisible ones, line ends, and
   * what is no character.
   */
  private static final Pattern NOT_PLAIN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}]");

  private ClientNames() {}

  /** What is wrong with a name: empty where nothing is. */
  static Optional<String> problem(String name) {
    if (name == null || name.isBlank() || name.codePointCount(0, name.length()) > LONGEST) {
      return Optional.of("must be 1 to " + LONGEST + " characters");
    }
    if (NOT_PLAIN.matcher(name).find()) {
      return Optional.of("must hold no control, invisible or direction-changing character");
    }
    return Optional.empty();
  }
}
