package org.equipoise.security.authorization;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.security.web.savedrequest.SimpleSavedRequest;

/**
 * The request of an app that brought somebody to the login, to go on with afterwards. Only its path
 * and query are kept: no header of the request, and above all not the host that it named. Nothing
 * else is kept for people who are not logged in, so that nobody fills the table of sessions by
 * knocking.
 */
public class WantedAuthorization implements RequestCache {

  private static final String WANTED = WantedAuthorization.class.getName();

  @Override
  public void saveRequest(HttpServletRequest request, HttpServletResponse response) {
    if ("GET".equals(request.getMethod())
        && request.getServletPath().equals(PostedRequests.AUTHORIZE)) {
      request
          .getSession()
          .setAttribute(WANTED, request.getRequestURI() + "?" + request.getQueryString());
    }
  }

  @Override
  public SavedRequest getRequest(HttpServletRequest request, HttpServletResponse response) {
    HttpSession session = request.getSession(false);
    return session != null && session.getAttribute(WANTED) instanceof String wanted
        ? new SimpleSavedRequest(wanted)
        : null;
  }

  /** The browser comes with the same request again; there is nothing to put in its place. */
  @Override
  public HttpServletRequest getMatchingRequest(
      HttpServletRequest request, HttpServletResponse response) {
    return null;
  }

  @Override
  public void removeRequest(HttpServletRequest request, HttpServletResponse response) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.removeAttribute(WANTED);
    }
  }
}
