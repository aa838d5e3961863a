package org.equipoise.review;

import com.github.difflib.DiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.DeltaType;
import com.github.difflib.patch.Patch;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import org.equipoise.review.DocumentText.Token;

/**
 * What a clinician changed in a draft, by words: the fewest words taken out and put in that make
 * the one text of the other (Myers).
 *
 * @param draft words of the draft
 * @param kept of those, the ones that stand in the final text, in their order
 * @param added words of the final text that are not from the draft
 * @param same whether nothing was changed but white space
 */
record Edits(int draft, int kept, int added, boolean same) {

  /**
   * The work grows with the square of what differs. Beyond this many words and signs between the
   * first and the last change, both texts together, nothing is compared: some seconds of work.
   */
  static final int MOST_COMPARED = 20_000;

  private static final int DECIMALS = 4;

  /** Empty where the texts cannot be compared within {@link #MOST_COMPARED}. */
  static Optional<Edits> between(DocumentText draft, DocumentText edited) {
    List<Token> from = draft.tokens();
    List<Token> to = edited.tokens();
    int start = 0;
    int shorter = Math.min(from.size(), to.size());
    while (start < shorter && from.get(start).equals(to.get(start))) {
      start++;
    }
    int end = 0;
    while (end < shorter - start
        && from.get(from.size() - 1 - end).equals(to.get(to.size() - 1 - end))) {
      end++;
    }
    List<Token> before = from.subList(start, from.size() - end);
    List<Token> after = to.subList(start, to.size() - end);
    if (before.size() + after.size() > MOST_COMPARED) {
      return Optional.empty();
    }
    Patch<Token> patch = DiffUtils.diff(before, after, new MyersDiffWithLinearSpace<>());
    int removed = 0;
    int added = 0;
    for (AbstractDelta<Token> change : patch.getDeltas()) {
      if (change.getType() != DeltaType.EQUAL) {
        removed += words(change.getSource().getLines());
        added += words(change.getTarget().getLines());
      }
    }
    return Optional.of(
        new Edits(
            draft.words(), draft.words() - removed, added, before.isEmpty() && after.isEmpty()));
  }

  private static int words(List<Token> tokens) {
    return (int) tokens.stream().filter(Token::word).count();
  }

  /** Words of the draft that were taken out. */
  int removed() {
    return draft - kept;
  }

  /** Whether words were changed, and not only signs between them. */
  boolean changedWords() {
    return added > 0 || removed() > 0;
  }

  /**
   * The share of the final text that the AI wrote: from 0 to 1, in words; empty where the final
   * text has none.
   */
  Optional<BigDecimal> aiShare() {
    int words = kept + added;
    return words == 0
        ? Optional.empty()
        : Optional.of(
            BigDecimal.valueOf(kept)
                .divide(BigDecimal.valueOf(words), DECIMALS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros());
  }
}
