package org.equipoise.bench;

import com.nimbusds.jwt.JWTParser;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.URI;
import java.security.Principal;
import java.text.ParseException;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.equipoise.security.access.CareKeeping;
import org.equipoise.security.access.DoorAccess;
import org.equipoise.security.access.RecordAccess;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/** What authorization costs: tokens and access rules. */
final class AccessMeasure extends CostMeasure {

  private static final double AIM = 1.10;

  /** Who calls, by the header that they come with. */
  private final Map<String, Principal> believed = new ConcurrentHashMap<>();

  AccessMeasure(Clients clients, Report report) {
    super(clients, report);
  }

  @Override
  List<String> arguments(List<String> others) {
    return clients.all(others);
  }

  @Override
  void measure(ConfigurableApplicationContext context, URI address, int rounds) {
    Reads reads = Reads.on(address, clients);
    report.heading("Cost of authorization, processor time of a call");
    compare(reads.callers(), reads.calls(), rounds, "authorization", AIM);
  }

  @Override
  Set<Class<?>> interceptors() {
    return Set.of(DoorAccess.class, RecordAccess.class, CareKeeping.class);
  }

  /**
   * Lets the bench step around the security filter. Who calls is then believed from the token, so
   * that all else (consent, the access log) goes on as before.
   */
  @Override
  BeanPostProcessor passable() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (!name.equals("springSecurityFilterChain") || !(bean instanceof Filter security)) {
          return bean;
        }
        return (Filter)
            (request, response, chain) -> {
              if (isOff()) {
                chain.doFilter(believed((HttpServletRequest) request), response);
              } else {
                security.doFilter(request, response, chain);
              }
            };
      }
    };
  }

  private HttpServletRequest believed(HttpServletRequest request) {
    Principal caller =
        believed.computeIfAbsent(request.getHeader("Authorization"), AccessMeasure::unchecked);
    return new HttpServletRequestWrapper(request) {
      @Override
      public Principal getUserPrincipal() {
        return caller;
      }
    };
  }

  private static Principal unchecked(String header) {
    try {
      String token = header.replaceFirst("Bearer ", "");
      return new JwtAuthenticationToken(
          Jwt.withTokenValue(token)
              .header("alg", "none")
              .claims(claims -> claims.putAll(claimsOf(token)))
              .build(),
          List.of());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("The bench's own token cannot be read", e);
    }
  }

  private static Map<String, Object> claimsOf(String token) {
    try {
      return JWTParser.parse(token).getJWTClaimsSet().getClaims().entrySet().stream()
          .filter(claim -> !(claim.getValue() instanceof Date))
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    } catch (ParseException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
