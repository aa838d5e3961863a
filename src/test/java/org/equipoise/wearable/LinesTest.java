package org.equipoise.wearable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LinesTest {

  @Property(tries = 200)
  void next_whenReadInPiecesOfAnySize_thenEveryLineWhole(
      @ForAll("lines") List<String> lines, @ForAll @IntRange(min = 1, max = 70_000) int piece)
      throws IOException {
    String file = String.join("\n", lines) + "\n";

    Lines read = new Lines(inPieces(file.getBytes(StandardCharsets.UTF_8), piece));

    List<String> found = new ArrayList<>();
    for (Lines.Line line = read.next(); line != null; line = read.next()) {
      assertThat(line.ended()).isTrue();
      found.add(line.text());
    }
    assertThat(found).isEqualTo(lines);
  }

  @Test
  void rest_whenALineWasRead_thenWhatComesAfterIt() throws IOException {
    Lines lines = new Lines(inPieces("one\ntwo\nthree".getBytes(StandardCharsets.UTF_8), 5));

    lines.next();

    assertThat(new String(lines.rest().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("two\nthree");
  }

  @Test
  void next_whenBytesAreNoUtf8OrHoldNul_thenThatLineAlone() throws IOException {
    Lines lines =
        new Lines(new ByteArrayInputStream(new byte[] {'a', (byte) 0xff, '\n', 0, '\n', 'b'}));

    assertThat(lines.next().problem()).contains("UTF-8");
    assertThat(lines.next().problem()).contains("NUL");
    assertThat(lines.next()).isEqualTo(new Lines.Line("b", null, false));
    assertThat(lines.next()).isNull();
  }

  private static InputStream inPieces(byte[] bytes, int piece) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int length) {
        return super.read(buffer, offset, Math.min(length, piece));
      }
    };
  }

  @Provide
  Arbitrary<List<String>> lines() {
    Arbitrary<String> shorter =
        Arbitraries.strings().withChars("abé{}😀".toCharArray()).ofMaxLength(40);
    Arbitrary<String> longer = Arbitraries.integers().between(60_000, 140_000).map("x"::repeat);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(20, shorter.filter(text -> !hasLoneSurrogate(text))),
            net.jqwik.api.Tuple.of(1, longer))
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  private static boolean hasLoneSurrogate(String text) {
    return !text.equals(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }
}
