package org.equipoise.fhir;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Halves of surrogate pairs that stand alone (U+D800 to U+DFFF). They are no characters: JSON can
 * write them as escapes, UTF-8 cannot, and a database keeps a question mark in their place. RFC
 * 8259 section 8.2 calls what comes of them unpredictable; what stands in a record must not be.
 */
public final class HalfCharacters {

  /** Whole pairs too; most bodies have neither. */
  private static final Pattern ESCAPED = Pattern.compile("\\\\u[dD][89a-fA-F]");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private HalfCharacters() {}

  /** Whether a text holds one. */
  public static boolean areIn(String text) {
    // A whole pair is one code point beyond U+FFFF.
    return text.codePoints()
        .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
  }

  /** The beginning of a text, at most so many characters of Java, that ends in a whole one. */
  public static String first(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  /**
   * Where a JSON text holds the first one.
   *
   * @param json what is no JSON holds none, nor does what comes after its first fault
   * @return the element from the resource on, e.g. {@code Patient.name[0].family}; empty where
   *     there is none
   */
  public static Optional<String> in(String json) {
    if (!ESCAPED.matcher(json).find()) {
      return Optional.empty();
    }
    String type = null;
    String found = null;
    try (JsonParser parser = JSON.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        JsonStreamContext here = parser.getParsingContext();
        boolean isText = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
        if (isText && found == null && areIn(parser.getText())) {
          // A name that is none is told by what it stands in.
          found = path(token == JsonToken.FIELD_NAME ? here.getParent() : here);
        }
        if (token == JsonToken.VALUE_STRING
            && here.getParent() != null
            && here.getParent().inRoot()
            && "resourceType".equals(here.getCurrentName())) {
          type = parser.getText();
        }
        if (found != null && type != null) {
          break;
        }
      }
    } catch (IOException e) {
      // Whoever reads it next says what is wrong with it.
    }
    String root = type == null || areIn(type) ? "" : type;
    return Optional.ofNullable(found).map(path -> root + path);
  }

  private static String path(JsonStreamContext here) {
    if (here == null || here.inRoot()) {
      return "";
    }
    String before = path(here.getParent());
    if (here.inArray()) {
      return before + "[" + here.getCurrentIndex() + "]";
    }
    String name = here.getCurrentName();
    // Of a primitive, what is beside its value has its name with a line in front.
    return name == null ? before : before + "." + name.replaceFirst("^_", "");
  }
}
