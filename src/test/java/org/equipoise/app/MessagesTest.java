package org.equipoise.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Both languages say the same. */
class MessagesTest {

  private static final Pattern BLANK = Pattern.compile("\\{\\d}");

  private static Properties bundle(String language) throws IOException {
    Properties properties = new Properties();
    try (InputStreamReader reader =
        new InputStreamReader(
            MessagesTest.class.getResourceAsStream("/app/messages_" + language + ".properties"),
            StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    return properties;
  }

  @Test
  void messages_whenInBothLanguages_thenSameKeysAndBlanks() throws IOException {
    Properties english = bundle("en");
    Properties spanish = bundle("es");

    assertThat(spanish.stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(english.stringPropertyNames());
    for (String key : english.stringPropertyNames()) {
      assertThat(blanks(spanish.getProperty(key)))
          .as(key)
          .isEqualTo(blanks(english.getProperty(key)));
      assertThat(spanish.getProperty(key)).as(key).isNotBlank().doesNotContain("'");
      assertThat(english.getProperty(key)).as(key).isNotBlank().doesNotContain("'");
    }
  }

  private static TreeSet<String> blanks(String message) {
    TreeSet<String> blanks = new TreeSet<>();
    BLANK.matcher(message).results().forEach(found -> blanks.add(found.group()));
    return blanks;
  }

  @Test
  void times_whenSpoken_thenInTheLargestUnit() {
    assertThat(TestWords.english().duration(Duration.ofMinutes(5))).isEqualTo("5 minutes");
    assertThat(TestWords.english().duration(Duration.ofHours(1))).isEqualTo("1 hour");
    assertThat(TestWords.spanish().duration(Duration.ofDays(90))).isEqualTo("90 días");
    assertThat(TestWords.spanish().day(Instant.parse("2027-02-20T00:00:00Z")))
        .isEqualTo("20 de febrero de 2027");
    assertThat(TestWords.english().recordDate("1968")).isEqualTo("1968");
  }
}
