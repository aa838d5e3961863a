package org.equipoise.demo;

import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.client.DemoClient;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * The record of the {@code demo} profile; {@code equipoise.demo.seed=false} leaves the server
 * empty.
 */
@Configuration(proxyBeanMethods = false)
@Profile(DemoClient.PROFILE)
class DemoConfiguration {

  @Bean
  @ConditionalOnBooleanProperty(name = "equipoise.demo.seed", matchIfMissing = true)
  DemoSeed demoSeed(
      ServletWebServerApplicationContext context,
      ServerProperties properties,
      ServerAddress address,
      Clock clock) {
    return new DemoSeed(
        () -> new DemoRecord(self(context, properties.getAddress()), clock),
        new DemoTour(address.baseUrl()));
  }

  /**
   * Where this very process listens; the public address may belong to a proxy that is not up yet.
   */
  private static URI self(ServletWebServerApplicationContext context, InetAddress bound) {
    InetAddress host =
        bound == null || bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    return UriComponentsBuilder.newInstance()
        .scheme("http")
        .host(
            host.getHostAddress().contains(":")
                ? "[" + host.getHostAddress() + "]"
                : host.getHostAddress())
        .port(context.getWebServer().getPort())
        .path(context.getServletContext().getContextPath())
        .build()
        .toUri();
  }
}
