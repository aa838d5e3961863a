package org.equipoise.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.config.HibernatePropertiesProvider;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrator;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import ca.uhn.fhir.util.VersionEnum;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.hibernate.boot.archive.scan.internal.DisabledScanner;
import org.hibernate.dialect.Dialect;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * Where the record lives: H2 in a file by default, PostgreSQL by {@code spring.datasource.url}.
 * HAPI's own migrator makes and upgrades HAPI's tables, Flyway ours, each with its own history;
 * Hibernate never changes a schema.
 */
@Configuration(proxyBeanMethods = false)
class Database {

  private static final Logger log = LoggerFactory.getLogger(Database.class);

  @Bean
  HikariDataSource dataSource(DataSourceProperties properties) {
    HikariDataSource dataSource =
        properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
    if (isPostgres(properties)) {
      // Turns a batch of inserts into one statement: less than half the statements of a transaction
      // Bundle.
      dataSource.addDataSourceProperty("reWriteBatchedInserts", "true");
    }
    return dataSource;
  }

  private static boolean isPostgres(DataSourceProperties properties) {
    return properties.determineUrl().startsWith("jdbc:postgresql:");
  }

  /** Says that both schemas are up to date, and for which engine. */
  record Schema(DriverTypeEnum engine) {

    Dialect dialect() {
      return engine == DriverTypeEnum.H2_EMBEDDED
          ? new HapiFhirH2Dialect()
          : new HapiFhirPostgresDialect();
    }
  }

  @Bean
  Schema schema(DataSource dataSource, DataSourceProperties properties) {
    DriverTypeEnum engine =
        isPostgres(properties) ? DriverTypeEnum.POSTGRES_9_4 : DriverTypeEnum.H2_EMBEDDED;
    HapiMigrator hapi = new HapiMigrator("FLY_HFJ_MIGRATION", dataSource, engine);
    hapi.createMigrationTableIfRequired();
    hapi.addTasks(new HapiFhirJpaMigrationTasks(Set.of()).getAllTasks(VersionEnum.values()));
    hapi.migrate();
    Flyway.configure()
        .dataSource(dataSource)
        .table("eqp_schema_history")
        // HAPI's tables are there already, so the schema is never empty.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        // What one engine can and the other cannot (partitions) has a folder for each.
        .locations(
            "classpath:db/migration",
            engine == DriverTypeEnum.H2_EMBEDDED ? "classpath:db/h2" : "classpath:db/postgresql")
        .load()
        .migrate();
    log.info("The record is stored in {}", withoutPassword(properties.determineUrl()));
    return new Schema(engine);
  }

  private static String withoutPassword(String url) {
    return url.replaceAll("(?i)(password|pwd)=[^&;]*", "$1=...").replaceAll("//[^/@]*@", "//...@");
  }

  @Bean
  @Primary
  HibernatePropertiesProvider hibernateProperties(Schema schema) {
    Dialect dialect = schema.dialect();
    return new HibernatePropertiesProvider() {
      @Override
      public Dialect getDialect() {
        return dialect;
      }
    };
  }

  @Bean
  @Primary
  LocalContainerEntityManagerFactoryBean entityManagerFactory(
      ConfigurableListableBeanFactory beans,
      DataSource dataSource,
      FhirContext fhirContext,
      JpaStorageSettings storage,
      Schema schema) {
    LocalContainerEntityManagerFactoryBean factory =
        HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhirContext, storage);
    factory.setPersistenceUnitName("HAPI_PU");
    factory.setDataSource(dataSource);
    factory
        .getJpaPropertyMap()
        .putAll(
            Map.of(
                "hibernate.dialect", schema.dialect().getClass().getName(),
                "hibernate.hbm2ddl.auto", "none",
                // Else Hibernate makes a temporary table for each entity at every start, on H2.
                "hibernate.query.mutation_strategy.global_temporary.create_tables", "false",
                "hibernate.archive.scanner", DisabledScanner.class.getName(),
                "hibernate.search.enabled", "false",
                // One connection from the first statement to the end of the transaction: what
                // Spring
                // asks for before it sets an isolation level, and HAPI's dialect does not set.
                "hibernate.connection.handling_mode", "DELAYED_ACQUISITION_AND_HOLD",
                // Sorted by table, the inserts of a transaction Bundle go in batches.
                "hibernate.order_inserts", "true",
                "hibernate.order_updates", "true",
                "hibernate.jdbc.batch_size", "50"));
    return factory;
  }

  @Bean
  @Primary
  JpaTransactionManager transactionManager(EntityManagerFactory entityManagerFactory) {
    return new JpaTransactionManager(entityManagerFactory);
  }
}
