package org.equipoise.wearable;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.equipoise.fhir.BackgroundOperation;
import org.equipoise.fhir.PatientObservations;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.StandingCallers;
import org.equipoise.wearable.IngestStore.Position;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Works on uploads, on each node: first the file is read as a whole and set aside by day, then each
 * day is written. Every transaction holds what it writes together with how far the work has come,
 * so a node may die at any moment: whoever goes on finds exactly what was done.
 */
class IngestWorker implements InitializingBean, DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(IngestWorker.class);

  /** Resources of one transaction. */
  private static final int MOST_BUCKETS = 40;

  private static final int MOST_TEXT = 2 << 20;
  private static final int MOST_ATTEMPTS = 6;

  /** After so many failures in a row, what fails is looked for. */
  private static final int ATTEMPTS_TOGETHER = 3;

  private static final Duration CLEAN_EVERY = Duration.ofHours(1);
  private static final long PATIENCE_SECONDS = 20;

  private final IngestStore store;
  private final BackgroundOperation background;
  private final PatientObservations observations;
  private final StandingCallers standing;
  private final FhirContext context;
  private final TransactionTemplate transactions;
  private final WearableSettings settings;
  private final Clock clock;
  private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
  private final Semaphore free;
  private volatile boolean stopping;

  IngestWorker(
      IngestStore store,
      BackgroundOperation background,
      PatientObservations observations,
      StandingCallers standing,
      FhirContext context,
      TransactionTemplate transactions,
      WearableSettings settings,
      Clock clock) {
    this.store = store;
    this.background = background;
    this.observations = observations;
    this.standing = standing;
    this.context = context;
    this.transactions = transactions;
    this.settings = settings;
    this.clock = clock;
    this.free = new Semaphore(settings.workers());
  }

  @Override
  public void afterPropertiesSet() {
    scheduler.setDaemon(true);
    scheduler.setThreadNamePrefix("wearables-");
    // One more, which cleans.
    scheduler.setPoolSize(settings.workers() + 1);
    scheduler.setWaitForTasksToCompleteOnShutdown(true);
    scheduler.setAwaitTerminationSeconds((int) PATIENCE_SECONDS);
    scheduler.initialize();
    Duration look = settings.lease().dividedBy(4);
    for (int i = 0; i < settings.workers(); i++) {
      scheduler.scheduleWithFixedDelay(this::work, clock.instant().plus(look), look);
    }
    scheduler.scheduleWithFixedDelay(
        () -> store.clean(settings.keep()), clock.instant().plus(CLEAN_EVERY), CLEAN_EVERY);
  }

  /** Ends between two transactions; another node goes on. */
  @Override
  public void destroy() {
    stopping = true;
    scheduler.shutdown();
  }

  /** There is something to do. */
  void wake() {
    scheduler.execute(this::work);
  }

  private void work() {
    if (!free.tryAcquire()) {
      // Whoever is at work looks for more when it has ended.
      return;
    }
    try {
      String owner = UUID.randomUUID().toString();
      for (Optional<Ingest> next = claim(owner); next.isPresent(); next = claim(owner)) {
        work(next.get(), owner);
      }
    } catch (RuntimeException e) {
      log.error("Looking for uploads of wearable data failed", e);
    } finally {
      free.release();
    }
  }

  private Optional<Ingest> claim(String owner) {
    return stopping ? Optional.empty() : store.claim(owner, MOST_ATTEMPTS);
  }

  private void work(Ingest ingest, String owner) {
    try {
      requireGoingOn(ingest);
      if (!ingest.allRead()) {
        read(ingest, owner);
      }
      for (Optional<Position> last = write(ingest, owner, Position.START);
          last.isPresent();
          last = write(ingest, owner, last.get())) {
        requireGoingOn(ingest);
      }
      transactions.executeWithoutResult(
          status -> {
            store.renew(ingest.id(), owner);
            store.done(ingest.id());
          });
    } catch (Stopped e) {
      store.release(ingest.id(), owner);
    } catch (StandingCallers.Ended e) {
      stop(ingest, owner, e);
    } catch (RuntimeException | IOException | OutOfMemoryError | StackOverflowError e) {
      // The storage engine wraps what it does not know.
      if (ExceptionUtils.hasCause(e, IngestStore.Lost.class)) {
        log.info("Upload {} was given up or ended, or another node goes on with it", ingest.id());
        return;
      }
      boolean givenUp = store.failed(ingest.id(), owner, MOST_ATTEMPTS);
      log.error("Upload {} failed{}", ingest.id(), givenUp ? ", and is given up" : "", e);
    }
  }

  /** This node is about to stop. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private void requireGoingOn(Ingest ingest) {
    if (stopping) {
      throw new Stopped();
    }
    standing.require(ingest.caller());
  }

  private void stop(Ingest ingest, String owner, StandingCallers.Ended e) {
    log.info("Upload {} ends before it is through: {}", ingest.id(), e.getMessage());
    transactions.executeWithoutResult(
        status -> {
          store.renew(ingest.id(), owner);
          store.stop(ingest.id(), e.getMessage());
        });
  }

  private void read(Ingest ingest, String owner) throws IOException {
    long[] last = {ingest.records()};
    Staging staging =
        new Staging(
            context,
            clock.instant(),
            (records, staged, change) -> {
              requireGoingOn(ingest);
              last[0] = Math.max(last[0], records);
              transactions.executeWithoutResult(
                  status -> {
                    store.renew(ingest.id(), owner);
                    store.stage(ingest.id(), last[0], staged);
                    store.add(ingest.id(), change);
                  });
            });
    try {
      ingest
          .format()
          .reader(context, ingest.patientId())
          .read(store.file(ingest.id()), ingest.records(), staging);
    } catch (RecordReader.Unreadable e) {
      staging.unreadable(e);
    }
    requireGoingOn(ingest);
    transactions.executeWithoutResult(
        status -> {
          staging.flush();
          store.renew(ingest.id(), owner);
          store.allRead(ingest.id());
        });
  }

  /**
   * Writes what comes next.
   *
   * @param after how far it has come
   * @return how far it has come now; empty where nothing is left
   */
  private Optional<Position> write(Ingest ingest, String owner, Position after) {
    List<Ingest.Bucket> buckets = store.next(ingest.id(), after, MOST_BUCKETS, MOST_TEXT);
    if (buckets.isEmpty()) {
      return Optional.empty();
    }
    if (ingest.attempts() > ATTEMPTS_TOGETHER) {
      buckets.forEach(bucket -> writeAlone(ingest, owner, bucket));
      return last(buckets);
    }
    try {
      write(ingest, owner, buckets);
    } catch (StandingCallers.Ended e) {
      throw e;
    } catch (BaseServerResponseException e) {
      if (isNotTheirs(e)) {
        throw e;
      }
      // One of them is at fault: it alone is refused.
      buckets.forEach(bucket -> writeAlone(ingest, owner, bucket));
    }
    return last(buckets);
  }

  private static Optional<Position> last(List<Ingest.Bucket> buckets) {
    List<Ingest.Staged> parts = buckets.get(buckets.size() - 1).parts();
    Ingest.Staged last = parts.get(parts.size() - 1);
    return Optional.of(new Position(last.bucket(), last.part()));
  }

  private void writeAlone(Ingest ingest, String owner, Ingest.Bucket bucket) {
    try {
      write(ingest, owner, List.of(bucket));
    } catch (StandingCallers.Ended e) {
      throw e;
    } catch (BaseServerResponseException e) {
      if (ExceptionUtils.hasCause(e, IngestStore.Lost.class)) {
        throw e;
      }
      if (!isNotTheirs(e)) {
        refuse(ingest, owner, bucket, BucketWriter.refused(bucket, e));
      } else if (ingest.attempts() > ATTEMPTS_TOGETHER) {
        log.error("Upload {}: what stands at {} is left out", ingest.id(), bucket.name(), e);
        refuse(ingest, owner, bucket, BucketWriter.failed(bucket));
      } else {
        throw e;
      }
    }
  }

  private void refuse(Ingest ingest, String owner, Ingest.Bucket bucket, Change change) {
    transactions.executeWithoutResult(
        status -> {
          store.renew(ingest.id(), owner);
          store.add(ingest.id(), change);
          store.written(ingest.id(), List.of(bucket));
        });
  }

  /** A failure of the server, or of a race that goes on: to be tried again. */
  private static boolean isNotTheirs(BaseServerResponseException e) {
    return e instanceof InternalErrorException
        || e instanceof ResourceVersionConflictException
        || e.getStatusCode() >= 500;
  }

  private void write(Ingest ingest, String owner, List<Ingest.Bucket> buckets) {
    Function<RecordTransaction, Void> work =
        transaction -> {
          store.renew(ingest.id(), owner);
          Change change =
              new BucketWriter(context, observations, transaction, ingest, settings.recent())
                  .write(buckets);
          store.add(ingest.id(), change);
          store.written(ingest.id(), buckets);
          return null;
        };
    background.run(ingest.caller(), "Patient", IngestWearableProvider.NAME, work);
  }
}
