package org.equipoise.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * A browser without script: keeps cookies, follows redirects while they stay on the server, and
 * fills in forms. A redirect to elsewhere is where it stops, since that is the app's address.
 */
final class Browser {

  private final String server;
  private final HttpClient http =
      HttpClient.newBuilder()
          .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  Browser(String server) {
    this.server = server;
  }

  /** Where the browser is: a page of the server, or the address that it was sent away to. */
  record Page(URI url, int status, HttpResponse<String> response, boolean away) {

    Document document() {
      return Jsoup.parse(response.body(), url.toString());
    }

    String text() {
      return document().text();
    }

    boolean isAt(String path) {
      return !away && url.getPath().equals(path);
    }

    /** The parameters of the address. */
    Map<String, String> parameters() {
      return query(url.getRawQuery());
    }

    Element form(String cssQuery) {
      Element form = document().selectFirst(cssQuery);
      if (form == null) {
        throw new AssertionError("No " + cssQuery + " at " + url + ":\n" + response.body());
      }
      return form;
    }
  }

  static Map<String, String> query(String raw) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        int at = pair.indexOf('=');
        parameters.put(
            URLDecoder.decode(at < 0 ? pair : pair.substring(0, at), StandardCharsets.UTF_8),
            at < 0 ? "" : URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }

  static String encode(Map<String, String> parameters) {
    List<String> pairs = new ArrayList<>();
    parameters.forEach((name, value) -> pairs.add(pair(name, value)));
    return String.join("&", pairs);
  }

  private static String pair(String name, String value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  Page get(String url, String... headers) {
    return follow(request(URI.create(url), headers).GET().build());
  }

  Page post(String url, String form, String... headers) {
    return follow(
        request(URI.create(url), headers)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build());
  }

  private static HttpRequest.Builder request(URI url, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).header("Accept", "text/html");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request;
  }

  /**
   * Sends a form as it stands on the page, ticks and hidden fields included.
   *
   * @param typed what the user typed, by field name
   * @param unticked values of check boxes that the user takes the tick from
   * @param button the submit button that is pressed, null for a form with one
   */
  Page submit(Element form, Map<String, String> typed, List<String> unticked, Element button) {
    List<String> pairs = new ArrayList<>();
    for (Element field : form.select("input[name], select[name], textarea[name]")) {
      String type = field.attr("type");
      String name = field.attr("name");
      if (type.equals("submit") || type.equals("button") || field.hasAttr("disabled")) {
        continue;
      }
      boolean box = type.equals("checkbox") || type.equals("radio");
      String value = typed.getOrDefault(name, field.val());
      if (!box || (field.hasAttr("checked") && !unticked.contains(field.val()))) {
        pairs.add(pair(name, value));
      }
    }
    if (button != null && button.hasAttr("name")) {
      pairs.add(pair(button.attr("name"), button.val()));
    }
    String action =
        button != null && button.hasAttr("formaction")
            ? button.absUrl("formaction")
            : form.absUrl("action");
    String url = action.isEmpty() ? form.baseUri() : action;
    String body = String.join("&", pairs);
    return form.attr("method").equalsIgnoreCase("post")
        ? post(url, body)
        : get(url.replaceFirst("\\?.*", "") + "?" + body);
  }

  private Page follow(HttpRequest first) {
    HttpRequest request = first;
    for (int hop = 0; hop < 12; hop++) {
      HttpResponse<String> response = send(request);
      String location = response.headers().firstValue("Location").orElse(null);
      if (location == null) {
        location = refreshOf(response);
      }
      if (location == null) {
        return new Page(request.uri(), response.statusCode(), response, false);
      }
      URI next = request.uri().resolve(location);
      if (!(next.getScheme() + "://" + next.getAuthority()).equals(server)) {
        return new Page(next, response.statusCode(), response, true);
      }
      request = HttpRequest.newBuilder(next).header("Accept", "text/html").GET().build();
    }
    throw new AssertionError("Sent in circles from " + first.uri());
  }

  /** Where a page goes on to by itself, null for one that stays. */
  private static String refreshOf(HttpResponse<String> response) {
    Element refresh =
        Jsoup.parse(response.body()).selectFirst("meta[http-equiv=refresh][content^=0;url=]");
    return refresh == null ? null : refresh.attr("content").substring("0;url=".length());
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
}
