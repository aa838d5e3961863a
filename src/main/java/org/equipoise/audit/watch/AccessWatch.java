package org.equipoise.audit.watch;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.equipoise.audit.AccessEvents;
import org.equipoise.audit.EventWalk;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.watch.AccessFlags.Found;
import org.equipoise.audit.watch.Matter.Occurrence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Holds each new access event to the rules of {@link UnusualAccess}, keeps what they find, and asks
 * the privacy officer to look into it. Flags, Tasks, messages and what is remembered for the next
 * events commit together with how far the walk has come, in one database transaction: a node may
 * die at any moment, and what was not committed is judged again by whoever goes on. One node works
 * at a time; the others find the walk taken and wait for the next turn.
 */
public class AccessWatch implements InitializingBean, DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(AccessWatch.class);

  private static final int BATCH = 500;

  /** After so many failures an event is passed over, so that the others are judged. */
  private static final int MOST_ATTEMPTS = 3;

  private static final Duration FORGET_EVERY = Duration.ofHours(1);
  private static final int PATIENCE_SECONDS = 20;

  private final EventWalk walk;
  private final TransactionOperations transactions;
  private final AccessEvents events;
  private final AccessFlags flags;
  private final WatchMemory memory;
  private final CircumstancesReader reader;
  private final UnusualAccess rules;
  private final OfficerTasks tasks;
  private final PatientNotices notices;
  private final DaoRegistry records;
  private final UnusualSettings unusual;
  private final WatchSettings settings;
  private final Clock clock;
  private final boolean scheduled;
  private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
  private volatile boolean stopping;

  AccessWatch(
      EventWalk walk,
      TransactionOperations transactions,
      AccessEvents events,
      AccessFlags flags,
      WatchMemory memory,
      CircumstancesReader reader,
      OfficerTasks tasks,
      PatientNotices notices,
      DaoRegistry records,
      UnusualSettings unusual,
      WatchSettings settings,
      Clock clock,
      boolean scheduled) {
    this.walk = walk;
    this.transactions = transactions;
    this.events = events;
    this.flags = flags;
    this.memory = memory;
    this.reader = reader;
    this.rules = new UnusualAccess(unusual);
    this.tasks = tasks;
    this.notices = notices;
    this.records = records;
    this.unusual = unusual;
    this.settings = settings;
    this.clock = clock;
    this.scheduled = scheduled;
  }

  @Override
  public void afterPropertiesSet() {
    if (scheduled) {
      scheduler.setDaemon(true);
      scheduler.setThreadNamePrefix("access-watch-");
      scheduler.setWaitForTasksToCompleteOnShutdown(true);
      scheduler.setAwaitTerminationSeconds(PATIENCE_SECONDS);
      scheduler.initialize();
      scheduler.scheduleWithFixedDelay(
          this::watch, clock.instant().plus(settings.watchEvery()), settings.watchEvery());
      scheduler.scheduleWithFixedDelay(
          this::forget, clock.instant().plus(FORGET_EVERY), FORGET_EVERY);
    }
  }

  /** Ends between two transactions; another node goes on. */
  @Override
  public void destroy() {
    stopping = true;
    scheduler.shutdown();
  }

  private void watch() {
    try {
      run();
    } catch (RuntimeException e) {
      // The next turn tries again.
      log.error("The watch over accesses did not get on", e);
    }
  }

  private void forget() {
    try {
      memory.forget(clock.instant());
    } catch (RuntimeException e) {
      log.warn("The watch over accesses did not forget what is old", e);
    }
  }

  /** Judges all that is new, and the looks of AIs whose time to write is up. */
  public void run() {
    run(BATCH);
  }

  /**
   * @param most events of one transaction
   */
  private void run(int most) {
    while (!stopping && step(most, walk::step, this::judgeNew) > 0) {
      // There may be more.
    }
    while (!stopping && step(most, this::stepUnwritten, this::judgeUnwritten) > 0) {
      // There may be more.
    }
  }

  /** Hands on the numbers of the next events in one transaction, and returns how many. */
  @FunctionalInterface
  private interface Step {
    int of(int most, Consumer<List<Long>> to);
  }

  private int step(int most, Step step, Consumer<List<Long>> judging) {
    try {
      return step.of(most, judging);
    } catch (RuntimeException e) {
      log.warn("Some access events were not judged together; each is judged alone", e);
    }
    int judged = 0;
    while (judged < most && !stopping && stepAlone(step, judging) > 0) {
      judged++;
    }
    return judged;
  }

  /** One event, so that what cannot be judged stops no other; nor does what cannot be read. */
  private int stepAlone(Step step, Consumer<List<Long>> judging) {
    for (int attempt = 1; ; attempt++) {
      try {
        return step.of(1, judging);
      } catch (RuntimeException e) {
        if (attempt == MOST_ATTEMPTS) {
          return step.of(1, those -> those.forEach(number -> giveUp(number, e)));
        }
      }
    }
  }

  private void giveUp(long number, RuntimeException why) {
    log.error("Access event {} cannot be judged and is passed over", number, why);
    memory.giveUp(number, clock.instant());
  }

  private void judgeNew(List<Long> numbers) {
    List<StoredEvent> those = events.numbered(numbers);
    judge(those, reader.ofNew(those), flag -> true);
  }

  /** The looks of AIs whose time to write is up. */
  private int stepUnwritten(int most, Consumer<List<Long>> to) {
    Integer handed =
        transactions.execute(
            status -> {
              if (!walk.lock()) {
                return 0;
              }
              List<Long> due = memory.unwritten(clock.instant(), most);
              if (!due.isEmpty()) {
                to.accept(due);
              }
              return due.size();
            });
    return handed == null ? 0 : handed;
  }

  /** By the one rule that had to wait: the others were asked when the events were new. */
  private void judgeUnwritten(List<Long> numbers) {
    judge(
        events.numbered(numbers),
        new Circumstances(Map.of(), Set.of(), Map.of(), Map.of(), Set.copyOf(numbers)),
        flag -> flag.rule() == Rule.AI_OUTSIDE_PURPOSE);
  }

  private void judge(
      List<StoredEvent> those, Circumstances circumstances, Predicate<Flag> isAsked) {
    Instant now = clock.instant();
    Map<Long, StoredEvent> byNumber = new HashMap<>();
    List<Found> found = new ArrayList<>();
    for (StoredEvent stored : those) {
      byNumber.put(stored.id(), stored);
      judged(stored, circumstances, isAsked, flag -> found.add(new Found(stored.id(), flag)));
    }
    List<Occurrence> occurrences =
        flags.add(found, now).stream()
            .map(one -> new Occurrence(byNumber.get(one.event()), one.flag()))
            .toList();
    Names names = new Names(records);
    Matter.sort(occurrences, unusual)
        .forEach(
            (matter, theirs) -> {
              if (tasks.raise(matter, theirs, names, now) && settings.tellPatient()) {
                notices.tell(matter, theirs.get(0).stored().recorded(), names, now);
              }
            });
  }

  private void judged(
      StoredEvent stored, Circumstances circumstances, Predicate<Flag> isAsked, Consumer<Flag> to) {
    try {
      rules.judge(stored, circumstances).stream().filter(isAsked).forEach(to);
    } catch (RuntimeException e) {
      giveUp(stored.id(), e);
    }
  }
}
