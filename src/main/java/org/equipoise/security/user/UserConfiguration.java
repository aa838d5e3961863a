package org.equipoise.security.user;

import java.time.Clock;
import org.equipoise.fhir.AccessLog;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Who can log in, and how they prove it. */
@Configuration(proxyBeanMethods = false)
class UserConfiguration {

  @Bean
  UserAccounts userAccounts(
      JdbcTemplate jdbc,
      PlatformTransactionManager transactions,
      ApplicationEventPublisher events,
      Clock clock) {
    return new UserAccounts(jdbc, new TransactionTemplate(transactions), events, clock);
  }

  @Bean
  LoginAttempts loginAttempts(
      JdbcTemplate jdbc, PlatformTransactionManager transactions, Clock clock) {
    return new LoginAttempts(jdbc, new TransactionTemplate(transactions), clock);
  }

  @Bean
  Passwords passwords() {
    return new Passwords();
  }

  @Bean
  SignIns signIns(AccessLog log) {
    return new SignIns(log);
  }

  @Bean
  AuthenticationProvider passwordLogin(
      UserAccounts accounts,
      LoginAttempts attempts,
      Passwords passwords,
      SignIns signIns,
      Clock clock) {
    return new PasswordLogin(accounts, attempts, passwords, signIns, clock);
  }

  @Bean
  PasswordChange passwordChange(
      UserAccounts accounts,
      LoginAttempts attempts,
      Passwords passwords,
      PlatformTransactionManager transactions) {
    return new PasswordChange(
        accounts, attempts, passwords, new PasswordRules(), new TransactionTemplate(transactions));
  }
}
