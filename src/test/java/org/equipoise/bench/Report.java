package org.equipoise.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Prints each figure as a row of a table, and keeps it as a line of JSON in {@code
 * target/bench/results.jsonl}.
 */
final class Report {

  private static final String ROW = "%-58s %-10s %5s %10s %10s %10s  %s%n";

  private final Path folder;
  private final JsonMapper json = new JsonMapper();

  Report(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where logs and results go. */
  Path folder() {
    return folder;
  }

  void heading(String title) {
    System.out.printf("%n%s (load average %.1f)%n", title, load());
    System.out.printf(ROW, "what", "unit", "n", "median", "quartile 1", "quartile 3", "");
  }

  void row(String what, String unit, Samples samples) {
    print(what, unit, samples, "");
  }

  void row(String what, String unit, double value) {
    print(what, unit, Samples.of(value), "");
  }

  /** A figure and the most that it should be. */
  void row(String what, String unit, double value, double aim) {
    row(what, unit, Samples.of(value), aim);
  }

  /** Figures and the most that their median should be. */
  void row(String what, String unit, Samples samples, double aim) {
    print(
        what,
        unit,
        samples,
        "aim at most " + number(aim) + (samples.median() <= aim ? ": met" : ": MISSED"));
  }

  private void print(String what, String unit, Samples samples, String remark) {
    System.out.printf(
        ROW,
        what,
        unit,
        samples.count(),
        number(samples.median()),
        number(samples.quantile(0.25)),
        number(samples.quantile(0.75)),
        remark);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    line.put("what", what);
    line.put("unit", unit);
    line.put("n", samples.count());
    line.put("median", samples.median());
    line.put("quartile1", samples.quantile(0.25));
    line.put("quartile3", samples.quantile(0.75));
    line.put("least", samples.quantile(0));
    line.put("most", samples.quantile(1));
    line.put("remark", remark);
    line.put("load", load());
    append("results.jsonl", write(line));
  }

  /** Adds a line to a file of the results folder. */
  void append(String file, String line) {
    try {
      Files.writeString(
          folder.resolve(file),
          line + System.lineSeparator(),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String write(Object line) {
    try {
      return json.writeValueAsString(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? "%d".formatted((long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
