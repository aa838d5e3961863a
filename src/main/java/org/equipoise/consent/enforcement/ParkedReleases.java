package org.equipoise.consent.enforcement;

import java.time.Clock;
import java.time.Duration;
import org.equipoise.consent.statement.ConsentPeriods;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Releases, each minute, the parked documents whose patients said a yes that has begun to count: a
 * time to think that is up, a later start, a guardrail that was switched off. Each read asks what
 * counts now, so that nobody waits for this; what it adds is that the Task is done, and that a
 * document which was shown stays so.
 */
public class ParkedReleases implements InitializingBean, DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(ParkedReleases.class);

  private static final Duration EVERY = Duration.ofMinutes(1);

  /** Soon: what a rule that was switched off lets count is kept when it is switched on again. */
  private static final Duration FIRST = Duration.ofSeconds(5);

  private final ParkedDocuments parked;
  private final Parking parking;
  private final TransactionOperations transaction;
  private final Clock clock;
  private final boolean scheduled;
  private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

  ParkedReleases(
      ParkedDocuments parked,
      Parking parking,
      TransactionOperations transaction,
      Clock clock,
      boolean scheduled) {
    this.parked = parked;
    this.parking = parking;
    this.transaction = transaction;
    this.clock = clock;
    this.scheduled = scheduled;
  }

  @Override
  public void afterPropertiesSet() {
    if (scheduled) {
      scheduler.setDaemon(true);
      scheduler.setThreadNamePrefix("parked-");
      scheduler.initialize();
      scheduler.scheduleWithFixedDelay(this::run, clock.instant().plus(FIRST), EVERY);
    }
  }

  @Override
  public void destroy() {
    scheduler.shutdown();
  }

  /**
   * Can be run by every node at any time: one patient at a time, under the lock that decisions take
   * too. Who holds it does the same work, so that nobody waits for it.
   */
  public void run() {
    for (String patient : parked.patientsWithYes(clock.instant().plus(ConsentPeriods.CLOCK_SKEW))) {
      try {
        if (parking.isReleasable(patient)) {
          transaction.executeWithoutResult(
              status -> {
                if (parked.tryLock(patient)) {
                  parking.releaseWhatCounts(patient);
                }
              });
        }
      } catch (RuntimeException e) {
        // The next patient does not wait for this one; the next minute tries again.
        log.warn("Parked documents of a patient were not released", e);
      }
    }
  }
}
