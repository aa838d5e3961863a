package org.equipoise.server;

import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.OperationOutcome;

/** Takes out of what a client reads about a fault what only this program's makers understand. */
final class FaultWords {

  /** HAPI numbers each place that fails; where one fault led to another, there are several. */
  private static final Pattern NUMBER = Pattern.compile("HAPI-\\d+: ?");

  /** The name of a class, be it that of an exception in front of what it says. */
  private static final Pattern CLASS =
      Pattern.compile(
          "\\b(?:class )?(?:ca|com|org|net|java|javax|jakarta)(?:\\.[a-z][a-z0-9_]*)+\\.[A-Z]\\w*"
              + "(?:\\$\\w+)*(?:: ?)?|\\b[A-Z]\\w*Exception\\b(?:: ?)?");

  /** Where Jackson and Woodstox stopped reading. */
  private static final Pattern PLACE_IN_JSON =
      Pattern.compile("\\s*at \\[[^]]*?line: (\\d+), column: (\\d+)]", Pattern.DOTALL);

  private static final Pattern PLACE_IN_XML =
      Pattern.compile("\\s*at \\[?\\[row,col \\{unknown-source}]: \\[(\\d+),(\\d+)]]?");

  private static final Pattern SOURCE =
      Pattern.compile("\\[Source: [^;\\]]*; line: (\\d+), column: (\\d+)]");

  private static final String NOTHING_SAID = "The request cannot be handled as it was sent";

  private FaultWords() {}

  static void clear(OperationOutcome outcome) {
    outcome.getIssue().stream()
        .filter(OperationOutcome.OperationOutcomeIssueComponent::hasDiagnostics)
        .forEach(issue -> issue.setDiagnostics(clear(issue.getDiagnostics())));
  }

  static String clear(String words) {
    String place = "; line $1, column $2";
    String clear = NUMBER.matcher(words).replaceAll("");
    clear = PLACE_IN_JSON.matcher(clear).replaceAll(place);
    clear = PLACE_IN_XML.matcher(clear).replaceAll(place);
    clear = SOURCE.matcher(clear).replaceAll("line $1, column $2");
    clear = CLASS.matcher(clear).replaceAll("").strip();
    return clear.isEmpty() ? NOTHING_SAID : clear;
  }
}
