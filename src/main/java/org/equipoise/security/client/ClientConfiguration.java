package org.equipoise.security.client;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.equipoise.security.ServerAddress;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.authorization.client.JdbcRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/** Where clients are kept, and how they prove themselves. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ClientProperties.class, KeyHosts.class})
class ClientConfiguration {

  @Bean
  RegisteredClientRepository registeredClientRepository(
      JdbcTemplate jdbc,
      ClientProperties properties,
      KeyHosts keyHosts,
      Environment environment,
      PasswordEncoder encoder) {
    RegisteredClientRepository repository = new JdbcRegisteredClientRepository(jdbc);
    boolean demo = environment.acceptsProfiles(Profiles.of(DemoClient.PROFILE));
    new RegisteredClients(repository, jdbc, keyHosts, demo)
        .register(DemoClients.with(properties, demo, encoder));
    return repository;
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
}
