package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages on which people decide must be understood by those who did not go to school long. */
class PagesReadabilityTest {

  private static final java.math.BigDecimal GRADE = java.math.BigDecimal.valueOf(6);

  /** As they appear on the pages. */
  private static final Object[] DETAILS = {"Growth Chart", "Ana", "Leo"};

  private static Properties messages(String language) throws IOException {
    Properties messages = new Properties();
    try (InputStreamReader reader =
        new InputStreamReader(
            PagesReadabilityTest.class.getResourceAsStream(
                "/app/messages_" + language + ".properties"),
            StandardCharsets.UTF_8)) {
      messages.load(reader);
    }
    return messages;
  }

  @ParameterizedTest
  @CsvSource({
    "en,login", "en,password", "en,patient", "en,consent", "en,approved", "en,apps",
        "en,guardrails", "en,accesses", "en,problem",
    "es,login", "es,password", "es,patient", "es,consent", "es,approved", "es,apps",
        "es,guardrails", "es,accesses", "es,problem"
  })
  void page_whenItsSentencesAreMeasured_thenAtMostGradeSix(String language, String page)
      throws IOException {
    Properties messages = messages(language);
    String text =
        messages.stringPropertyNames().stream()
            .filter(key -> key.startsWith(page + "."))
            .sorted()
            .map(key -> MessageFormat.format(messages.getProperty(key), DETAILS))
            // Labels are no sentences, and would only make a page look easier than it is.
            .filter(message -> message.matches(".*[.?]"))
            .collect(Collectors.joining(" "));

    assertEasy(text, language);
  }

  @ParameterizedTest
  @CsvSource({"en,Read your", "es,Leer sus"})
  void scopes_whenMeasured_thenAtMostGradeSix(String language, String doing) throws IOException {
    Properties messages = messages(language);
    List<String> nouns =
        messages.stringPropertyNames().stream()
            .filter(key -> key.startsWith("what.") && !key.equals("what.only-where"))
            .sorted()
            .map(messages::getProperty)
            .toList();

    assertEasy(
        nouns.stream().map(noun -> doing + " " + noun + ".").collect(Collectors.joining(" ")),
        language);
  }

  private static void assertEasy(String text, String language) {
    Readability readability = Readability.of(text, Locale.forLanguageTag(language));

    assertThat(readability.computed()).as(text).isPresent();
    assertThat(readability.isAbove(GRADE)).as("%s: %s", readability, text).isFalse();
  }
}
