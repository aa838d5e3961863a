package org.equipoise.security.authorization;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** Session attribute: somebody has logged in since the request was kept. */
  private static final String LOGGED_IN = WANTED + ".loggedIn";

  /** Session attribute: what the request asks of the login, as a map of text. */
  private static final String ASKED = WANTED + ".asked";

  @Override
  public void saveRequest(HttpServletRequest request, HttpServletResponse response) {
    if ("GET".equals(request.getMethod())
        && request.getServletPath().equals(PostedRequests.AUTHORIZE)) {
      HttpSession session = request.getSession();
      session.setAttribute(WANTED, addressOf(request));
      session.setAttribute(
          ASKED,
          new LinkedHashMap<>(
              LoginDemand.of(
                      request.getParameter(LoginDemand.PROMPT),
                      request.getParameter(LoginDemand.MAX_AGE))
                  .ofLogin()));
      session.removeAttribute(LOGGED_IN);
    }
  }

  private static String addressOf(HttpServletRequest request) {
    return request.getRequestURI() + "?" + request.getQueryString();
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

  /** Somebody has logged in, for the request where one is kept. */
  public void loggedIn(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session != null && session.getAttribute(WANTED) != null) {
      session.setAttribute(LOGGED_IN, true);
    }
  }

  /** Whether a request waits for a login, be it that somebody is logged in already. */
  public boolean waitsForLogin(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    return session != null
        && session.getAttribute(WANTED) != null
        && session.getAttribute(LOGGED_IN) == null;
  }

  /**
   * What the request that waits asks of the login, as parameters {@code prompt} and {@code max_age}
   * for a provider that lets the user log in in our place.
   */
  public Map<String, String> askedOfLogin(HttpServletRequest request) {
    if (!waitsForLogin(request)) {
      return Map.of();
    }
    @SuppressWarnings("unchecked")
    Map<String, String> asked = (Map<String, String>) request.getSession().getAttribute(ASKED);
    return asked == null ? Map.of() : Collections.unmodifiableMap(asked);
  }

  /** Whether somebody has logged in for this very request: true once. */
  boolean takeLogin(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    boolean made =
        session != null
            && session.getAttribute(LOGGED_IN) != null
            && addressOf(request).equals(session.getAttribute(WANTED));
    if (made) {
      removeRequest(request, null);
    }
    return made;
  }

  @Override
  public void removeRequest(HttpServletRequest request, HttpServletResponse response) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.removeAttribute(WANTED);
      session.removeAttribute(ASKED);
      session.removeAttribute(LOGGED_IN);
    }
  }
}
