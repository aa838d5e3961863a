package org.equipoise.audit.watch;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.TreatingClinicians.Treatment;

/**
 * Says what is unusual about an access, and by which rule. Pure: the same event in the same
 * circumstances is always judged alike, whatever came before or after it. What patients, and who
 * stands for them, do in their own record is never unusual, except to be refused again and again.
 * What other systems tell of is not judged: it was not our door. See {@code
 * docs/unusual-access.md}.
 */
public final class UnusualAccess {

  /** Those who work with patients' records because they treat, or were asked to look. */
  private static final Set<Ground> WORK = EnumSet.of(Ground.CARE, Ground.ASKED, Ground.WHOLE_HOUSE);

  /** Who is let in to learn from data or to pass it on has nothing to write. */
  private static final Set<String> READING_PURPOSES = Set.of("ai-training", "ai-sharing");

  private final UnusualSettings settings;

  public UnusualAccess(UnusualSettings settings) {
    this.settings = settings;
  }

  /** Every rule that this access meets, in the order of the rules; none where it is usual. */
  public List<Flag> judge(StoredEvent stored, Circumstances circumstances) {
    AccessEvent event = stored.event();
    List<Flag> flags = new ArrayList<>();
    if (event.source() != null) {
      return flags;
    }
    if (Actor.isAccess(event) && !Actor.isPatientSide(event.agent())) {
      for (Rule rule : Rule.values()) {
        judgeAccess(rule, stored, circumstances).filter(this::holds).ifPresent(flags::add);
      }
    } else if (Actor.isTurnedAway(event)) {
      refusals(stored, circumstances).filter(this::holds).ifPresent(flags::add);
    }
    return flags;
  }

  private boolean holds(Flag flag) {
    return settings.holds(flag.rule());
  }

  private Optional<Flag> judgeAccess(Rule rule, StoredEvent stored, Circumstances circumstances) {
    AccessEvent event = stored.event();
    return switch (rule) {
      case NO_CARE_RELATION -> flag(rule, isStranger(event, circumstances));
      case BREAK_GLASS -> flag(rule, Actor.isBreakGlass(event));
      case SAME_FAMILY_NAME ->
          flag(
              rule,
              Actor.isStaff(event.agent())
                  && !isSamePerson(event, circumstances)
                  && actor(event, circumstances).sharesFamilyName(patient(event, circumstances)));
      case OWN_RECORD ->
          flag(rule, Actor.isStaff(event.agent()) && isSamePerson(event, circumstances));
      case OUT_OF_HOURS ->
          flag(
              rule,
              Actor.isStaff(event.agent())
                  && WORK.contains(event.agent().ground())
                  && !settings.isOpen(stored.recorded()));
      case MORE_THAN_USUAL ->
          event.agent().ground() == Ground.OVERSIGHT
              ? Optional.empty()
              : habit(stored, circumstances);
      case AI_OUTSIDE_PURPOSE ->
          flag(
              rule,
              circumstances.unwritten().contains(stored.id())
                  || (event.agent().device() != null
                      && Actor.isWrite(event)
                      && event.agent().purpose() != null
                      && READING_PURPOSES.contains(event.agent().purpose())));
      case REPEATED_REFUSALS -> Optional.empty();
    };
  }

  private static Optional<Flag> flag(Rule rule, boolean isMet) {
    return isMet ? Optional.of(Flag.of(rule)) : Optional.empty();
  }

  /** Where care was asked for at the door, who came in had it. */
  private static boolean isStranger(AccessEvent event, Circumstances circumstances) {
    Agent agent = event.agent();
    return agent.ground() == Ground.WHOLE_HOUSE
        && Actor.isStaff(agent)
        && !circumstances.treatments().contains(new Treatment(agent.person(), event.patient()));
  }

  private static boolean isSamePerson(AccessEvent event, Circumstances circumstances) {
    return actor(event, circumstances).isSamePerson(patient(event, circumstances));
  }

  private static Identity actor(AccessEvent event, Circumstances circumstances) {
    return circumstances.identity(event.agent().person());
  }

  private static Identity patient(AccessEvent event, Circumstances circumstances) {
    return circumstances.identity("Patient/" + event.patient());
  }

  private Optional<Flag> habit(StoredEvent stored, Circumstances circumstances) {
    return circumstances
        .habit(Actor.key(stored.event().agent()), settings.dayOf(stored.recorded()))
        .flatMap(this::tooMany);
  }

  private Optional<Flag> tooMany(Habit habit) {
    OptionalInt usual = habit.usual(settings.knownAfterDays());
    if (usual.isEmpty() || habit.today() <= settings.fewPatients()) {
      return Optional.empty();
    }
    BigDecimal most = settings.timesUsual().multiply(BigDecimal.valueOf(usual.getAsInt()));
    return BigDecimal.valueOf(habit.today()).compareTo(most.setScale(0, RoundingMode.CEILING)) > 0
        ? Optional.of(new Flag(Rule.MORE_THAN_USUAL, habit.today(), usual.getAsInt()))
        : Optional.empty();
  }

  private Optional<Flag> refusals(StoredEvent stored, Circumstances circumstances) {
    int counted =
        circumstances.refusals(
            Actor.key(stored.event().agent()), stored.recorded(), settings.refusalsWithin());
    return counted >= settings.refusals()
        ? Optional.of(new Flag(Rule.REPEATED_REFUSALS, counted, 0))
        : Optional.empty();
  }
}
