package org.equipoise.consent.guardrail;

import java.text.MessageFormat;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.CodeWords;
import org.equipoise.fhir.ConsentGuardrails;

/** The guardrails of this house in words for patients. */
public final class ListedGuardrails implements ConsentGuardrails {

  private final GuardrailSettings settings;

  public ListedGuardrails(GuardrailSettings settings) {
    this.settings = settings;
  }

  @Override
  public List<Listed> list(String language) {
    ResourceBundle words =
        ResourceBundle.getBundle(
            "consent.guardrails",
            Locale.forLanguageTag("es".equals(language) ? "es" : "en"),
            Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
    return Arrays.stream(Guardrail.values())
        .map(
            rule -> {
              CodeWords said = rule.words(language);
              return new Listed(
                  rule.code(),
                  rule.isBrightLine(),
                  said.display(),
                  said.definition(),
                  settings.isOn(rule),
                  setting(rule, words, language));
            })
        .toList();
  }

  private String setting(Guardrail rule, ResourceBundle words, String language) {
    if (rule.isBrightLine()) {
      return words.getString("bright-line");
    }
    return switch (rule) {
      case READING_LEVEL -> words.getString("reading-level." + settings.readingLevel().code());
      case COOLING_OFF ->
          settings.isOn(rule) ? coolingOff(words, language) : words.getString("cooling-off.none");
      default -> words.getString(settings.isOn(rule) ? "on" : "off");
    };
  }

  private String coolingOff(ResourceBundle words, String language) {
    return new TreeMap<>(settings.coolingOff())
        .entrySet().stream()
            .map(
                time ->
                    say(
                        words,
                        "cooling-off.time",
                        CodeWords.of(Canonical.System.AI_PURPOSE, time.getKey(), language)
                            .display(),
                        length(time.getValue(), words)))
            .collect(Collectors.joining(" "));
  }

  /** In days where they are whole, else in hours, else in minutes. */
  private static String length(Duration time, ResourceBundle words) {
    if (time.equals(Duration.ofDays(time.toDays()))) {
      return say(words, "days", time.toDays());
    }
    return time.equals(Duration.ofHours(time.toHours()))
        ? say(words, "hours", time.toHours())
        : say(words, "minutes", Math.max(1, time.toMinutes()));
  }

  private static String say(ResourceBundle words, String key, Object... details) {
    return new MessageFormat(words.getString(key), words.getLocale()).format(details);
  }
}
