package org.equipoise.explanation;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.FilteredBreakIteratorBuilder;
import com.ibm.icu.util.ULocale;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * What readability formulas count in a text. Sentences and words are those of Unicode (UAX 29) for
 * the language, with the usual abbreviations not ending a sentence ({@code Dr.}); a blank line or a
 * list item also ends one. A word holds a letter or a digit.
 *
 * @param sentences number of sentences that hold a word
 * @param words number of words
 * @param syllables number of syllables; a number written in digits counts one
 */
record TextStatistics(int sentences, int words, int syllables) {

  /**
   * Blank lines, and line ends before a list item: there a sentence ends even without a full stop.
   */
  private static final Pattern BLOCK_END =
      Pattern.compile("\\R\\s*\\R|\\R(?=[ \\t]*(?:[-*+•]|\\d{1,9}[.)])[ \\t])");

  private static final Pattern LINE_END = Pattern.compile("\\R");

  static TextStatistics of(String text, Locale language, ToIntFunction<String> syllablesOfWord) {
    ULocale locale = ULocale.forLocale(language);
    FilteredBreakIteratorBuilder abbreviations = FilteredBreakIteratorBuilder.getInstance(locale);
    // The one that a medical text is full of is not in the English list of CLDR.
    abbreviations.suppressBreakAfter("Dr.");
    BreakIterator sentenceBreaks =
        abbreviations.wrapIteratorWithFilter(BreakIterator.getSentenceInstance(locale));
    BreakIterator wordBreaks = BreakIterator.getWordInstance(language);
    return Arrays.stream(BLOCK_END.split(text))
        .map(
            block ->
                ofBlock(
                    LINE_END.matcher(block).replaceAll(" "),
                    sentenceBreaks,
                    wordBreaks,
                    syllablesOfWord))
        .reduce(new TextStatistics(0, 0, 0), TextStatistics::plus);
  }

  private static TextStatistics ofBlock(
      String block,
      BreakIterator sentenceBreaks,
      BreakIterator wordBreaks,
      ToIntFunction<String> syllablesOfWord) {
    TextStatistics total = new TextStatistics(0, 0, 0);
    sentenceBreaks.setText(block);
    int start = sentenceBreaks.first();
    for (int end = sentenceBreaks.next();
        end != BreakIterator.DONE;
        start = end, end = sentenceBreaks.next()) {
      total = total.plus(ofSentence(block.substring(start, end), wordBreaks, syllablesOfWord));
    }
    return total;
  }

  private static TextStatistics ofSentence(
      String sentence, BreakIterator wordBreaks, ToIntFunction<String> syllablesOfWord) {
    int words = 0;
    int syllables = 0;
    wordBreaks.setText(sentence);
    int start = wordBreaks.first();
    for (int end = wordBreaks.next();
        end != BreakIterator.DONE;
        start = end, end = wordBreaks.next()) {
      String word = sentence.substring(start, end);
      if (word.codePoints().anyMatch(Character::isLetter)) {
        words++;
        syllables += Math.max(1, syllablesOfWord.applyAsInt(word));
      } else if (word.codePoints().anyMatch(Character::isDigit)) {
        words++;
        syllables++;
      }
    }
    return new TextStatistics(words == 0 ? 0 : 1, words, syllables);
  }

  private TextStatistics plus(TextStatistics other) {
    return new TextStatistics(
        sentences + other.sentences, words + other.words, syllables + other.syllables);
  }
}
