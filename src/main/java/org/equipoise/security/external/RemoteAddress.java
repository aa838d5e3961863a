package org.equipoise.security.external;

import com.google.common.net.InetAddresses;
import java.net.URI;

/** Which addresses this server calls for keys, metadata and tokens. */
final class RemoteAddress {

  private RemoteAddress() {}

  /**
   * Whether the address is https and absolute, without user, query or fragment; or plain HTTP to
   * this machine, where that is allowed.
   */
  static boolean isAllowed(String address, boolean loopback) {
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (uri.getHost() == null
        || uri.getUserInfo() != null
        || uri.getQuery() != null
        || uri.getFragment() != null) {
      return false;
    }
    return "https".equals(uri.getScheme())
        || (loopback && "http".equals(uri.getScheme()) && isLoopback(uri.getHost()));
  }

  private static boolean isLoopback(String host) {
    String literal = host.replaceAll("[\\[\\]]", "");
    return host.equals("localhost")
        || (InetAddresses.isInetAddress(literal)
            && InetAddresses.forString(literal).isLoopbackAddress());
  }
}
