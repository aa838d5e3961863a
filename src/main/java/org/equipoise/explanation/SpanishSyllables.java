package org.equipoise.explanation;

import java.util.Locale;

/**
 * Counts the syllables of a Spanish word by the orthographic rules of the Real Academia Española
 * (Ortografía de la lengua española, 2010, chapter II, section 3.4, vowel sequences): every vowel
 * is a nucleus of its own, but
 *
 * <ul>
 *   <li>an open vowel (a, e, o) and an unstressed close one (i, u) share a syllable, in either
 *       order;
 *   <li>two different close vowels always share one;
 *   <li>a written accent on a close vowel beside an open one parts them (día, país);
 *   <li>an h between vowels is not heard; the u of que, qui, gue and gui is silent;
 *   <li>y is a vowel where no vowel follows it, and a close vowel between two open ones goes with
 *       the second.
 * </ul>
 *
 * No Java library counts Spanish syllables; hyphenation patterns, which the usual engines offer,
 * leave out every break that typography avoids and so count too few.
 */
final class SpanishSyllables {

  private static final String OPEN = "aeoáéóàèòâêôäëö";
  private static final String CLOSE = "iuü";
  private static final String STRESSED_CLOSE = "íú";

  private SpanishSyllables() {}

  /** Syllables of one word; at least 1. */
  static int count(String word) {
    String vowels = vowelGroups(word.toLowerCase(Locale.ROOT));
    int syllables = 0;
    for (int i = 0; i < vowels.length(); i++) {
      if (vowels.charAt(i) != ' ' && !joinsPrevious(vowels, i)) {
        syllables++;
      }
    }
    return Math.max(1, syllables);
  }

  /** The vowels that are heard, with one blank or more for the consonants between them. */
  private static String vowelGroups(String word) {
    StringBuilder vowels = new StringBuilder(word.length());
    for (int i = 0; i < word.length(); i++) {
      char letter = word.charAt(i);
      char next = i + 1 < word.length() ? word.charAt(i + 1) : ' ';
      char previous = i > 0 ? word.charAt(i - 1) : ' ';
      if (letter == 'u' && (previous == 'q' || previous == 'g') && "eiéí".indexOf(next) >= 0) {
        continue;
      }
      if (letter == 'y') {
        vowels.append(isVowel(next) ? ' ' : 'i');
      } else if (isVowel(letter)) {
        vowels.append(letter);
      } else if (letter != 'h' || previous == 'c' || previous == ' ') {
        vowels.append(' ');
      }
    }
    return vowels.toString();
  }

  private static boolean joinsPrevious(String vowels, int index) {
    if (index == 0 || vowels.charAt(index - 1) == ' ') {
      return false;
    }
    char previous = vowels.charAt(index - 1);
    char vowel = vowels.charAt(index);
    if (isOpen(previous) && isOpen(vowel)) {
      return false;
    }
    if (!isOpen(previous) && !isOpen(vowel)) {
      return plain(previous) != plain(vowel);
    }
    if (STRESSED_CLOSE.indexOf(previous) >= 0 || STRESSED_CLOSE.indexOf(vowel) >= 0) {
      return false;
    }
    boolean beforeOpen = index + 1 < vowels.length() && isOpen(vowels.charAt(index + 1));
    return isOpen(vowel) || !beforeOpen;
  }

  private static char plain(char close) {
    return close == 'i' || close == 'í' ? 'i' : 'u';
  }

  private static boolean isOpen(char letter) {
    return OPEN.indexOf(letter) >= 0;
  }

  private static boolean isVowel(char letter) {
    return isOpen(letter) || CLOSE.indexOf(letter) >= 0 || STRESSED_CLOSE.indexOf(letter) >= 0;
  }
}
