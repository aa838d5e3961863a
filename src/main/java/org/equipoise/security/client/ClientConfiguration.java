package org.equipoise.security.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.sql.DataSource;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.scope.EnforceableScopes;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.transaction.support.TransactionTemplate;

/** Where clients are kept, how they prove themselves, and how new ones get there. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  ClientProperties.class,
  KeyHosts.class,
  RegistrationProperties.class
})
class ClientConfiguration {

  @Bean
  ClientStore registeredClientRepository(
      DataSource database,
      JdbcTemplate jdbc,
      ClientProperties properties,
      KeyHosts keyHosts,
      Environment environment,
      PasswordEncoder encoder) {
    ClientStore store =
        new ClientStore(
            jdbc,
            // Plain JDBC: nothing of the record is touched here.
            new TransactionTemplate(new DataSourceTransactionManager(database)));
    boolean demo = environment.acceptsProfiles(Profiles.of(DemoClient.PROFILE));
    new RegisteredClients(store, keyHosts, demo)
        .register(DemoClients.with(properties, demo, encoder));
    return store;
  }

  @Bean
  KeyRetriever keyRetriever(KeyHosts hosts, SslBundles bundles) throws NoSuchAlgorithmException {
    return new KeyRetriever(
        hosts,
        hosts.sslBundle() == null
            ? SSLContext.getDefault()
            : bundles.getBundle(hosts.sslBundle()).createSslContext());
  }

  @Bean
  ClientAssertions clientAssertions(
      KeyRetriever retriever, JdbcTemplate jdbc, ServerAddress address) {
    return new ClientAssertions(new ClientKeySource(retriever), jdbc, address);
  }

  @Bean
  ClientRegistrar clientRegistrar(
      ClientStore store,
      PasswordEncoder encoder,
      KeyHosts keyHosts,
      EnforceableScopes enforceable,
      ServerAddress address,
      ObjectMapper json) {
    return new ClientRegistrar(store, encoder, keyHosts, enforceable, address, json);
  }
}
