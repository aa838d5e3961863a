package org.equipoise.app;

import com.ibm.icu.text.ListFormatter;
import com.ibm.icu.text.MeasureFormat;
import com.ibm.icu.text.MeasureFormat.FormatWidth;
import com.ibm.icu.util.Measure;
import com.ibm.icu.util.MeasureUnit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;

/** What the pages say in one language. */
record Words(MessageSource messages, Locale locale, Clock clock) {

  /** The message of this key; its absence is a defect that the tests find. */
  String say(String key, Object... details) {
    return messages.getMessage(key, details, locale);
  }

  boolean has(String key) {
    return messages.getMessage(key, null, null, locale) != null;
  }

  /** {@code a, b and c}. */
  String list(List<String> parts) {
    return ListFormatter.getInstance(locale).format(parts);
  }

  /** The first letter as a capital. */
  String sentence(String text) {
    return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(locale) + text.substring(1);
  }

  /** In the largest unit that it fills: {@code 5 minutes}, {@code 1 hour}, {@code 30 days}. */
  String duration(Duration duration) {
    Measure measure;
    if (duration.toHours() >= 48) {
      measure = new Measure(duration.toDays(), MeasureUnit.DAY);
    } else if (duration.toMinutes() >= 60) {
      measure = new Measure(duration.toHours(), MeasureUnit.HOUR);
    } else {
      measure = new Measure(Math.max(1, duration.toMinutes()), MeasureUnit.MINUTE);
    }
    return MeasureFormat.getInstance(locale, FormatWidth.WIDE).formatMeasures(measure);
  }

  /** The day, as written in this language, in the time zone of the server's clock. */
  String day(Instant time) {
    return day(time.atZone(clock.getZone()).toLocalDate());
  }

  private String day(LocalDate day) {
    return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG).withLocale(locale).format(day);
  }

  /** A date of the record, which may be a year or a month only. */
  String recordDate(String iso) {
    return iso.length() == 10 ? day(LocalDate.parse(iso)) : iso;
  }

  Instant now() {
    return clock.instant();
  }
}
