package org.equipoise.security.traffic;

import io.github.bucket4j.TimeMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.equipoise.security.ServerAddress;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.CorsFilter;

/**
 * The filters that stand before the security chains, in the order in which a request meets them.
 * Only what makes the client's address out of a proxy's headers stands before these.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AllowedOrigins.class, RateLimits.class, RequestSizes.class})
class TrafficConfiguration {

  private static final int FIRST = Ordered.HIGHEST_PRECEDENCE + 10;

  @Bean
  FilterRegistrationBean<ResponseHeaders> responseHeaders(ServerAddress address) {
    return inOrder(0, new ResponseHeaders(address.baseUrl().startsWith("https:")));
  }

  /**
   * Pages of other origins may call what needs a bearer token or the client's own proof, and read
   * what is public; nothing that a browser's cookie opens (no credentials; not the authorization
   * endpoint, no page).
   */
  @Bean
  FilterRegistrationBean<CorsFilter> crossOrigin(AllowedOrigins origins, ServerAddress address) {
    List<String> allowed = new ArrayList<>(origins.allowedOrigins());
    if (!allowed.contains(CorsConfiguration.ALL)) {
      // Behind a proxy our own pages look like those of another origin.
      allowed.add(originOf(address.baseUrl()));
    }
    CorsConfiguration fhir = calls(allowed, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    CorsConfiguration token = calls(allowed, "POST");
    CorsConfiguration published = calls(allowed, "GET", "HEAD", "POST");
    return inOrder(
        1,
        new CorsFilter(
            request ->
                switch (Door.of(request)) {
                  case FHIR -> fhir;
                  case TOKEN -> token;
                  case PUBLISHED -> published;
                  default -> null;
                }));
  }

  private static CorsConfiguration calls(List<String> origins, String... methods) {
    CorsConfiguration cors = new CorsConfiguration();
    cors.setAllowedOrigins(origins);
    cors.setAllowedMethods(List.of(methods));
    // What a header may say is judged where it is read; a caller that is no browser sends any.
    cors.setAllowedHeaders(List.of(CorsConfiguration.ALL));
    cors.setAllowCredentials(false);
    cors.setExposedHeaders(
        List.of(
            "Content-Location",
            "ETag",
            "Last-Modified",
            "Location",
            "Retry-After",
            "WWW-Authenticate",
            "X-Progress"));
    cors.setMaxAge(3600L);
    return cors;
  }

  private static String originOf(String url) {
    URI uri = URI.create(url);
    return (uri.getScheme() + "://" + uri.getAuthority()).toLowerCase(Locale.ROOT);
  }

  @Bean
  FilterRegistrationBean<FormLimit> formLimit(RequestSizes sizes) {
    return inOrder(2, new FormLimit(sizes.maxForm()));
  }

  @Bean
  FilterRegistrationBean<RateLimit> rateLimit(RateLimits limits) {
    return inOrder(3, new RateLimit(limits, TimeMeter.SYSTEM_NANOTIME));
  }

  @Bean
  FilterRegistrationBean<CleanParameters> cleanParameters() {
    // After the limits, so that who sends such things is counted.
    return inOrder(4, new CleanParameters());
  }

  /**
   * Each of the matchers behind it, some twenty for a call of the FHIR base, would otherwise take
   * the path apart anew.
   */
  @Bean
  FilterRegistrationBean<ParsedPath> parsedPath() {
    FilterRegistrationBean<ParsedPath> filter = inOrder(5, new ParsedPath());
    // A page of an error has a path of its own, and is matched too.
    filter.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
    return filter;
  }

  /** Within the host, and after Spring Boot's own, so that it comes first on the way back. */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> earlyErrors(
      FilterRegistrationBean<ResponseHeaders> headers) {
    return tomcat ->
        tomcat.addContextCustomizers(
            context ->
                context.getParent().getPipeline().addValve(new EarlyErrors(headers.getFilter())));
  }

  private static <T extends Filter> FilterRegistrationBean<T> inOrder(int place, T filter) {
    FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(FIRST + place);
    return registration;
  }
}
