package org.equipoise.review;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;

/**
 * How long after opening a version a clinician decided on it, beside the time that reading it
 * takes.
 *
 * @param measured whole seconds from their last opening of that version to the decision, not
 *     negative; empty where the server saw none. The longest that they can have looked.
 * @param words what there was to read; empty where not all of it is text
 * @param wordsPerMinute the reading speed that is assumed
 */
record ReviewTime(Optional<Long> measured, Optional<Integer> words, int wordsPerMinute) {

  /** Code of {@code review-pace}. */
  enum Pace {
    TIME_TO_READ("time-to-read"),
    FASTER_THAN_READING("faster-than-reading"),
    NOT_MEASURED("not-measured"),
    NOT_ESTIMATED("not-estimated");

    private final String code;

    Pace(String code) {
      this.code = code;
    }

    CodeableConcept toConcept() {
      return new CodeableConcept(
          new Coding().setSystem(Canonical.System.REVIEW_PACE).setCode(code));
    }
  }

  static ReviewTime of(
      Optional<Instant> opened, Instant decided, DocumentText text, int wordsPerMinute) {
    return new ReviewTime(
        // Clocks of nodes differ by a little.
        opened.map(since -> Math.max(0, Duration.between(since, decided).toSeconds())),
        text.complete() ? Optional.of(text.words()) : Optional.empty(),
        wordsPerMinute);
  }

  /** Whole seconds that reading takes. */
  Optional<Long> needed() {
    return words.map(count -> (count * 60L + wordsPerMinute - 1) / wordsPerMinute);
  }

  Pace pace() {
    if (measured.isEmpty()) {
      return Pace.NOT_MEASURED;
    }
    if (needed().isEmpty()) {
      return Pace.NOT_ESTIMATED;
    }
    return measured.get() < needed().get() ? Pace.FASTER_THAN_READING : Pace.TIME_TO_READ;
  }

  /** The extension {@code review-time}. */
  Extension toExtension() {
    Extension time = new Extension(Canonical.Extension.REVIEW_TIME);
    measured.ifPresent(seconds -> time.addExtension("measured", seconds(seconds)));
    needed().ifPresent(seconds -> time.addExtension("needed", seconds(seconds)));
    words.ifPresent(count -> time.addExtension("words", new IntegerType(count)));
    time.addExtension("wordsPerMinute", new IntegerType(wordsPerMinute));
    return time;
  }

  static org.hl7.fhir.r4.model.Duration seconds(long seconds) {
    org.hl7.fhir.r4.model.Duration duration = new org.hl7.fhir.r4.model.Duration();
    duration.setValue(seconds).setUnit("s").setSystem("http://unitsofmeasure.org").setCode("s");
    return duration;
  }
}
