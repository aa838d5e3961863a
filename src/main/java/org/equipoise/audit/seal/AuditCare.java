package org.equipoise.audit.seal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Looks after the access events: closes blocks each minute; each hour makes partitions ahead and
 * archives what is older than the retention. Every node does.
 */
@Order(0)
class AuditCare implements ApplicationRunner, DisposableBean {

  /** Under which the seals walk. */
  static final String WALK = "seal";

  private static final Logger log = LoggerFactory.getLogger(AuditCare.class);

  private static final Duration OFTEN = Duration.ofMinutes(1);
  private static final Duration SELDOM = Duration.ofHours(1);

  private final Sealer sealer;
  private final Optional<Archiving> archiving;
  private final Optional<Partitions> partitions;
  private final AuditSettings settings;
  private final Clock clock;
  private final boolean scheduled;
  private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

  /**
   * @param archiving empty where events are kept for ever
   * @param partitions empty where the database has none
   */
  AuditCare(
      Sealer sealer,
      Optional<Archiving> archiving,
      Optional<Partitions> partitions,
      AuditSettings settings,
      Clock clock,
      boolean scheduled) {
    this.sealer = sealer;
    this.archiving = archiving;
    this.partitions = partitions;
    this.settings = settings;
    this.clock = clock;
    this.scheduled = scheduled;
    if (archiving.isPresent()) {
      requireWritable(settings.archive());
    }
  }

  private static void requireWritable(Path archive) {
    try {
      Files.createDirectories(archive);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "equipoise.audit.archive is no directory that can be written to: " + archive, e);
    }
    if (!Files.isWritable(archive)) {
      throw new IllegalStateException(
          "equipoise.audit.archive is no directory that can be written to: " + archive);
    }
  }

  @Override
  public void run(ApplicationArguments arguments) {
    attempt("Making partitions of the access events", this::makePartitions);
    attempt(
        "Making partitions of earlier access events",
        () -> partitions.ifPresent(Partitions::makeOfRest));
    if (scheduled) {
      scheduler.setDaemon(true);
      scheduler.setThreadNamePrefix("audit-");
      scheduler.initialize();
      Duration often = settings.blockTime().compareTo(OFTEN) < 0 ? settings.blockTime() : OFTEN;
      scheduler.scheduleWithFixedDelay(this::seal, clock.instant().plus(often), often);
      scheduler.scheduleWithFixedDelay(this::tidy, clock.instant().plus(OFTEN), SELDOM);
    }
  }

  @Override
  public void destroy() {
    scheduler.shutdown();
  }

  private void seal() {
    attempt("Sealing access events", sealer::run);
  }

  private void tidy() {
    attempt("Making partitions of the access events", this::makePartitions);
    archiving.ifPresent(
        moving -> {
          attempt("Archiving access events", moving::run);
          partitions.ifPresent(
              one ->
                  attempt(
                      "Dropping archived partitions",
                      () -> one.dropEmpty(settings.oldest(clock.instant()))));
        });
  }

  private void makePartitions() {
    partitions.ifPresent(Partitions::make);
  }

  private static void attempt(String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.error("{} failed; it will be tried again", what, e);
    }
  }
}
