package org.equipoise.wearable;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.equipoise.wearable.RecordReader.Unreadable;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * XML without its document type: read past, never obeyed. One that declares an entity is refused
 * before anything else of the file is read, and no tag, text or comment gets much longer than
 * {@link RecordReader#LONGEST_RECORD}.
 *
 * <p>The parser of the JDK, told to leave document types alone, still gathers one in memory,
 * however long.
 */
final class Markup {

  /** That of Apple Health has about 10 KiB. */
  private static final int LONGEST_PROLOG = 256 * 1024;

  private Markup() {}

  /** The same file, safe to parse. */
  static Metered withoutDocumentType(InputStream file) throws IOException, Unreadable {
    BufferedInputStream in = new BufferedInputStream(file);
    byte[] kept = new Prolog(in).read();
    return new Metered(new SequenceInputStream(new ByteArrayInputStream(kept), in));
  }

  /** A tag or a text that does not end. */
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** What comes before the first tag. */
  private static final class Prolog {

    private final BufferedInputStream in;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private int read;

    Prolog(BufferedInputStream in) {
      this.in = in;
    }

    byte[] read() throws IOException, Unreadable {
      while (true) {
        in.mark(16);
        int next = in.read();
        if (next < 0) {
          return kept.toByteArray();
        }
        if (next != '<') {
          count();
          kept.write(next);
          continue;
        }
        byte[] start = in.readNBytes(8);
        in.reset();
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("?")) {
          until("?>");
        } else if (text.startsWith("!--")) {
          until("-->");
        } else if (text.startsWith("!DOCTYPE")) {
          documentType();
        } else {
          return kept.toByteArray();
        }
      }
    }

    private int next() throws IOException, Unreadable {
      int next = in.read();
      if (next < 0) {
        throw new Unreadable(1, IssueType.INCOMPLETE, "The file ends before its first record");
      }
      count();
      return next;
    }

    private void count() throws Unreadable {
      if (++read > LONGEST_PROLOG) {
        throw new Unreadable(
            1, IssueType.TOOLONG, "What stands before the first record of this XML is too long");
      }
    }

    private void until(String end) throws IOException, Unreadable {
      StringBuilder tail = new StringBuilder();
      while (tail.length() < end.length() || !tail.toString().equals(end)) {
        int next = next();
        kept.write(next);
        tail.append((char) next);
        if (tail.length() > end.length()) {
          tail.deleteCharAt(0);
        }
      }
    }

    private void documentType() throws IOException, Unreadable {
      StringBuilder all = new StringBuilder();
      int quote = 0;
      boolean subset = false;
      boolean comment = false;
      while (true) {
        int next = next();
        all.append((char) next);
        if (comment) {
          comment = !endsWith(all, "-->");
        } else if (quote != 0) {
          quote = next == quote ? 0 : quote;
        } else if (next == '"' || next == '\'') {
          quote = next;
        } else if (endsWith(all, "<!--")) {
          comment = true;
        } else if (endsWith(all, "<!ENTITY")) {
          throw new Unreadable(
              1,
              IssueType.NOTSUPPORTED,
              "This XML declares entities, which no health export does: nothing of it was read");
        } else if (next == '[') {
          subset = true;
        } else if (next == ']') {
          subset = false;
        } else if (next == '>' && !subset) {
          return;
        }
      }
    }

    private static boolean endsWith(StringBuilder text, String end) {
      int from = text.length() - end.length();
      return from >= 0 && text.indexOf(end, from) == from;
    }
  }

  /**
   * Counts the bytes that the parser takes without telling anything, so that it never gathers one
   * endless piece: an attribute, a comment, a text.
   */
  static final class Metered extends FilterInputStream {

    private int run;

    private Metered(InputStream in) {
      super(in);
    }

    /** The parser told something. */
    void told() {
      run = 0;
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int got = super.read(buffer, offset, length);
      count(Math.max(got, 0));
      return got;
    }

    private void count(int bytes) throws TooLong {
      run += bytes;
      if (run > RecordReader.LONGEST_RECORD) {
        throw new TooLong();
      }
    }
  }
}
