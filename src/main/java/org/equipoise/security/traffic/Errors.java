package org.equipoise.security.traffic;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * Answers what went wrong outside the controllers, in place of Spring Boot's page, which tells the
 * path, the time and the reason to whoever asks.
 */
@Controller
class Errors implements ErrorController {

  @RequestMapping("/error")
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    // Without a status nothing went wrong: somebody asked for this very path.
    Answers.write(
        request,
        response,
        status instanceof Integer code ? code : HttpServletResponse.SC_NOT_FOUND);
  }
}
