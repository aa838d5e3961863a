package org.equipoise.audit.report;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.SimpleParameters;
import org.hl7.fhir.r4.model.IdType;

/**
 * What a caller asks for, in the address (GET) or in a Parameters resource (POST). Pure.
 *
 * @param start a FHIR date or dateTime; null where it was not given
 * @param end the same
 * @param who a reference such as {@code Practitioner/7}; null for all
 * @param language null where it was not given
 * @param acceptLanguage the header, null where it was not sent
 * @param page the mark of the page; null for the first
 */
record ReportRequest(
    String start,
    String end,
    String who,
    boolean includeAi,
    String language,
    String acceptLanguage,
    Format format,
    Optional<Integer> count,
    String page) {

  static final String START = "start";
  static final String END = "end";
  static final String WHO = "who";
  static final String INCLUDE_AI = "includeAi";
  static final String LANGUAGE = "language";
  static final String FORMAT = "format";
  static final String COUNT = "_count";
  static final String PAGE = "page";

  /** How far back a report looks where nobody says. */
  static final Duration USUAL = Duration.ofDays(90);

  /** In which form the report is given. */
  enum Format {
    BUNDLE,
    DOCUMENT
  }

  private static final Set<String> KNOWN =
      Set.of(START, END, WHO, INCLUDE_AI, LANGUAGE, FORMAT, COUNT, PAGE);

  private static final Set<String> ACTORS =
      Set.of("Device", "Patient", "Practitioner", "RelatedPerson");

  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}");
  private static final Pattern YEAR = Pattern.compile("\\d{4}");

  private static final DateTimeFormatter STRICT_DAY =
      DateTimeFormatter.ISO_LOCAL_DATE.withResolverStyle(ResolverStyle.STRICT);

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where a parameter is
   *     unknown, given twice or malformed
   */
  static ReportRequest parse(RequestDetails request) {
    SimpleParameters given = SimpleParameters.of(request, KNOWN);
    return new ReportRequest(
        given.one(START).orElse(null),
        given.one(END).orElse(null),
        given.one(WHO).map(who -> actor(who, request.getFhirServerBase())).orElse(null),
        given.one(INCLUDE_AI).map(ReportRequest::bool).orElse(true),
        given.one(LANGUAGE).orElse(null),
        request.getHeader("Accept-Language"),
        given.one(FORMAT).map(ReportRequest::format).orElse(Format.BUNDLE),
        given.number(COUNT, 1),
        given.one(PAGE).orElse(null));
  }

  private static String actor(String text, String base) {
    IdType id = new IdType(text);
    boolean isOurs = !id.isAbsolute() || (base != null && base.equals(id.getBaseUrl()));
    if (isOurs
        && id.hasIdPart()
        && id.getIdPart().matches("[A-Za-z0-9.-]{1,64}")
        && id.hasResourceType()
        && ACTORS.contains(id.getResourceType())) {
      return id.getResourceType() + "/" + id.getIdPart();
    }
    throw Refusal.invalid(
        SimpleParameters.at(WHO),
        "who must be a reference to one of "
            + new TreeSet<>(ACTORS)
            + ", such as Practitioner/7 or Device/3");
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw Refusal.invalid(SimpleParameters.at(INCLUDE_AI), "includeAi must be true or false");
    };
  }

  private static Format format(String text) {
    return switch (text) {
      case "bundle" -> Format.BUNDLE;
      case "document" -> Format.DOCUMENT;
      default ->
          throw Refusal.invalid(SimpleParameters.at(FORMAT), "format must be bundle or document");
    };
  }

  /** From when on: the usual time before the end where it was not given. */
  Instant from(ZoneId zone, Instant now) {
    if (start != null) {
      return moment(START, start, zone, false);
    }
    return Optional.ofNullable(until(zone)).orElse(now).minus(USUAL);
  }

  /** Until when, exclusive: a day, month or year counts whole. Null where it was not given. */
  Instant until(ZoneId zone) {
    return end == null ? null : moment(END, end, zone, true);
  }

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where the end is not
   *     after the start, or one of them is no date
   */
  void requireOrder(ZoneId zone, Instant now) {
    Instant from = from(zone, now);
    Instant until = until(zone);
    if (until != null && !until.isAfter(from)) {
      throw Refusal.invalid(SimpleParameters.at(END), "end must not be before start");
    }
  }

  private static Instant moment(String name, String text, ZoneId zone, boolean isEnd) {
    try {
      if (YEAR.matcher(text).matches()) {
        return day(
            LocalDate.of(Integer.parseInt(text), 1, 1),
            isEnd ? Period.ofYears(1) : Period.ZERO,
            zone);
      }
      if (MONTH.matcher(text).matches()) {
        return day(YearMonth.parse(text).atDay(1), isEnd ? Period.ofMonths(1) : Period.ZERO, zone);
      }
      if (DAY.matcher(text).matches()) {
        return day(LocalDate.parse(text, STRICT_DAY), isEnd ? Period.ofDays(1) : Period.ZERO, zone);
      }
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.get(ChronoField.YEAR) >= 1 && time.get(ChronoField.YEAR) <= 9999) {
        return time.toInstant();
      }
    } catch (DateTimeException e) {
      // Refused below.
    }
    throw Refusal.invalid(
        SimpleParameters.at(name),
        name
            + " must be a date such as 2026-11-22, or a time with its zone such as"
            + " 2026-11-22T10:00:00Z");
  }

  private static Instant day(LocalDate day, Period more, ZoneId zone) {
    if (day.getYear() < 1) {
      throw new DateTimeException("Before the first year");
    }
    return day.plus(more).atStartOfDay(zone).toInstant();
  }
}
