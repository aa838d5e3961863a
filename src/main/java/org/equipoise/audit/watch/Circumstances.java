package org.equipoise.audit.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.TreatingClinicians.Treatment;

/**
 * What must be known beside some events to judge them, gathered for all of them at once.
 *
 * @param people who they are that acted and whom it touched, e.g. {@code Practitioner/7} and {@code
 *     Patient/1}; who is not in it is not known (any more)
 * @param treatments who treats whom, of those who come together in these events, as it stands
 * @param habits how many patients' records somebody opens in a day
 * @param refusals how often somebody was refused what is not theirs, minute by minute
 * @param unwritten the numbers of the events by which an AI that documents read of a patient about
 *     whom it then wrote nothing in time
 */
public record Circumstances(
    Map<String, Identity> people,
    Set<Treatment> treatments,
    Map<AgentDay, Habit> habits,
    Map<AgentMinute, Integer> refusals,
    Set<Long> unwritten) {

  /** Nothing is known. */
  static final Circumstances NONE =
      new Circumstances(Map.of(), Set.of(), Map.of(), Map.of(), Set.of());

  public Circumstances {
    people = Map.copyOf(people);
    treatments = Set.copyOf(treatments);
    habits = Map.copyOf(habits);
    refusals = Map.copyOf(refusals);
    unwritten = Set.copyOf(unwritten);
  }

  /**
   * Somebody on one day.
   *
   * @param agent see {@link Actor#key}
   */
  public record AgentDay(String agent, LocalDate day) {}

  /**
   * Somebody in one minute.
   *
   * @param minute its beginning
   */
  public record AgentMinute(String agent, Instant minute) {

    static AgentMinute of(String agent, Instant moment) {
      return new AgentMinute(agent, moment.truncatedTo(ChronoUnit.MINUTES));
    }
  }

  Identity identity(String reference) {
    return people.getOrDefault(reference, Identity.UNKNOWN);
  }

  Optional<Habit> habit(String agent, LocalDate day) {
    return Optional.ofNullable(habits.get(new AgentDay(agent, day)));
  }

  /** How often somebody was refused in the minutes up to this moment. */
  int refusals(String agent, Instant until, Duration within) {
    int sum = 0;
    Instant last = until.truncatedTo(ChronoUnit.MINUTES);
    for (Instant minute = last;
        minute.isAfter(last.minus(within));
        minute = minute.minus(1, ChronoUnit.MINUTES)) {
      sum += refusals.getOrDefault(new AgentMinute(agent, minute), 0);
    }
    return sum;
  }
}
