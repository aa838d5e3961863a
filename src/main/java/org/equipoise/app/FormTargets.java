package org.equipoise.app;

import java.net.URI;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where the form of the consent page may lead, as sources of a content security policy (CSP Level
 * 3, section 2.3.1): the origins of an app's redirect addresses, or the scheme of a native app's.
 */
final class FormTargets {

  /** What may stand in a source without ending it. */
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]");

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

  private FormTargets() {}

  /** The sources, each with a space in front. */
  static String of(Collection<String> redirectUris) {
    Set<String> sources = new TreeSet<>();
    for (String redirectUri : redirectUris) {
      URI uri = URI.create(redirectUri);
      if (uri.getHost() == null) {
        sources.add(uri.getScheme() + ":");
      } else if (HOST.matcher(uri.getHost()).matches()) {
        sources.add(origin(uri));
      }
    }
    return sources.isEmpty() ? "" : " " + String.join(" ", sources);
  }

  private static String origin(URI uri) {
    // A native app listens on whatever port is free (RFC 8252 section 7.3).
    String port =
        LOOPBACK.contains(uri.getHost()) ? ":*" : uri.getPort() == -1 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port;
  }
}
