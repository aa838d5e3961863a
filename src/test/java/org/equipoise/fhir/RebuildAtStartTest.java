package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;

/** A table of what is known, found out anew: 7 and 8 stand in the record. */
class RebuildAtStartTest {

  private JdbcTemplate jdbc;
  private TransactionTemplate transaction;

  @BeforeEach
  void emptyTable() {
    DriverManagerDataSource database =
        new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    new ResourceDatabasePopulator(new ClassPathResource("db/migration/V2__operations.sql"))
        .execute(database);
    jdbc = new JdbcTemplate(database);
    jdbc.execute("create table known (id integer primary key)");
    transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
  }

  private RebuildAtStart rebuild(boolean always, IntSupplier record) {
    return new RebuildAtStart("what is known", jdbc, transaction, always) {
      @Override
      protected boolean isKnown() {
        return hasRows("known");
      }

      @Override
      protected int rebuild() {
        jdbc.update("delete from known");
        return record.getAsInt();
      }
    };
  }

  private int bothOnRecord() {
    jdbc.update("insert into known values (7)");
    jdbc.update("insert into known values (8)");
    return 2;
  }

  private int oneThenFailure() {
    jdbc.update("insert into known values (7)");
    throw new IllegalStateException("The second cannot be read");
  }

  private Integer rows() {
    return jdbc.queryForObject("select count(*) from known", Integer.class);
  }

  @Test
  void start_whenNothingIsKnown_thenItIsFoundOut() {
    RebuildAtStart rebuild = rebuild(false, this::bothOnRecord);

    rebuild.start();

    assertThat(rows()).isEqualTo(2);
    assertThat(rebuild.isRunning()).isTrue();
  }

  @Test
  void start_whenItIsKnown_thenItStays() {
    jdbc.update("insert into known values (1)");

    rebuild(false, this::bothOnRecord).start();

    assertThat(jdbc.queryForList("select id from known", Integer.class)).containsExactly(1);
  }

  @Test
  void start_whenItIsKnownAndTheOperatorAsks_thenItIsFoundOutAnew() {
    jdbc.update("insert into known values (1)");

    rebuild(true, this::bothOnRecord).start();

    assertThat(jdbc.queryForList("select id from known", Integer.class)).containsExactly(7, 8);
  }

  @Test
  void start_whenItFailsHalfway_thenWhatWasKnownStaysAndTheServerDoesNotStart() {
    jdbc.update("insert into known values (1)");

    assertThatThrownBy(() -> rebuild(true, this::oneThenFailure).start())
        .isInstanceOf(IllegalStateException.class);

    assertThat(jdbc.queryForList("select id from known", Integer.class)).containsExactly(1);
  }

  @Test
  void start_whenAnotherNodeIsAtIt_thenThisOneWaitsAndFindsItKnown() {
    AtomicInteger rebuilt = new AtomicInteger();
    AtomicReference<CompletableFuture<Void>> otherNode = new AtomicReference<>();
    IntSupplier record =
        () -> {
          if (rebuilt.getAndIncrement() == 0) {
            RebuildAtStart other = rebuild(false, () -> rebuilt.incrementAndGet());
            otherNode.set(CompletableFuture.runAsync(other::start));
          }
          return bothOnRecord();
        };

    rebuild(false, record).start();
    otherNode.get().join();

    assertThat(rows()).isEqualTo(2);
    assertThat(rebuilt).hasValue(1);
  }

  @Test
  void getPhase_whenTheServerStarts_thenBeforeTheFirstRequestIsTaken() {
    assertThat(rebuild(false, this::bothOnRecord).getPhase())
        .isLessThan(WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE);
  }
}
