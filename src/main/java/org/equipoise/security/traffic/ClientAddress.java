package org.equipoise.security.traffic;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Whom to count a request for. */
public final class ClientAddress {

  private static final int NETWORK_BYTES = 8;

  private ClientAddress() {}

  /**
   * The IPv4 address, or the 64 bits of an IPv6 address that name a network: whoever has one such
   * network has all of its addresses.
   *
   * @param remote as the container tells it; a proxy's header may hold anything, and what is no
   *     address is counted together
   */
  public static String of(String remote) {
    String literal =
        remote == null ? "" : remote.replaceFirst("%.*", "").replaceAll("[\\[\\]]", "");
    // Never looks a name up.
    if (!InetAddresses.isInetAddress(literal)) {
      return "unknown";
    }
    InetAddress address = InetAddresses.forString(literal);
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES)) + "/64"
        : address.getHostAddress();
  }
}
