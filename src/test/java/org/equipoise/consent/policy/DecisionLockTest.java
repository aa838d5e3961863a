package org.equipoise.consent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;

/** Two who want the locks of the same two patients. */
class DecisionLockTest {

  private static final String ONE = "1";
  private static final String OTHER = "2";

  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private TransactionTemplate transactions;
  private DecisionLock lock;

  @BeforeEach
  void emptyTables() {
    DriverManagerDataSource database =
        new DriverManagerDataSource(
            "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
    new ResourceDatabasePopulator(new ClassPathResource("db/migration/V8__consent_enforcement.sql"))
        .execute(database);
    transactions = new TransactionTemplate(new DataSourceTransactionManager(database));
    lock = new DecisionLock(new JdbcTemplate(database));
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  private Future<Boolean> inTransaction(Callable<?> work) {
    return threads.submit(
        () -> {
          transactions.executeWithoutResult(
              status -> {
                try {
                  work.call();
                } catch (RuntimeException e) {
                  throw e;
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
          return true;
        });
  }

  @Test
  void take_whenAskedForTogetherInOppositeOrder_thenNeitherWaitsForever() {
    for (int i = 0; i < 50; i++) {
      CyclicBarrier together = new CyclicBarrier(2);
      Future<Boolean> first = takeBoth(together, List.of(ONE, OTHER));
      Future<Boolean> second = takeBoth(together, List.of(OTHER, ONE));
      assertThatCode(() -> first.get(20, TimeUnit.SECONDS)).doesNotThrowAnyException();
      assertThatCode(() -> second.get(20, TimeUnit.SECONDS)).doesNotThrowAnyException();
    }
  }

  private Future<Boolean> takeBoth(CyclicBarrier together, List<String> patients) {
    return inTransaction(
        () -> {
          together.await(10, TimeUnit.SECONDS);
          lock.take(patients);
          return null;
        });
  }

  @Test
  void take_whenTakenOneByOneInOppositeOrder_thenOneIsToldInAWayThatIsTriedAgain()
      throws Exception {
    CyclicBarrier eachHoldsOne = new CyclicBarrier(2);
    List<Future<Boolean>> both =
        List.of(takeSingly(eachHoldsOne, ONE, OTHER), takeSingly(eachHoldsOne, OTHER, ONE));

    List<Throwable> failures = new ArrayList<>();
    for (Future<Boolean> each : both) {
      try {
        each.get(20, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        failures.add(e.getCause());
      }
    }

    // Of this type, the storage engine tries the whole transaction again.
    assertThat(failures).singleElement().isInstanceOf(PessimisticLockingFailureException.class);
  }

  private Future<Boolean> takeSingly(CyclicBarrier eachHoldsOne, String first, String second) {
    return inTransaction(
        () -> {
          lock.take(first);
          eachHoldsOne.await(10, TimeUnit.SECONDS);
          lock.take(second);
          return null;
        });
  }
}
