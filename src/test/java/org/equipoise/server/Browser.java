package org.equipoise.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.web.util.HtmlUtils;

/**
 * What a browser does with our pages, without the browser: keeps cookies, follows no redirect, and
 * sends the hidden fields of a form.
 */
public final class Browser {

  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");

  private final String server;
  private final CookieManager cookies = new CookieManager();
  private final HttpClient http = HttpClient.newBuilder().cookieHandler(cookies).build();

  /**
   * @param server address without a trailing slash
   */
  public Browser(String server) {
    this.server = server;
  }

  /** Opens a page; the address may be absolute. */
  public HttpResponse<String> open(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address(path)).header("Accept", "text/html");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.GET().build());
  }

  /** Sends a form; the fields come in pairs of name and value. */
  public HttpResponse<String> send(String path, String... fields) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < fields.length; i += 2) {
      body.append(i == 0 ? "" : "&")
          .append(encoded(fields[i]))
          .append('=')
          .append(encoded(fields[i + 1]));
    }
    return send(
        HttpRequest.newBuilder(address(path))
            .header("Accept", "text/html")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build());
  }

  /** Sends the first form of a page, with its CSRF token and these fields. */
  public HttpResponse<String> submit(HttpResponse<String> page, String path, String... fields) {
    String[] all = new String[fields.length + 2];
    all[0] = "_csrf";
    all[1] = hidden(page).get("_csrf");
    System.arraycopy(fields, 0, all, 2, fields.length);
    return send(path, all);
  }

  /** Opens the login page and fills it in. */
  public HttpResponse<String> logIn(String username, String password) {
    return submit(open("/login"), "/login", "username", username, "password", password);
  }

  /** The hidden fields of a page, the first of each name. */
  public static Map<String, String> hidden(HttpResponse<String> page) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher matcher = HIDDEN.matcher(page.body());
    while (matcher.find()) {
      fields.putIfAbsent(matcher.group(1), HtmlUtils.htmlUnescape(matcher.group(2)));
    }
    return fields;
  }

  /** The cookies, as {@code name=value}. */
  public String cookies() {
    return cookies.getCookieStore().getCookies().stream()
        .map(cookie -> cookie.getName() + "=" + cookie.getValue())
        .collect(Collectors.joining("; "));
  }

  private URI address(String path) {
    return URI.create(path.startsWith("http") ? path : server + path);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
