package org.equipoise.security.client;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.authorization.client.JdbcRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/** Where clients are kept. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ClientProperties.class)
class ClientConfiguration {

  @Bean
  RegisteredClientRepository registeredClientRepository(
      JdbcTemplate jdbc,
      ClientProperties properties,
      Environment environment,
      PasswordEncoder encoder) {
    RegisteredClientRepository repository = new JdbcRegisteredClientRepository(jdbc);
    boolean demo = environment.acceptsProfiles(Profiles.of(DemoClient.PROFILE));
    new RegisteredClients(repository, jdbc, demo)
        .register(DemoClients.with(properties, demo, encoder));
    return repository;
  }
}
