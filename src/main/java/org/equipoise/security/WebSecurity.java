package org.equipoise.security;

import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;

/**
 * Who gets in: one chain for the authorization server, one for the FHIR base, and this one for
 * everything else, which is denied but for the health probes.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties(ServerAddress.class)
class WebSecurity {

  // A plain string pattern is taken relative to a servlet, and never matches the FHIR servlet; a
  // path pattern does.
  private static final PathPatternRequestMatcher.Builder PATH =
      PathPatternRequestMatcher.withDefaults();

  private static final String METRICS = "/actuator/metrics/**";

  /** What programs other than FHIR clients call: an operator's tools, and EHRs that start apps. */
  @Bean
  @Order(3)
  SecurityFilterChain operatorChain(HttpSecurity http) throws Exception {
    http.securityMatcher(
            new OrRequestMatcher(
                PATH.matcher("/operator/**"), PATH.matcher(METRICS), PATH.matcher("/smart/**")))
        .authorizeHttpRequests(
            requests -> {
              requests.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
              requests
                  .requestMatchers(PATH.matcher("/operator/**"), PATH.matcher(METRICS))
                  .hasAuthority("SCOPE_operator");
              requests
                  .requestMatchers(PATH.matcher("/smart/launch"))
                  .hasAuthority("SCOPE_launch.create");
              requests.anyRequest().denyAll();
            })
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        // A call needs its bearer token in a header, which no browser sends on its own.
        .csrf(csrf -> csrf.disable())
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()));
    return http.build();
  }

  @Bean
  @Order(100)
  SecurityFilterChain everythingElse(HttpSecurity http) throws Exception {
    http.authorizeHttpRequests(
            requests -> {
              requests.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
              requests
                  .requestMatchers(PATH.matcher(HttpMethod.GET, "/actuator/health/**"))
                  .permitAll();
              requests.anyRequest().denyAll();
            })
        // What is closed to everybody is not there.
        .exceptionHandling(
            problems ->
                problems
                    .authenticationEntryPoint(
                        (request, response, problem) -> response.sendError(404))
                    .accessDeniedHandler((request, response, problem) -> response.sendError(404)))
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
    return http.build();
  }

  /**
   * Spring would time each of its filters at each call, for metrics that nobody reads here; that
   * costs more than what the filters do.
   */
  @Bean
  SecurityObservationSettings securityObservations() {
    return SecurityObservationSettings.noObservations();
  }

  /**
   * Spring would look up at each request which controller is going to answer it, for matchers that
   * ask for that; ours know paths alone. Without the bean that looks there is no filter that asks.
   */
  @Bean
  static BeanDefinitionRegistryPostProcessor withoutHandlerLookup() {
    return new WithoutHandlerLookup();
  }

  private static final class WithoutHandlerLookup
      implements BeanDefinitionRegistryPostProcessor, PriorityOrdered {

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
      registry.removeBeanDefinition("mvcHandlerMappingIntrospector");
    }

    @Override
    public int getOrder() {
      return Ordered.LOWEST_PRECEDENCE;
    }
  }

  /**
   * Spring's own, which holds each header, a thousand characters in a token, against a regular
   * expression each time that anybody reads it.
   */
  @Bean
  HttpFirewall firewall() {
    StrictHttpFirewall firewall = new StrictHttpFirewall();
    firewall.setAllowedHeaderNames(name -> isPlain(name) || isText(name));
    firewall.setAllowedHeaderValues(WebSecurity::isHeaderValue);
    return firewall;
  }

  /** What Spring allows too: assigned characters that are no control characters, and tabs. */
  static boolean isHeaderValue(String value) {
    return isPlain(value) || isText(value.replace('\t', ' '));
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static boolean isText(String text) {
    return text.codePoints().allMatch(c -> Character.isDefined(c) && !Character.isISOControl(c));
  }

  @Bean
  PasswordEncoder passwordEncoder() {
    return PasswordEncoderFactories.createDelegatingPasswordEncoder();
  }
}
