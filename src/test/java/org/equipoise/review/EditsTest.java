package org.equipoise.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.hl7.fhir.r4.model.Attachment;
import org.junit.jupiter.api.Test;

class EditsTest {

  private static DocumentText text(String... texts) {
    return DocumentText.of(
        Arrays.stream(texts)
            .map(
                text ->
                    new Attachment()
                        .setContentType("text/plain")
                        .setData(text.getBytes(StandardCharsets.UTF_8)))
            .toList());
  }

  private static Edits edits(String draft, String edited) {
    return Edits.between(text(draft), text(edited)).orElseThrow();
  }

  @Test
  void between_whenWordsAreTakenOutAndPutIn_thenCounted() {
    Edits edits =
        edits("The knee hurts on stairs. No fever.", "The left knee hurts on stairs and at night.");

    assertThat(edits.draft()).isEqualTo(7);
    assertThat(edits.kept()).isEqualTo(5);
    assertThat(edits.removed()).isEqualTo(2);
    assertThat(edits.added()).isEqualTo(4);
    assertThat(edits.aiShare()).contains(new BigDecimal("0.5556"));
  }

  @Test
  void between_whenOnlyWhiteSpaceDiffers_thenTheSame() {
    assertThat(edits("One.  Two\n\nthree", "One. Two three").same()).isTrue();
  }

  @Test
  void between_whenOnlyASignDiffers_thenChangedButNoWord() {
    Edits edits = edits("No pain", "No, pain");

    assertThat(edits.same()).isFalse();
    assertThat(edits.changedWords()).isFalse();
    assertThat(edits.aiShare()).contains(BigDecimal.ONE);
  }

  @Test
  void aiShare_whenAllIsNew_thenZeroAndWhenNothingIsLeft_thenNone() {
    assertThat(edits("one two", "three four").aiShare().orElseThrow()).isEqualByComparingTo("0");
    assertThat(edits("one two", "...").aiShare()).isEmpty();
  }

  @Test
  void between_whenSeveralTexts_thenAllOfThemCount() {
    Edits edits =
        Edits.between(text("one two", "three four"), text("one two", "three five")).orElseThrow();

    assertThat(edits.aiShare()).contains(new BigDecimal("0.75"));
  }

  @Test
  void between_whenScriptHasNoSpaces_thenWordsAreFound() {
    Attachment japanese =
        new Attachment()
            .setContentType("text/plain;charset=UTF-8")
            .setLanguage("ja")
            .setData("膝が痛い。熱はない。".getBytes(StandardCharsets.UTF_8));

    assertThat(DocumentText.of(List.of(japanese)).words()).isGreaterThan(3);
  }

  @Test
  void between_whenHugeTextsDifferWholly_thenNotComparedAndSoon() {
    String one = IntStream.range(0, 80_000).mapToObj(i -> "a" + i).collect(Collectors.joining(" "));
    String other =
        IntStream.range(0, 80_000).mapToObj(i -> "b" + i).collect(Collectors.joining(" "));

    assertThat(Edits.between(text(one), text(other))).isEmpty();
    // One word in the middle of the same text is found all the same.
    assertThat(edits(one, one.replace("a40000 ", "other ")).added()).isEqualTo(1);
  }

  @Test
  void between_whenTheMostThatIsComparedDiffersWholly_thenWithinSeconds() {
    int half = Edits.MOST_COMPARED / 2;
    String one = IntStream.range(0, half).mapToObj(i -> "a" + i).collect(Collectors.joining(" "));
    String other = IntStream.range(0, half).mapToObj(i -> "b" + i).collect(Collectors.joining(" "));

    assertTimeout(Duration.ofSeconds(20), () -> edits(one, other));
  }

  @Test
  void of_whenNotText_thenIncomplete() {
    Attachment picture = new Attachment().setContentType("image/png").setData(new byte[] {1});
    Attachment elsewhere = new Attachment().setContentType("text/plain").setUrl("Binary/1");
    Attachment page =
        new Attachment()
            .setContentType("text/html")
            .setData("<p>x</p>".getBytes(StandardCharsets.UTF_8));

    for (Attachment content : List.of(picture, elsewhere, page, new Attachment())) {
      assertThat(DocumentText.of(List.of(content)).complete()).isFalse();
    }
    assertThatCode(
            () ->
                DocumentText.of(
                    List.of(
                        new Attachment()
                            .setContentType("text/plain; charset=klingon")
                            .setData(new byte[] {(byte) 0xff}))))
        .doesNotThrowAnyException();
  }

  @Property(tries = 300)
  void between_whenAnyTexts_thenCountsAddUp(
      @ForAll @Size(max = 40) List<@IntRange(max = 6) Integer> draft,
      @ForAll @Size(max = 40) List<@IntRange(max = 6) Integer> edited) {
    DocumentText from = text(words(draft));
    DocumentText to = text(words(edited));

    Edits edits = Edits.between(from, to).orElseThrow();

    assertThat(edits.kept() + edits.removed()).isEqualTo(draft.size());
    assertThat(edits.kept() + edits.added()).isEqualTo(edited.size());
    assertThat(edits.kept()).isBetween(0, Math.min(draft.size(), edited.size()));
    assertThat(edits.same()).isEqualTo(draft.equals(edited));
    edits
        .aiShare()
        .ifPresent(share -> assertThat(share).isBetween(BigDecimal.ZERO, BigDecimal.ONE));
  }

  private static String words(List<Integer> codes) {
    return codes.stream().map(code -> "w" + code).collect(Collectors.joining(" "));
  }
}
