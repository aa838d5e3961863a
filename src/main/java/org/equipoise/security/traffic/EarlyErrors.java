package org.equipoise.security.traffic;

import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;

/**
 * Answers what Tomcat refuses before any filter sees it, such as {@code %00} in a path, as {@link
 * Answers} does and in place of Tomcat's own page.
 */
class EarlyErrors extends ErrorReportValve {

  private final ResponseHeaders headers;

  EarlyErrors(ResponseHeaders headers) {
    this.headers = headers;
  }

  @Override
  protected void report(Request request, Response response, Throwable problem) {
    AtomicBoolean canWrite = new AtomicBoolean();
    response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, canWrite);
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !canWrite.get()
        || !response.setErrorReported()) {
      return;
    }
    // No path was made of the address, so it is told apart as it was sent.
    request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, request.getRequestURI());
    try {
      headers.set(request, response);
      Answers.write(request, response, response.getStatus());
      response.finishResponse();
    } catch (IOException e) {
      // Who asked has gone.
    }
  }
}
