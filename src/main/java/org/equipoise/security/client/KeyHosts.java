package org.equipoise.security.client;

import jakarta.validation.constraints.Pattern;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.security.web.util.matcher.IpAddressMatcher;
import org.springframework.validation.annotation.Validated;

/**
 * From which hosts this server fetches the public keys of clients ({@code equipoise.jwks.*}). Who
 * registers a client must not choose to whom the server talks: nobody is asked who is not listed,
 * and a listed host only at an address of the public internet unless the operator says that it is
 * inside.
 *
 * @param allowedHosts names, with a port where it is not 443
 * @param privateHosts the same, for hosts that may have a private or loopback address
 * @param sslBundle Spring Boot SSL bundle with the certificates to trust; the JDK's where it is
 *     missing
 */
@Validated
@ConfigurationProperties("equipoise.jwks")
public record KeyHosts(
    @DefaultValue List<@Pattern(regexp = HOST) String> allowedHosts,
    @DefaultValue List<@Pattern(regexp = HOST) String> privateHosts,
    String sslBundle) {

  private static final String HOST =
      "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?";

  private static final int HTTPS = 443;

  /**
   * What is not globally reachable, by the IANA registries of special-purpose addresses for IPv4
   * and IPv6, and the IPv6 ranges that wrap an IPv4 address.
   */
  private static final List<IpAddressMatcher> NOT_PUBLIC =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "::/96",
              "64:ff9b::/96",
              "64:ff9b:1::/48",
              "100::/64",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "3fff::/20",
              "5f00::/16",
              "fc00::/7",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8")
          .map(IpAddressMatcher::new)
          .toList();

  /** What is wrong with the address of a key set: empty where nothing is. */
  Optional<String> problem(String address) {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      return Optional.of("is not an address");
    }
    if (!"https".equalsIgnoreCase(uri.getScheme())) {
      return Optional.of("must begin with https://");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      return Optional.of("must name a host, without a user name and without a fragment");
    }
    if (!listed().contains(hostAndPort(uri))) {
      return Optional.of(
          "is on a host that the operator of this server does not allow"
              + " (equipoise.jwks.allowed-hosts)");
    }
    return Optional.empty();
  }

  /**
   * Whether keys may be fetched from this host at this address.
   *
   * @param host as it stands in the address of the key set, in lower case, with the port where it
   *     is not 443
   */
  boolean isAllowedAt(String host, InetAddress address) {
    return lowerCase(privateHosts).contains(host) || isPublic(address);
  }

  private static boolean isPublic(InetAddress address) {
    // Without the name of an interface behind it.
    String text = address.getHostAddress().replaceFirst("%.*", "");
    return NOT_PUBLIC.stream().noneMatch(range -> range.matches(text));
  }

  /** Host in lower case, with the port where it is not 443. */
  static String hostAndPort(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return uri.getPort() == -1 || uri.getPort() == HTTPS ? host : host + ":" + uri.getPort();
  }

  private Set<String> listed() {
    Set<String> all = new HashSet<>(lowerCase(allowedHosts));
    all.addAll(lowerCase(privateHosts));
    return all;
  }

  private static Set<String> lowerCase(List<String> hosts) {
    Set<String> lower = new HashSet<>();
    for (String host : hosts) {
      lower.add(host.toLowerCase(Locale.ROOT).replaceFirst(":" + HTTPS + "$", ""));
    }
    return lower;
  }
}
