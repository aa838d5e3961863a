package org.equipoise.app;

import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;

/** A page that says what went wrong and what to do. */
final class ProblemPage {

  private ProblemPage() {}

  /**
   * The view to return.
   *
   * @param key of the message bundle: with {@code .title} what is wrong, with {@code .text} what to
   *     do
   */
  static String show(HttpServletResponse response, Model model, HttpStatus status, String key) {
    response.setStatus(status.value());
    model.addAttribute("problem", key);
    return "app/problem";
  }

  /** A request of an app that is unknown, too old, or another user's. */
  static String noSuchRequest(HttpServletResponse response, Model model) {
    return show(response, model, HttpStatus.NOT_FOUND, "problem.request");
  }
}
