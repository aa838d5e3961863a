package org.equipoise.wearable;

import org.equipoise.fhir.HalfCharacters;

/** Text of a file, as it may stand in a sentence. */
final class Words {

  private static final int LONGEST = 80;

  private Words() {}

  /** Printable and short. */
  static String quoted(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", " ").strip();
    return clean.length() <= LONGEST ? clean : HalfCharacters.first(clean, LONGEST) + "…";
  }
}
