package org.equipoise.security.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.equipoise.security.user.PasswordRules.Problem;
import org.junit.jupiter.api.Test;

/** Which passwords are taken. */
class PasswordRulesTest {

  private static final UserAccount ELENA =
      new UserAccount(
          "1",
          "Elena.Marsh-1968",
          "Elena Marsh",
          null,
          true,
          List.of(),
          null,
          false,
          Instant.EPOCH,
          null,
          false);

  private final PasswordRules rules = new PasswordRules();

  @Test
  void broken_whenWeak_thenSaysHow() {
    assertThat(rules.broken("eleven char", ELENA)).contains(Problem.TOO_SHORT);
    assertThat(rules.broken("x".repeat(201), ELENA)).contains(Problem.TOO_LONG);
    assertThat(rules.broken("elena.marsh-1968", ELENA)).contains(Problem.HAS_NAME);
    assertThat(rules.broken("MarshElena-1968", ELENA)).contains(Problem.HAS_NAME);
    for (String weak : List.of("password1234", "123456789012", "qwertyuiop[]", "aaaaaaaaaaaa")) {
      assertThat(rules.broken(weak, ELENA)).as(weak).contains(Problem.EASY_TO_GUESS);
    }
  }

  @Test
  void broken_whenGood_thenNothing() {
    for (String good :
        List.of(
            "seven geese ate my homework",
            "ñandú blå Straße 鳥鳥",
            "kT7#vq9!LwZ2",
            "under nine lamps " + "a river sings ".repeat(12))) {
      assertThat(rules.broken(good, ELENA)).as(good).isEqualTo(Optional.empty());
    }
  }
}
