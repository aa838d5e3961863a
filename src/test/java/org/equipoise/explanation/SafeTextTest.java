package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<b>bold</b>",
        "a<script>alert(1)</script>",
        "<svg/onload=alert(1)>",
        "<img src=x onerror=alert(1)",
        "</p>",
        "<!-- hidden -->",
        "<?php ?>",
        "<!DOCTYPE html>",
        "x<a",
        "bad\u0000null",
        "right\u202Eleft",
        "\u0007bell",
        " ",
        ""
      })
  void plain_whenMarkupOrHiddenOrEmpty_thenRefused(String text) {
    assertThatThrownBy(() -> SafeText.plain(text, "part.text"))
        .isInstanceOfSatisfying(
            UnprocessableEntityException.class,
            refusal ->
                assertThat(TestTransaction.expressions(refusal)).containsExactly("part.text"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[x](javascript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "![x](data:text/html;base64,AAAA)",
        "[x](vbscript:y)",
        "<b>",
        "[](#)"
      })
  void markdown_whenActiveOrSaysNothing_thenRefused(String text) {
    assertThatThrownBy(() -> SafeText.markdown(text, "part.text"))
        .isInstanceOf(UnprocessableEntityException.class);
  }

  @Test
  void markdown_whenHarmless_thenReadsWithoutItsSigns() {
    assertThat(
            SafeText.markdown(
                "# Head\n\nBP **120** < 130 &\n[site](https://example.org).\n\n- one\n- two", "x"))
        .isEqualTo("Head\n\nBP 120 < 130 & site.\n\n\n- one\n- two");
  }

  @Test
  void toMarkdown_whenTextHasSigns_thenReadsTheSame() {
    String text = "A *b* _c_ `d` [e](f) #1 ~x~ a|b & \\ x";
    assertThat(SafeText.markdown(SafeText.toMarkdown(text), "x")).isEqualTo(text);
  }

  @Test
  void inline_whenNameHoldsMarkup_thenHarmlessAndReadable() {
    assertThat(SafeText.inline("Dr. <script>x</script>\n\u202EEva"))
        .isEqualTo("Dr. ‹script›x‹/script› Eva");
  }

  @Test
  void plain_whenLongerThanOneMebibyte_thenTooLong() {
    assertThatThrownBy(() -> SafeText.plain("é".repeat(SafeText.MAX_BYTES / 2 + 1), "part.text"))
        .isInstanceOf(PayloadTooLargeException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a", "a ", "a. ", "[", "*", "*a ", "_a*", "< ", "`", "> ", "> - ", "1. ", "![", "[a](", "&",
        "\\", "**a ", "- a\n", "\n"
      })
  void markdown_whenHostileRepetition_thenDoneOrRefusedInTime(String text) {
    String hostile = text.repeat(SafeText.MAX_BYTES / text.length());
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try {
            assertThat(Readability.of(SafeText.markdown(hostile, "x"), Locale.ENGLISH)).isNotNull();
          } catch (BaseServerResponseException refusal) {
            assertThat(refusal.getStatusCode()).isEqualTo(422);
          }
        });
  }

  @Test
  void markdown_whenNestedBeyondMeasure_thenRefused() {
    assertThatThrownBy(() -> SafeText.markdown("**a ".repeat(130_000) + "a**".repeat(130_000), "x"))
        .isInstanceOf(UnprocessableEntityException.class);
  }
}
