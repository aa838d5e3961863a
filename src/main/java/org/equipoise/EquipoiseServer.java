package org.equipoise;

import java.util.List;
import org.equipoise.audit.seal.VerifyAudit;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.data.jpa.JpaRepositoriesAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.graphql.GraphQlAutoConfiguration;
import org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration;
import org.springframework.boot.autoconfigure.quartz.QuartzAutoConfiguration;
import org.springframework.boot.autoconfigure.security.oauth2.server.servlet.OAuth2AuthorizationServerAutoConfiguration;
import org.springframework.boot.autoconfigure.security.oauth2.server.servlet.OAuth2AuthorizationServerJwtAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Starts the server. What is excluded is either assembled by hand, because HAPI brings its own
 * (JPA, scheduler) or because its order matters (migrations), or not wanted at all (a default
 * user).
 */
@SpringBootApplication(
    exclude = {
      FlywayAutoConfiguration.class,
      GraphQlAutoConfiguration.class,
      HibernateJpaAutoConfiguration.class,
      JpaRepositoriesAutoConfiguration.class,
      OAuth2AuthorizationServerAutoConfiguration.class,
      OAuth2AuthorizationServerJwtAutoConfiguration.class,
      QuartzAutoConfiguration.class,
      UserDetailsServiceAutoConfiguration.class
    })
@ConfigurationPropertiesScan
public class EquipoiseServer {

  /**
   * @param args settings, {@code --name=value}; or first the name of a command ({@link
   *     VerifyAudit})
   */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals(VerifyAudit.NAME)) {
      System.exit(
          new VerifyAudit(System.out, System.err).run(List.of(args).subList(1, args.length)));
    }
    SpringApplication.run(EquipoiseServer.class, args);
  }
}
