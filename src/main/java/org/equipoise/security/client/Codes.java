package org.equipoise.security.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Constants as the outside reads them: {@code self-registered} for {@code SELF_REGISTERED}. */
final class Codes {

  private Codes() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static <E extends Enum<E>> Optional<E> read(Class<E> type, String code) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> of(constant).equals(code))
        .findFirst();
  }
}
