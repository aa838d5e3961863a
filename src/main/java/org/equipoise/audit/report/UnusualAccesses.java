package org.equipoise.audit.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.audit.PatientAccesses;
import org.equipoise.audit.PatientAccesses.Flagged;
import org.equipoise.audit.PatientAccesses.Wanted;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.report.Facts.Unusual;
import org.equipoise.audit.watch.AccessFlags;
import org.equipoise.audit.watch.Circumstances;
import org.equipoise.audit.watch.Flag;
import org.equipoise.audit.watch.Rule;
import org.equipoise.audit.watch.UnusualAccess;

/**
 * Which accesses stand out, and why: what the watch found, and, of those that it has not come to
 * yet, what shows in the event itself.
 */
final class UnusualAccesses {

  /** A report names so many of them, the latest. */
  private static final int MOST = 50;

  /** The watch is seconds behind; where it hangs, the report looks no further than this. */
  private static final int MOST_UNJUDGED = 1_000;

  /** Rules that look at the event alone. */
  private static final Set<Rule> AT_ONCE =
      EnumSet.of(Rule.BREAK_GLASS, Rule.OUT_OF_HOURS, Rule.AI_OUTSIDE_PURPOSE);

  private static final Circumstances UNKNOWN =
      new Circumstances(Map.of(), Set.of(), Map.of(), Map.of(), Set.of());

  private final PatientAccesses accesses;
  private final AccessFlags flags;
  private final UnusualAccess rules;

  UnusualAccesses(PatientAccesses accesses, AccessFlags flags, UnusualAccess rules) {
    this.accesses = accesses;
    this.flags = flags;
    this.rules = rules;
  }

  /**
   * What was found.
   *
   * @param told those of the page and a few more, the latest first
   * @param inAll how many there are
   * @param first the time of the earliest; null where there is none
   */
  record Found(List<Unusual> told, long inAll, Instant first) {}

  /** Those that stand out within the whole time that is asked about, those of the page for sure. */
  Found in(Wanted wanted, List<StoredEvent> firstPage) {
    Map<Long, StoredEvent> events = new HashMap<>();
    accesses.unjudged(wanted, MOST_UNJUDGED).forEach(event -> events.put(event.id(), event));
    firstPage.forEach(event -> events.put(event.id(), event));
    Set<Long> ofPage = firstPage.stream().map(StoredEvent::id).collect(Collectors.toSet());
    List<Unusual> latest = unusual(events.values());
    Set<Long> kept = flags.of(events.keySet()).keySet();
    List<Unusual> fresh = latest.stream().filter(one -> !kept.contains(one.event().id())).toList();
    accesses.flagged(wanted, MOST).forEach(event -> events.put(event.id(), event));
    Flagged inAll = accesses.flagged(wanted);
    latest = unusual(events.values());
    Set<Long> told = new HashSet<>(ofPage);
    latest.stream().limit(MOST).forEach(one -> told.add(one.event().id()));
    return new Found(
        latest.stream().filter(one -> told.contains(one.event().id())).toList(),
        inAll.count() + fresh.size(),
        Stream.concat(
                Stream.ofNullable(inAll.first()), fresh.stream().map(one -> one.event().recorded()))
            .min(Comparator.naturalOrder())
            .orElse(null));
  }

  /** Those of these that stand out, the latest first. */
  List<Unusual> unusual(Collection<StoredEvent> events) {
    Map<Long, List<Rule>> found = of(events);
    return events.stream()
        .filter(event -> found.containsKey(event.id()))
        .sorted(
            Comparator.comparing(StoredEvent::recorded).thenComparing(StoredEvent::id).reversed())
        .map(event -> new Unusual(event, found.get(event.id())))
        .toList();
  }

  /** The rules that these events meet; those that meet none are left out. */
  private Map<Long, List<Rule>> of(Collection<StoredEvent> events) {
    Map<Long, List<Flag>> kept = flags.of(events.stream().map(StoredEvent::id).toList());
    Map<Long, List<Rule>> found = new HashMap<>();
    for (StoredEvent event : events) {
      List<Rule> met = new ArrayList<>();
      kept.getOrDefault(event.id(), List.of()).forEach(flag -> met.add(flag.rule()));
      rules.judge(event, UNKNOWN).stream()
          .map(Flag::rule)
          .filter(rule -> AT_ONCE.contains(rule) && !met.contains(rule))
          .forEach(met::add);
      if (!met.isEmpty()) {
        met.sort(Comparator.naturalOrder());
        found.put(event.id(), List.copyOf(met));
      }
    }
    return found;
  }
}
