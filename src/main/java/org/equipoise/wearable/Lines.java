package org.equipoise.wearable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
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

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private boolean begun;

  Lines(InputStream in) {
    this.in = in;
  }

  /** The next line; null at the end of the file. */
  Line next() throws IOException {
    if (!hasMore()) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    boolean tooLong = false;
    boolean ended = false;
    while (!ended && hasMore()) {
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      int room = RecordReader.LONGEST_RECORD - bytes.size();
      tooLong |= at - from > room;
      bytes.write(buffer, from, Math.min(at - from, room));
      ended = at < end;
      at += ended ? 1 : 0;
    }
    if (tooLong) {
      return new Line(null, "The line is longer than 1 MiB", ended);
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      if (!begun && text.startsWith(BYTE_ORDER_MARK)) {
        text = text.substring(1);
      }
      begun = true;
      return text.indexOf('\0') >= 0
          ? new Line(null, "The line holds the character NUL (U+0000)", ended)
          : new Line(text.strip(), null, ended);
    } catch (CharacterCodingException e) {
      return new Line(null, "The line is no UTF-8", ended);
    }
  }

  private boolean hasMore() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(buffer));
    }
    return at < end;
  }

  /** What comes after the last line. */
  InputStream rest() {
    return new SequenceInputStream(new ByteArrayInputStream(buffer, at, end - at), in);
  }
}
