package org.equipoise.audit.seal;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * The one way to write an object as JSON, of RFC 8785 (JSON Canonicalization Scheme), for what is
 * needed here: names sorted, no white space, text and whole numbers only.
 */
final class CanonicalJson {

  private CanonicalJson() {}

  /**
   * @param object text and whole numbers below 2^53 by name; what is null is left out
   */
  static String of(SortedMap<String, Object> object) {
    StringBuilder json = new StringBuilder("{");
    for (Map.Entry<String, Object> member : object.entrySet()) {
      if (member.getValue() == null) {
        continue;
      }
      if (json.length() > 1) {
        json.append(',');
      }
      text(member.getKey(), json);
      json.append(':');
      if (member.getValue() instanceof Number number) {
        json.append(number.longValue());
      } else {
        text(member.getValue().toString(), json);
      }
    }
    return json.append('}').toString();
  }

  private static void text(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
