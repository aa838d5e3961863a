package org.equipoise.explanation;

import java.util.List;

/**
 * Something that a patient is told, and what it rests on: changing one of the cited elements
 * changes the text.
 *
 * @param text one sentence, or few that belong together, in plain text
 * @param citations at least one
 */
public record Sentence(String text, List<Citation> citations) {

  public Sentence {
    citations = List.copyOf(citations);
    if (citations.isEmpty()) {
      throw new IllegalArgumentException("A sentence that rests on nothing: " + text);
    }
  }
}
