package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says in the text of a decision is for patients; measured, not claimed. */
class DecisionReadabilityTest {

  private static final Object[] DETAILS = {3, 4, "20", "1000", ""};

  @ParameterizedTest
  @ValueSource(strings = {"en", "es"})
  void words_whenMeasured_thenAtMostGradeSix(String language) throws IOException {
    Properties messages = new Properties();
    try (InputStreamReader reader =
        new InputStreamReader(
            DecisionReadabilityTest.class.getResourceAsStream(
                "/decision/messages_" + language + ".properties"),
            StandardCharsets.UTF_8)) {
      messages.load(reader);
    }
    String text =
        messages.stringPropertyNames().stream()
            // What only a programmer of an app meets.
            .filter(key -> !key.equals("wanted.conflict"))
            .sorted()
            .map(key -> MessageFormat.format(messages.getProperty(key), DETAILS))
            // Labels are no sentences, and would only make the text look easier than it is.
            .filter(message -> message.matches("(?s).*[.?]"))
            .collect(Collectors.joining(" "));

    Readability readability = Readability.of(text, Locale.forLanguageTag(language));

    assertThat(readability.computed()).isPresent();
    assertThat(readability.isAbove(BigDecimal.valueOf(6)))
        .as("%s: %s", readability, text)
        .isFalse();
  }
}
