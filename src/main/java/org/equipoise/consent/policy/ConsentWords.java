package org.equipoise.consent.policy;

import java.text.MessageFormat;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Objects;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentStatement;

/** Consent in plain words, in one language: English or Spanish. */
public final class ConsentWords {

  private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));

  private final Locale locale;
  private final ResourceBundle words;

  private ConsentWords(Locale locale) {
    this.locale = locale;
    this.words =
        ResourceBundle.getBundle(
            "consent.messages", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  /**
   * The words in the first language that we speak; English where there is none.
   *
   * @param wishes language tags or {@code Accept-Language} headers, the most wanted first; null and
   *     malformed ones count for nothing
   */
  public static ConsentWords in(String... wishes) {
    return new ConsentWords(
        Arrays.stream(wishes)
            .filter(Objects::nonNull)
            .map(ConsentWords::lookup)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(Locale.ENGLISH));
  }

  private static Locale lookup(String wish) {
    try {
      return Locale.lookup(LanguageRange.parse(wish), SPOKEN);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  /** BCP-47 tag of this language. */
  public String language() {
    return locale.toLanguageTag();
  }

  /** What a purpose means, as part of a sentence. */
  public String purpose(AiPurpose purpose) {
    return say("purpose." + purpose.code());
  }

  /** Why a decision does not count, as a sentence. */
  public String sentence(Reason reason) {
    Object[] details = reason.details().toArray();
    if (reason.code() == Reason.Code.INFLUENCE_OBSERVED
        || reason.code() == Reason.Code.CONFIRMATION_MISSING) {
      String signal = "signal." + details[0];
      details[0] = words.containsKey(signal) ? say(signal) : details[0];
    }
    return say("reason." + reason.code().code(), details);
  }

  /** What a purpose means for AI in general, as part of a sentence. */
  public String purposeInGeneral(AiPurpose purpose) {
    return say("purpose.general." + purpose.code());
  }

  /**
   * What was decided about a use, and why, as sentences.
   *
   * @param zone whose days a date names
   */
  public String sentences(ConsentDecision decision, ZoneId zone) {
    AiUse use = decision.use();
    String what = use.document() == null ? purposeInGeneral(use.purpose()) : purpose(use.purpose());
    String how = "decision." + decision.verdict().code();
    if (decision.basis().isEmpty()) {
      return say(how + ".silent", what);
    }
    ConsentStatement basis = decision.basis().get(0);
    return switch (decision.verdict()) {
      case PERMIT -> say(how, what, LocalDate.ofInstant(basis.end().minusMillis(1), zone));
      case ASK -> say(how + ".silent", what);
      case DENY ->
          Stream.concat(
                  Stream.of(say(basis.permit() ? how + ".ineffective" : how, what)),
                  decision.reasons().stream().map(this::sentence))
              .collect(Collectors.joining(" "));
    };
  }

  public String say(String key, Object... details) {
    Object[] spoken = Arrays.stream(details).map(this::spoken).toArray();
    return new MessageFormat(words.getString(key), locale).format(spoken);
  }

  private Object spoken(Object detail) {
    if (detail instanceof ZonedDateTime time) {
      return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
          .withLocale(locale)
          .format(time);
    }
    return detail instanceof LocalDate date
        ? DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG).withLocale(locale).format(date)
        : detail;
  }
}
