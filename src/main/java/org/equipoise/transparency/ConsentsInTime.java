package org.equipoise.transparency;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.equipoise.fhir.AiUseDecisions.Said;
import org.hl7.fhir.r4.model.Consent;

/**
 * A patient's consents as they stood at a time: each in the version that was stored last by then.
 * One that was recorded later about an earlier day ({@code dateTime}) counts from that day on, as
 * it was first recorded; a later withdrawal does not reach back. Pure.
 */
final class ConsentsInTime {

  /**
   * One version.
   *
   * @param stored when it was stored
   * @param given when the patient decided, where it says so
   */
  private record Version(Instant stored, Optional<Instant> given, Said said) {}

  private final Map<String, List<Version>> oldestFirst = new LinkedHashMap<>();

  /**
   * @param current the consents as they stand
   * @param versions all versions of those that may have been others before
   */
  ConsentsInTime(
      Collection<Consent> current, Collection<Consent> versions, Function<Consent, Said> reader) {
    Map<String, List<Consent>> histories = new LinkedHashMap<>();
    versions.stream()
        .sorted(Comparator.comparing(one -> Long.parseLong(Keys.version(one))))
        .forEach(one -> histories.computeIfAbsent(Keys.of(one), key -> new ArrayList<>()).add(one));
    current.forEach(one -> histories.putIfAbsent(Keys.of(one), List.of(one)));
    histories.forEach(
        (key, history) ->
            oldestFirst.put(
                key, history.stream().map(one -> version(one, reader.apply(one))).toList()));
  }

  private static Version version(Consent consent, Said said) {
    return new Version(
        consent.getMeta().getLastUpdated() == null
            ? Instant.MAX
            : consent.getMeta().getLastUpdated().toInstant(),
        Optional.ofNullable(consent.getDateTime()).map(date -> date.toInstant()),
        said);
  }

  List<Said> at(Instant moment) {
    return oldestFirst.values().stream().flatMap(one -> at(one, moment).stream()).toList();
  }

  private static Optional<Said> at(List<Version> oldestFirst, Instant moment) {
    Optional<Version> stored =
        oldestFirst.stream()
            .filter(one -> !one.stored().isAfter(moment))
            .reduce((earlier, later) -> later);
    return stored
        .or(
            () ->
                Optional.of(oldestFirst.get(0))
                    .filter(first -> first.given().filter(day -> !day.isAfter(moment)).isPresent()))
        .map(Version::said);
  }
}
