package org.equipoise.audit.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.equipoise.audit.PatientAccesses.Span;
import org.equipoise.audit.report.Kind.Series;
import org.equipoise.fhir.AccessReport.Chart;
import org.hl7.fhir.utilities.Utilities;

/**
 * Draws how often who came, as stacked bars over time: plain SVG, without script, style or anything
 * from elsewhere, so that it stands on a page of any policy. Pure.
 */
final class AccessChart {

  private static final int WIDTH = 400;
  private static final int LEFT = 30;
  private static final int TOP = 10;
  private static final int HEIGHT = 130;
  private static final int BASE = TOP + HEIGHT;
  private static final int LEGEND = BASE + 42;
  private static final int LINE = 18;
  private static final int MOST_DATES = 6;

  /** Apart by lightness as well, for those who do not tell colours. */
  private static final String[] COLOURS = {"#0b5563", "#e08a00", "#8e4ec6", "#a9b8bf"};

  private final ReportWords words;
  private final Timeline timeline;
  private final long[][] counts;

  /**
   * @param counts for each span of the timeline one number for each series
   */
  AccessChart(ReportWords words, Timeline timeline, long[][] counts) {
    this.words = words;
    this.timeline = timeline;
    this.counts = counts;
  }

  Chart draw() {
    String unit = timeline.unit().key();
    String title = words.say("chart.title." + unit);
    List<String> kinds = new ArrayList<>();
    kinds.add(words.say("chart.time." + unit));
    for (Series series : Series.values()) {
      kinds.add(name(series));
    }
    List<Chart.Row> rows = new ArrayList<>();
    for (int i = counts.length - 1; i >= 0; i--) {
      if (Arrays.stream(counts[i]).sum() > 0) {
        rows.add(new Chart.Row(date(i), Arrays.stream(counts[i]).boxed().toList()));
      }
    }
    return new Chart(title, svg(title), words.say("chart.table"), kinds, rows);
  }

  private String name(Series series) {
    return words.say("chart." + series.name().toLowerCase(Locale.ROOT));
  }

  private String date(int span) {
    Span one = timeline.spans().get(span);
    return words.format("date." + timeline.unit().key(), one.from());
  }

  private String svg(String title) {
    long most =
        Math.max(
            1, Arrays.stream(counts).mapToLong(one -> Arrays.stream(one).sum()).max().orElse(1));
    long top = round(most);
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" font-size=\"11\" font-family=\"system-ui, sans-serif\">"
            .formatted(WIDTH, LEGEND + LINE * Series.values().length - 8, escaped(title)));
    grid(svg, top);
    bars(svg, top);
    dates(svg);
    legend(svg);
    return svg.append("</svg>").toString();
  }

  private static void grid(StringBuilder svg, long top) {
    for (long at : top == 1 ? new long[] {0, 1} : new long[] {0, top / 2, top}) {
      double y = BASE - (double) HEIGHT * at / top;
      svg.append(
          line(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
              LEFT, WIDTH, y, y, at == 0 ? "#4d5d66" : "#dde4e7"));
      svg.append(
          line(
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#4d5d66\">%d</text>",
              LEFT - 5, y + 4, at));
    }
  }

  private void bars(StringBuilder svg, long top) {
    double step = (double) (WIDTH - LEFT) / counts.length;
    double width = Math.min(28, step * 0.72);
    for (int i = 0; i < counts.length; i++) {
      double y = BASE;
      double x = LEFT + step * i + (step - width) / 2;
      for (Series series : Series.values()) {
        double height = (double) HEIGHT * counts[i][series.ordinal()] / top;
        if (height > 0) {
          y -= height;
          svg.append(
              line(
                  "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                  x, y, width, height, COLOURS[series.ordinal()]));
        }
      }
    }
  }

  private void dates(StringBuilder svg) {
    double step = (double) (WIDTH - LEFT) / counts.length;
    int each = (counts.length + MOST_DATES - 1) / MOST_DATES;
    for (int i = 0; i < counts.length; i += each) {
      double x = LEFT + step * i + step / 2;
      // A date in the middle of the last bars would reach over the edge.
      boolean isLast = x > WIDTH - 24;
      svg.append(
          line(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" fill=\"#4d5d66\">%s</text>",
              isLast ? WIDTH : x, BASE + 16, isLast ? "end" : "middle", escaped(date(i))));
    }
  }

  private void legend(StringBuilder svg) {
    for (Series series : Series.values()) {
      int y = LEGEND + LINE * series.ordinal();
      svg.append(
          line(
              "<rect x=\"%d\" y=\"%d\" width=\"11\" height=\"11\" fill=\"%s\"/>",
              LEFT, y - 10, COLOURS[series.ordinal()]));
      svg.append(
          line(
              "<text x=\"%d\" y=\"%d\" fill=\"#1c2b33\">%s</text>",
              LEFT + 18, y, escaped(name(series))));
    }
  }

  private static String line(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  private static String escaped(String text) {
    return Utilities.escapeXml(text);
  }

  /** The next even number that people count in: 2, 4, 10, 20, 40, 100 and so on. */
  private static long round(long most) {
    if (most == 1) {
      return 1;
    }
    for (long ten = 1; ; ten *= 10) {
      for (long factor : new long[] {2, 4, 6, 8, 10}) {
        if (ten * factor >= most) {
          return ten * factor;
        }
      }
    }
  }
}
