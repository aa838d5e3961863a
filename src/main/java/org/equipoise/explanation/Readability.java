package org.equipoise.explanation;

import eu.crydee.syllablecounter.SyllableCounter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How hard a text is to read, by a formula published for its language.
 *
 * <ul>
 *   <li>English: the Flesch-Kincaid grade, {@code 0.39 W/S + 11.8 Y/W - 15.59} for W words, S
 *       sentences and Y syllables (Kincaid, Fishburne, Rogers and Chissom, Derivation of new
 *       readability formulas for Navy enlisted personnel, Research Branch Report 8-75, 1975).
 *   <li>Spanish: the Crawford grade, {@code -0.205 OP + 0.049 SP - 3.407} for OP sentences and SP
 *       syllables in each hundred words (Crawford, Fórmula y gráfico para determinar la
 *       comprensibilidad de textos de nivel primario en castellano, Lectura y Vida 10(4), 1989).
 *       Made from school books of grades 1 to 6, so it separates hard texts less than easy ones.
 *   <li>Any other language: not computed. LIX needs no syllables and would count in many of them,
 *       but its table of grades (Anderson, Lix and Rix, Journal of Reading 26, 1983) was made for
 *       English only.
 * </ul>
 *
 * @param formula a code of {@code readability-formula}
 * @param grade school grade with one decimal, or null where no formula computes one
 * @param words number of words measured
 */
record Readability(String formula, BigDecimal grade, int words) {

  static final String FLESCH_KINCAID = "flesch-kincaid";
  static final String CRAWFORD = "crawford";
  static final String NOT_COMPUTED = "not-computed";

  private static final Pattern MARKS = Pattern.compile("\\p{M}");

  /** Holds no state but its word lists. */
  private static final SyllableCounter SYLLABLES = new SyllableCounter();

  /** Measures a plain text in a language. */
  static Readability of(String text, Locale language) {
    return switch (language.getLanguage()) {
      case "en" -> {
        TextStatistics counts = TextStatistics.of(text, language, Readability::englishSyllables);
        yield graded(FLESCH_KINCAID, fleschKincaid(counts), counts);
      }
      case "es" -> {
        TextStatistics counts = TextStatistics.of(text, language, SpanishSyllables::count);
        yield graded(CRAWFORD, crawford(counts), counts);
      }
      default ->
          new Readability(NOT_COMPUTED, null, TextStatistics.of(text, language, word -> 1).words());
    };
  }

  /** The grade, absent where none was computed. */
  Optional<BigDecimal> computed() {
    return Optional.ofNullable(grade);
  }

  /** Whether the text is computed to be harder than {@code target}. */
  boolean isAbove(BigDecimal target) {
    return grade != null && grade.compareTo(target) > 0;
  }

  private static Readability graded(String formula, double grade, TextStatistics counts) {
    return counts.words() == 0
        ? new Readability(NOT_COMPUTED, null, 0)
        : new Readability(
            formula, BigDecimal.valueOf(grade).setScale(1, RoundingMode.HALF_UP), counts.words());
  }

  private static double fleschKincaid(TextStatistics counts) {
    double words = Math.max(1, counts.words());
    return 0.39 * words / Math.max(1, counts.sentences())
        + 11.8 * counts.syllables() / words
        - 15.59;
  }

  private static double crawford(TextStatistics counts) {
    double words = Math.max(1, counts.words());
    return -0.205 * 100 * counts.sentences() / words
        + 0.049 * 100 * counts.syllables() / words
        - 3.407;
  }

  /** The counter knows the letters a to z only, so accents are taken off. */
  private static int englishSyllables(String word) {
    String letters = MARKS.matcher(Normalizer.normalize(word, Normalizer.Form.NFD)).replaceAll("");
    return SYLLABLES.count(letters.replace('\u2019', '\''));
  }
}
