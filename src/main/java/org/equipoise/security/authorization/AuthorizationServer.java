package org.equipoise.security.authorization;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.StandingCallers;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.access.CareRelation;
import org.equipoise.security.client.RegistrationProperties;
import org.equipoise.security.user.SignIns;
import org.equipoise.security.user.UserPersons;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the authorization server is made of; its filter chain is in {@link AuthorizationChain}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TokenLives.class)
class AuthorizationServer {

  @Bean
  ServletRegistrationBean<SmartConfiguration> smartConfiguration(
      ServerAddress address, RegistrationProperties registration, ObjectMapper json)
      throws IOException {
    ServletRegistrationBean<SmartConfiguration> servlet =
        new ServletRegistrationBean<>(
            new SmartConfiguration(address, registration, json), SmartConfiguration.PATH);
    servlet.setName("smart-configuration");
    return servlet;
  }

  @Bean
  SigningKeys signingKeys(JdbcTemplate jdbc, TokenLives lives, Clock clock) {
    return new SigningKeys(jdbc, lives.keyRotation(), clock);
  }

  @Bean
  JwtEncoder jwtEncoder(SigningKeys keys) {
    return new NimbusJwtEncoder(keys.signing());
  }

  @Bean
  LiveTokens liveTokens(JdbcTemplate jdbc) {
    return new LiveTokens(jdbc);
  }

  @Bean
  VerifiedTokens verifiedTokens(
      SigningKeys keys, ServerAddress address, LiveTokens liveTokens, Clock clock) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(Set.of(JWSAlgorithm.RS256), keys));
    processor.setJWSTypeVerifier(DefaultJOSEObjectTypeVerifier.JWT);
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<Jwt>(
            List.of(
                new JwtIssuerValidator(address.baseUrl()),
                new JwtClaimValidator<List<String>>(
                    JwtClaimNames.AUD,
                    audience -> audience != null && audience.contains(address.fhirBase())))));
    return new VerifiedTokens(decoder, liveTokens, clock);
  }

  @Bean
  JwtDecoder jwtDecoder(VerifiedTokens tokens) {
    return tokens::decode;
  }

  @Bean
  Launches launches(JdbcTemplate jdbc, ObjectMapper json, TokenLives lives, Clock clock) {
    return new Launches(jdbc, json, lives, clock);
  }

  @Bean
  DatabasePendingAuthorizations pendingAuthorizations(
      StoredAuthorizations authorizations,
      RegisteredClientRepository clients,
      Launches launches,
      UserPersons users,
      CareRelation care,
      DaoRegistry records,
      TokenLives lives,
      Clock clock) {
    return new DatabasePendingAuthorizations(
        authorizations, clients, launches, users, care, records, lives, clock);
  }

  @Bean
  TokenClaims tokenClaims(
      ServerAddress address,
      DatabasePendingAuthorizations decisions,
      UserPersons users,
      TokenLives lives,
      ObjectMapper json,
      Clock clock) {
    return new TokenClaims(address, decisions, users, lives, json, clock);
  }

  @Bean
  OAuth2TokenGenerator<? extends OAuth2Token> tokenGenerator(
      JwtEncoder encoder, TokenClaims claims, TokenLives lives, Clock clock) {
    JwtGenerator tokens = new JwtGenerator(encoder);
    tokens.setJwtCustomizer(claims);
    return new DelegatingOAuth2TokenGenerator(tokens, new RefreshTokens(lives, clock));
  }

  @Bean
  StoredAuthorizations authorizationService(
      PlatformTransactionManager transactions,
      JdbcTemplate jdbc,
      RegisteredClientRepository clients) {
    return new StoredAuthorizations(
        new JdbcOAuth2AuthorizationService(jdbc, clients),
        jdbc,
        // The record's own manager: whom a representative stands for is read within.
        new TransactionTemplate(transactions));
  }

  @Bean
  OAuth2AuthorizationConsentService authorizationConsentService() {
    return new NoRememberedConsent();
  }

  @Bean
  AuthorizationServerSettings authorizationServerSettings(ServerAddress address) {
    return AuthorizationServerSettings.builder().issuer(address.baseUrl()).build();
  }

  @Bean
  EndOfRepresentation endOfRepresentation(JdbcTemplate jdbc, Clock clock) {
    return new EndOfRepresentation(jdbc, clock);
  }

  @Bean
  StandingCallers standingCallers(JdbcTemplate jdbc, DaoRegistry records, Clock clock) {
    return new StoredStanding(jdbc, records, clock);
  }

  @Bean
  EndOfAccess endOfAccess(JdbcTemplate jdbc, UserPersons users, SignIns signIns) {
    return new EndOfAccess(jdbc, users, signIns);
  }

  @Bean
  TokenEvents tokenEvents(
      AccessLog log, StoredAuthorizations authorizations, RegisteredClientRepository clients) {
    return new TokenEvents(log, authorizations, clients);
  }

  @Bean
  Housekeeping housekeeping(JdbcTemplate jdbc, TokenLives lives, SigningKeys keys, Clock clock) {
    return new Housekeeping(jdbc, lives, keys, clock);
  }
}
