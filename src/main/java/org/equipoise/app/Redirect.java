package org.equipoise.app;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** From one of our pages to another. */
final class Redirect {

  private Redirect() {}

  /** The view that leads to {@code page} with an app's request. */
  static String to(String page, String state) {
    // Encoded, so that nothing in it is taken for a part of the address or a blank of a template.
    return "redirect:" + page + "?state=" + URLEncoder.encode(state, StandardCharsets.UTF_8);
  }
}
