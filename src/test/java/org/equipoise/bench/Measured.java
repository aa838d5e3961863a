package org.equipoise.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Times calls and counts their SQL statements, under a name for each kind of call. */
final class Measured {

  /** One call, sent. */
  @FunctionalInterface
  interface Call {
    Client.Answer send();
  }

  private final Postgres postgres;
  private final Report report;
  private final Map<String, List<Double>> millis = new LinkedHashMap<>();
  private final Map<String, List<Long>> statements = new LinkedHashMap<>();
  private boolean counts;

  Measured(Postgres postgres, Report report) {
    this.postgres = postgres;
    this.report = report;
  }

  /** Before this, calls only warm the server up. */
  void begin() {
    counts = true;
  }

  Client.Answer run(String name, Call call) throws SQLException {
    postgres.forgetStatements();
    Client.Answer answer = call.send();
    List<Postgres.Run> runs = postgres.statements();
    if (answer.status() / 100 != 2) {
      throw new IllegalStateException(
          name + ": " + answer.status() + " " + new String(answer.body()));
    }
    if (counts) {
      if (!millis.containsKey(name)) {
        report.append(
            "statements.txt",
            "== "
                + name
                + System.lineSeparator()
                + runs.stream()
                    .map(run -> run.calls() + " x " + run.statement())
                    .collect(Collectors.joining(System.lineSeparator())));
      }
      millis.computeIfAbsent(name, key -> new ArrayList<>()).add(answer.millis());
      statements
          .computeIfAbsent(name, key -> new ArrayList<>())
          .add(runs.stream().mapToLong(Postgres.Run::calls).sum());
    }
    return answer;
  }

  Samples millis(String name) {
    return Samples.of(millis.get(name));
  }

  Samples statements(String name) {
    return Samples.of(statements.get(name));
  }

  /** Time and statements of each kind of call. */
  void report() {
    millis.forEach(
        (name, values) -> {
          report.row(name, "ms", Samples.of(values));
          report.row(name, "SQL", statements(name));
        });
  }
}
