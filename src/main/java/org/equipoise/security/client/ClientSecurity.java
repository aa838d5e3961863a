package org.equipoise.security.client;

import jakarta.servlet.DispatcherType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/** Who may register a client by {@link RegistrationEndpoint}. */
@Configuration(proxyBeanMethods = false)
class ClientSecurity {

  @Bean
  @Order(4)
  SecurityFilterChain registrationChain(HttpSecurity http, RegistrationProperties properties)
      throws Exception {
    http.securityMatcher(
            PathPatternRequestMatcher.withDefaults().matcher(RegistrationEndpoint.PATH))
        .authorizeHttpRequests(
            requests -> {
              requests.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
              requests.anyRequest().access(admission(properties.mode()));
            })
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        // Nothing that a browser sends along on its own counts here.
        .csrf(csrf -> csrf.disable())
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()));
    return http.build();
  }

  static AuthorizationManager<RequestAuthorizationContext> admission(
      RegistrationProperties.Mode mode) {
    return switch (mode) {
      case OFF -> (caller, request) -> new AuthorizationDecision(false);
      case TOKEN ->
          AuthorityAuthorizationManager.hasAuthority("SCOPE_" + ClientScopes.CLIENT_CREATE);
      case OPEN -> (caller, request) -> new AuthorizationDecision(true);
    };
  }
}
