package org.equipoise.fhir;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Who looked at a patient's record, told to the patient: one page, in one language, in words that
 * are shown as they are. Nothing in it is markup but the drawing of the chart.
 *
 * @param language of the words
 * @param title of the page
 * @param intro sentences that say which time this is about
 * @param unusual accesses that stand out: on the first page the latest of the whole time and all of
 *     the page, on later pages those of the page; null where there are none
 * @param summary sentences that count all accesses; empty on later pages
 * @param chart how often, over time; null on later pages and where nothing happened
 * @param parties who came, those who came last first
 * @param closing sentences at the end
 * @param next the mark of the next page ({@link Question#page}); null on the last
 */
public record AccessReport(
    Locale language,
    String title,
    List<String> intro,
    Unusual unusual,
    Summary summary,
    Chart chart,
    String partiesTitle,
    List<Party> parties,
    List<String> closing,
    String next) {

  public AccessReport {
    intro = List.copyOf(intro);
    parties = List.copyOf(parties);
    closing = List.copyOf(closing);
  }

  /** A report can be asked for from here on at the earliest: no access is older. */
  public static final Instant BEGINNING = Instant.parse("0001-01-01T00:00:00Z");

  /**
   * Which report is asked for.
   *
   * @param patient logical id
   * @param from accesses at or after
   * @param until accesses before; null for all up to now
   * @param who only those of this person or AI, e.g. {@code Practitioner/7}; null for all
   * @param includeAi whether accesses of an AI are told
   * @param language one of {@link SpokenLanguage#SPOKEN}
   * @param page the mark of the page, as {@link AccessReport#next} gave it; null for the first
   * @param count accesses on a page
   */
  public record Question(
      String patient,
      Instant from,
      Instant until,
      String who,
      boolean includeAi,
      Locale language,
      String page,
      int count) {}

  /**
   * What stands out.
   *
   * @param items the latest first
   */
  public record Unusual(String title, List<String> intro, List<Item> items, List<String> closing) {

    /**
     * What stands out of what one person did on one day.
     *
     * @param what who did what and when
     * @param rules why it stands out, a sentence each
     * @param events the numbers of the access events
     */
    public record Item(String what, List<String> rules, List<Long> events) {}
  }

  /** Counts over the whole time, a sentence for each kind of person. */
  public record Summary(String title, List<String> lines) {}

  /**
   * How often who came, over time.
   *
   * @param title what it shows
   * @param svg the drawing, an {@code svg} element without script or style
   * @param kinds heads of the columns of the same as a table
   * @param rows its rows
   */
  public record Chart(
      String title, String svg, String tableTitle, List<String> kinds, List<Row> rows) {

    /**
     * One span of time.
     *
     * @param counts one for each of {@code kinds}
     */
    public record Row(String time, List<Long> counts) {}
  }

  /**
   * Somebody who came: who, for whom they work, why, and what they did when.
   *
   * @param who name and role, or which AI
   * @param forWhom for whom they work, or who made the AI
   * @param why on what ground
   * @param deeds what and when, a sentence each, the latest first
   * @param events the numbers of the access events that this tells of
   */
  public record Party(
      String who,
      List<String> forWhom,
      List<String> why,
      List<String> deeds,
      boolean isUnusual,
      List<Long> events) {}
}
