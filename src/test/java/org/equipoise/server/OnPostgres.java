package org.equipoise.server;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;

/**
 * Runs a {@link ServerTest} on a real PostgreSQL, which the test starts; all that bear it share one
 * server.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ContextConfiguration(initializers = OnPostgres.Start.class)
public @interface OnPostgres {

  /**
   * Starts the database, points the datasource at it, and stops it when all that uses it has
   * stopped.
   */
  class Start implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
      EmbeddedPostgres postgres = start();
      TestPropertyValues.of(
              "spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
              "spring.datasource.username=postgres",
              "spring.datasource.password=postgres")
          .applyTo(context);
      // Spring destroys first what came last. With its own shutdown hook the database would be gone
      // while the server
      // still waits for a connection.
      ((DefaultSingletonBeanRegistry) context.getBeanFactory())
          .registerDisposableBean("embeddedPostgres", postgres::close);
    }

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().setRegisterShutdownHook(false).start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
