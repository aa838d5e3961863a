package org.equipoise.security.access;

import jakarta.servlet.DispatcherType;
import org.equipoise.security.TokenProblems;
import org.equipoise.security.external.FhirTokens;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/**
 * The FHIR base is open to a bearer of a token; what the token is good for is judged later, by
 * {@link AccessRules}.
 */
@Configuration(proxyBeanMethods = false)
class FhirSecurity {

  // A plain string pattern is taken relative to a servlet, and never matches the FHIR servlet; a
  // path pattern does.
  private static final PathPatternRequestMatcher.Builder PATH =
      PathPatternRequestMatcher.withDefaults();

  @Bean
  @Order(2)
  SecurityFilterChain fhirChain(HttpSecurity http, FhirTokens tokens) throws Exception {
    http.securityMatcher(PATH.matcher("/fhir/**"))
        .authorizeHttpRequests(
            requests -> {
              requests.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
              requests.requestMatchers(PATH.matcher(HttpMethod.GET, "/fhir/metadata")).permitAll();
              requests
                  .requestMatchers(
                      PATH.matcher(HttpMethod.GET, "/fhir/.well-known/smart-configuration"))
                  .permitAll();
              for (String type : Interactions.DEFINITIONS) {
                requests.requestMatchers(PATH.matcher(HttpMethod.GET, "/fhir/" + type)).permitAll();
                requests
                    .requestMatchers(PATH.matcher(HttpMethod.GET, "/fhir/" + type + "/*"))
                    .permitAll();
              }
              requests.anyRequest().authenticated();
            })
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        // Nothing here is sent along by a browser on its own: a call needs its bearer token in a
        // header.
        .csrf(csrf -> csrf.disable())
        .oauth2ResourceServer(
            server ->
                server
                    .jwt(jwt -> jwt.decoder(tokens::decode))
                    .authenticationEntryPoint(new TokenProblems())
                    .accessDeniedHandler(new TokenProblems()));
    return http.build();
  }
}
