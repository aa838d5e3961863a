package org.equipoise.security.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where an app may have a browser sent: its redirect URIs and its launch URL. They are compared
 * character by character later (RFC 9700, section 2.1), so nothing is accepted here that two
 * programs could read in two ways.
 */
final class AppAddresses {

  /** Written by hand: a name would have to be resolved, and may resolve to something else later. */
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private static final int LONGEST = 2000;

  /** RFC 8252, section 7.1: a domain name of the app's maker, the other way round. */
  private static final Pattern PRIVATE_USE =
      Pattern.compile("[a-z][a-z0-9+-]*(\\.[a-z0-9+-]+)+", Pattern.CASE_INSENSITIVE);

  private AppAddresses() {}

  /**
   * What is wrong with a redirect URI: empty where nothing is.
   *
   * @param nativeApp whether a scheme of the app's own is acceptable, as for a public client
   */
  static Optional<String> redirectProblem(String uri, boolean nativeApp) {
    return problem(uri, nativeApp);
  }

  /** What is wrong with a launch URL: empty where nothing is. */
  static Optional<String> launchProblem(String uri) {
    return problem(uri, false);
  }

  private static Optional<String> problem(String text, boolean nativeApp) {
    if (text == null || text.isBlank() || text.length() > LONGEST) {
      return Optional.of("must be an address of at most " + LONGEST + " characters");
    }
    if (text.contains("*") || text.contains(",")) {
      // A comma also separates addresses where they are stored.
      return Optional.of("must be one exact address, without * and without a comma");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return Optional.of("is not an address");
    }
    if (!text.equals(uri.toASCIIString())) {
      return Optional.of("must be written in ASCII");
    }
    if (!uri.isAbsolute()) {
      return Optional.of("must be absolute");
    }
    if (text.contains("#")) {
      return Optional.of("must have no fragment");
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (scheme.equals("https") || scheme.equals("http")) {
      return webProblem(uri, scheme);
    }
    if (!PRIVATE_USE.matcher(scheme).matches()) {
      return Optional.of("must begin with https:// or, on this machine, http://localhost");
    }
    if (!nativeApp) {
      return Optional.of("has a scheme of an app's own, which only a public client can have");
    }
    return Optional.empty();
  }

  private static Optional<String> webProblem(URI uri, String scheme) {
    if (uri.getHost() == null || uri.getHost().isEmpty()) {
      return Optional.of("must name a host");
    }
    if (uri.getRawUserInfo() != null) {
      return Optional.of("must hold no user name");
    }
    if (!uri.normalize().equals(uri)) {
      return Optional.of("must not hold . or .. as a part of its path");
    }
    if (scheme.equals("http") && !LOOPBACK.contains(uri.getHost().toLowerCase(Locale.ROOT))) {
      return Optional.of("must be https; http is for localhost, 127.0.0.1 and [::1] alone");
    }
    return Optional.empty();
  }
}
