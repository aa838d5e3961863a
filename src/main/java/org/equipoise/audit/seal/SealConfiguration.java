package org.equipoise.audit.seal;

import java.time.Clock;
import java.util.Optional;
import javax.sql.DataSource;
import org.equipoise.audit.EventWalk;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts seals, retention and partitions into the server. */
@Configuration(proxyBeanMethods = false)
class SealConfiguration {

  @Bean
  AuditCare auditCare(
      DataSource dataSource,
      JdbcTemplate jdbc,
      PlatformTransactionManager manager,
      AuditSettings settings,
      Clock clock,
      @Value("${equipoise.scheduling:true}") boolean scheduled) {
    TransactionTemplate transactions = new TransactionTemplate(manager);
    EventWalk walk =
        new EventWalk(
            jdbc, transactions, AuditCare.WALK, settings.gapLag(), EventWalk.LONGEST_STEP, clock);
    SealStore store = new SealStore(dataSource);
    Optional<Archiving> archiving =
        Optional.ofNullable(settings.retention())
            .map(
                set ->
                    new Archiving(
                        walk,
                        store,
                        new ArchiveFiles(settings.archive()),
                        transactions,
                        settings,
                        clock));
    return new AuditCare(
        new Sealer(walk, store, transactions, settings, clock),
        archiving,
        Optional.of(new Partitions(jdbc, transactions, clock))
            .filter(one -> isPostgres(dataSource)),
        settings,
        clock,
        scheduled);
  }

  private static boolean isPostgres(DataSource dataSource) {
    try {
      return "PostgreSQL"
          .equals(
              JdbcUtils.<String>extractDatabaseMetaData(
                  dataSource, data -> data.getDatabaseProductName()));
    } catch (MetaDataAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
