package org.equipoise.explanation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Set;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.utilities.i18n.subtag.LanguageSubtagRegistry;
import org.hl7.fhir.utilities.i18n.subtag.LanguageSubtagRegistryLoader;

/**
 * A language as BCP 47 writes it, for example {@code en}, {@code es-MX} or {@code haw}: well-formed
 * (RFC 5646 section 2.2.9), with a language that the IANA registry of subtags lists, in the letter
 * case that RFC 5646 section 2.1.1 recommends. Two tags are the same language here only when they
 * are equal.
 *
 * @param tag the canonical tag
 */
record LanguageTag(String tag) implements Comparable<LanguageTag> {

  /**
   * Subtags of the registry that name no language: undetermined, uncoded, multiple, no linguistic
   * content.
   */
  private static final Set<String> NO_LANGUAGE = Set.of("und", "mis", "mul", "zxx");

  /**
   * Reads a tag that a caller gave.
   *
   * @param expression where it stands, for the refusal
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is no tag or no
   *     known language
   */
  static LanguageTag parse(String value, String expression) {
    Locale locale;
    try {
      locale = new Locale.Builder().setLanguageTag(value == null ? "" : value).build();
    } catch (IllformedLocaleException e) {
      throw Refusal.invalid(
          expression,
          "'" + value + "' is not a language tag of BCP 47; write for example en or es-MX");
    }
    String tag = locale.toLanguageTag();
    String language = tag.split("-", 2)[0];
    if (NO_LANGUAGE.contains(language) || !Registry.LANGUAGES.contains(language)) {
      throw Refusal.invalid(
          expression, "'" + value + "' names no known language; write for example en or es-MX");
    }
    return new LanguageTag(tag);
  }

  /** The tag as Java reads it. */
  Locale locale() {
    return Locale.forLanguageTag(tag);
  }

  /** The language without region, script or variant: {@code es} of {@code es-MX}. */
  String language() {
    return tag.split("-", 2)[0];
  }

  @Override
  public int compareTo(LanguageTag other) {
    return tag.compareTo(other.tag);
  }

  @Override
  public String toString() {
    return tag;
  }

  /** The registry, read when the first tag is; only the subtags are kept. */
  private static final class Registry {
    static final Set<String> LANGUAGES = load();

    private static Set<String> load() {
      LanguageSubtagRegistry registry = new LanguageSubtagRegistry();
      try {
        new LanguageSubtagRegistryLoader(registry)
            .withLoadExtLangs(false)
            .withLoadRegions(false)
            .withLoadScripts(false)
            .withLoadVariants(false)
            .loadFromDefaultResource();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return Set.copyOf(registry.getLanguageKeys());
    }
  }
}
