package org.equipoise.security;

import java.util.Collection;
import java.util.Map;

/**
 * Characters that no text of a person or program needs: C0 but tab and line ends. PostgreSQL cannot
 * store the first of them, NUL, at all.
 */
public final class ControlCharacters {

  private ControlCharacters() {}

  /** Whether a text holds one; null holds none. */
  public static boolean areIn(String text) {
    return text != null
        && text.chars().anyMatch(c -> c < ' ' && c != '\t' && c != '\n' && c != '\r');
  }

  /** Whether a JSON value, as maps, lists, texts and the rest, holds one in a name or a text. */
  public static boolean areInJson(Object value) {
    if (value instanceof Map<?, ?> object) {
      return areInJson(object.keySet()) || areInJson(object.values());
    }
    if (value instanceof Collection<?> values) {
      return values.stream().anyMatch(ControlCharacters::areInJson);
    }
    return value instanceof String text && areIn(text);
  }
}
