package org.equipoise.security.traffic;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers what went wrong outside the controllers, in place of Spring Boot's page, which tells the
 * path, the time and the reason to whoever asks.
 */
@Controller
class Errors implements ErrorController {

  /** The page {@code error} for people; for programs what {@link Answers} says. */
  @RequestMapping("/error")
  ModelAndView answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    // Without a status nothing went wrong: somebody asked for this very path.
    int status =
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
            ? code
            : HttpServletResponse.SC_NOT_FOUND;
    if (!Answers.isReadByPerson(request)) {
      Answers.write(request, response, status);
      return null;
    }
    response.setStatus(status);
    response.setHeader(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
            + " frame-ancestors 'none'; base-uri 'none'");
    return new ModelAndView("error", Map.of("status", status));
  }
}
