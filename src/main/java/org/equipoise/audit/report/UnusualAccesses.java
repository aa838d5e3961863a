package org.equipoise.audit.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.equipoise.audit.PatientAccesses;
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
   * @param latest a few, the latest first
   * @param inAll how many there are
   */
  record Found(List<Unusual> latest, long inAll) {}

  /** Those that stand out within the whole time that is asked about. */
  Found in(Wanted wanted, List<StoredEvent> firstPage) {
    List<StoredEvent> flagged = accesses.flagged(wanted, MOST);
    Map<Long, List<Rule>> found = of(firstPage);
    Set<Long> known = flags.of(firstPage.stream().map(StoredEvent::id).toList()).keySet();
    long fresh = found.keySet().stream().filter(id -> !known.contains(id)).count();
    Map<Long, StoredEvent> events = new HashMap<>();
    flagged.forEach(event -> events.put(event.id(), event));
    firstPage.stream()
        .filter(event -> found.containsKey(event.id()))
        .forEach(event -> events.put(event.id(), event));
    found.putAll(of(flagged));
    List<Unusual> latest =
        events.values().stream()
            .filter(event -> found.containsKey(event.id()))
            .sorted(
                Comparator.comparing(StoredEvent::recorded)
                    .thenComparing(StoredEvent::id)
                    .reversed())
            .limit(MOST)
            .map(event -> new Unusual(event, found.get(event.id())))
            .toList();
    long kept = flagged.size() < MOST ? flagged.size() : accesses.countFlagged(wanted);
    return new Found(latest, kept + fresh);
  }

  /** The rules that these events meet; those that meet none are left out. */
  Map<Long, List<Rule>> of(Collection<StoredEvent> events) {
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
