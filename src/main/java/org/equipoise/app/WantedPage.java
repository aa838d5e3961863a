package org.equipoise.app;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.authorization.WantedAuthorization;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.security.web.savedrequest.SimpleSavedRequest;
import org.springframework.web.util.WebUtils;

/**
 * What brought somebody to the login, to go on with afterwards: the request of an app, else the
 * page that was asked for last, be it one in the middle of an app's request. The page is kept in a
 * cookie, not in a session, so that nobody fills the table of sessions by knocking; of what the
 * cookie says only a page of ours is believed.
 */
final class WantedPage implements RequestCache {

  /** Pages that mean something when they are opened alone. */
  private static final Set<String> PAGES =
      Set.of("/apps", "/waiting", "/access-report", "/password");

  /** Pages about an app's request, which {@code state} names. */
  private static final Set<String> PAGES_OF_A_REQUEST = Set.of("/consent", "/patient");

  private static final Pattern STATE = Pattern.compile("[A-Za-z0-9_=-]{1,200}");

  private static final Pattern OF_A_REQUEST =
      Pattern.compile("(/consent|/patient)\\?state=[A-Za-z0-9_%-]{1,300}");

  private static final Duration KEPT = Duration.ofMinutes(30);

  /** Characters of a query; a longer one is left out. */
  private static final int LONGEST_QUERY = 1_000;

  private final RequestCache authorization = new WantedAuthorization();
  private final boolean https;
  private final String name;

  WantedPage(ServerAddress address) {
    this.https = address.baseUrl().startsWith("https:");
    // The prefix keeps other hosts of the same domain from setting it (RFC 6265bis, 4.1.3.2).
    this.name = https ? "__Host-equipoise-page" : "equipoise-page";
  }

  @Override
  public void saveRequest(HttpServletRequest request, HttpServletResponse response) {
    wantedBy(request)
        .ifPresent(
            page -> setCookie(response, URLEncoder.encode(page, StandardCharsets.UTF_8), KEPT));
  }

  private static Optional<String> wantedBy(HttpServletRequest request) {
    String path = request.getServletPath();
    if (PAGES_OF_A_REQUEST.contains(path)) {
      // Also where its form was sent: it is filled in again. A name that was looked for is not
      // kept.
      return Optional.ofNullable(request.getParameter("state"))
          .filter(state -> STATE.matcher(state).matches())
          .map(state -> path + "?state=" + URLEncoder.encode(state, StandardCharsets.UTF_8));
    }
    if (!"GET".equals(request.getMethod()) || !PAGES.contains(path)) {
      return Optional.empty();
    }
    String query = request.getQueryString();
    return Optional.of(query == null || query.length() > LONGEST_QUERY ? path : path + "?" + query);
  }

  @Override
  public SavedRequest getRequest(HttpServletRequest request, HttpServletResponse response) {
    SavedRequest wanted = authorization.getRequest(request, response);
    return wanted != null ? wanted : page(request).map(SimpleSavedRequest::new).orElse(null);
  }

  /** The browser comes with the same request again; there is nothing to put in its place. */
  @Override
  public HttpServletRequest getMatchingRequest(
      HttpServletRequest request, HttpServletResponse response) {
    return null;
  }

  @Override
  public void removeRequest(HttpServletRequest request, HttpServletResponse response) {
    authorization.removeRequest(request, response);
    forgetPage(request, response);
  }

  /** With this answer, the browser forgets the page; of this request it is still known. */
  void forgetPage(HttpServletRequest request, HttpServletResponse response) {
    if (WebUtils.getCookie(request, name) != null) {
      setCookie(response, "", Duration.ZERO);
    }
  }

  private void setCookie(HttpServletResponse response, String value, Duration life) {
    response.addHeader(
        HttpHeaders.SET_COOKIE,
        ResponseCookie.from(name, value)
            .path("/")
            .httpOnly(true)
            .secure(https)
            .sameSite("Lax")
            .maxAge(life)
            .build()
            .toString());
  }

  private Optional<String> page(HttpServletRequest request) {
    Cookie cookie = WebUtils.getCookie(request, name);
    if (cookie == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(URLDecoder.decode(cookie.getValue(), StandardCharsets.UTF_8))
          .filter(WantedPage::isOwn);
    } catch (IllegalArgumentException e) {
      // Not written by us.
      return Optional.empty();
    }
  }

  private static boolean isOwn(String page) {
    int query = page.indexOf('?');
    return OF_A_REQUEST.matcher(page).matches()
        || (PAGES.contains(query < 0 ? page : page.substring(0, query))
            && page.chars().allMatch(character -> character > ' ' && character <= '~'));
  }
}
