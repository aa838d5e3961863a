package org.equipoise.wearable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Lines of UTF-8, none of which is held in memory beyond {@link RecordReader#LONGEST_RECORD}. */
final class Lines {

  /**
   * One line.
   *
   * @param text without its end; null where {@code problem} says why there is none
   * @param problem null where there is none
   * @param ended whether an end of line stood behind it, which the last line of a file cut off
   *     lacks
   */
  record Line(String text, String problem, boolean ended) {}

  private final InputStream in;

  /**
   * @param in buffered
   */
  Lines(InputStream in) {
    this.in = in;
  }

  /** The next line; null at the end of the file. */
  Line next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    boolean tooLong = false;
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (bytes.size() < RecordReader.LONGEST_RECORD) {
        bytes.write(next);
      } else {
        tooLong = true;
      }
      next = in.read();
    }
    boolean ended = next == '\n';
    if (tooLong) {
      return new Line(null, "The line is longer than 1 MiB", ended);
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      return text.indexOf('\0') >= 0
          ? new Line(null, "The line holds the character NUL (U+0000)", ended)
          : new Line(text.strip(), null, ended);
    } catch (CharacterCodingException e) {
      return new Line(null, "The line is no UTF-8", ended);
    }
  }
}
