package org.equipoise.security.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class ResponseHeadersTest {

  private static MockHttpServletResponse redirect(boolean https, String location) throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/apps");
    request.setServletPath("/apps");
    request.setServerName("forged.example");
    request.setServerPort(8080);
    MockHttpServletResponse response = new MockHttpServletResponse();
    new ResponseHeaders(https)
        .doFilter(
            request,
            response,
            (req, res) -> {
              try {
                ((jakarta.servlet.http.HttpServletResponse) res).sendRedirect(location);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    return response;
  }

  @ParameterizedTest
  @CsvSource({
    "http://forged.example:8080/login, /login",
    "http://forged.example:8080/login?a=b, /login?a=b",
    "/login, /login",
    "https://app.example/cb?code=1, https://app.example/cb?code=1",
    "http://forged.example:8080//evil.example, http://forged.example:8080//evil.example",
    "http://forged.example:80801/x, http://forged.example:80801/x",
  })
  void redirect_whenToThisServer_thenRelative(String location, String told) throws Exception {
    MockHttpServletResponse response = redirect(false, location);

    assertThat(response.getStatus()).isEqualTo(302);
    assertThat(response.getHeader("Location")).isEqualTo(told);
  }

  @Test
  void transport_whenBaseAddressIsHttps_thenBrowsersKeepToIt() throws Exception {
    assertThat(redirect(true, "/login").getHeader("Strict-Transport-Security"))
        .startsWith("max-age=31536000");
    assertThat(redirect(false, "/login").getHeader("Strict-Transport-Security")).isNull();
  }
}
