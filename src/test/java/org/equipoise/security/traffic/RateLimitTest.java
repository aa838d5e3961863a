package org.equipoise.security.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RateLimitTest {

  private static final RateLimits LIMITS = new RateLimits(6, 3, 4, 5, 2, 2, 1000);

  private final Time time = new Time();
  private final RateLimit limit = new RateLimit(LIMITS, time);

  private static final class Time implements TimeMeter {
    private long nanos;

    void pass(Duration duration) {
      nanos += duration.toNanos();
    }

    @Override
    public long currentTimeNanos() {
      return nanos;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }

  private static MockHttpServletRequest post(String path, String address) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", path);
    request.setServletPath(path);
    request.setRemoteAddr(address);
    return request;
  }

  private static MockHttpServletRequest token(String address, String client) {
    MockHttpServletRequest request = post("/oauth2/token", address);
    request.addHeader(
        "Authorization", "Basic " + Base64.getEncoder().encodeToString((client + ":x").getBytes()));
    return request;
  }

  /** What comes back where the server would answer {@code status}. */
  private MockHttpServletResponse answer(MockHttpServletRequest request, int status)
      throws Exception {
    MockHttpServletResponse response = new MockHttpServletResponse();
    limit.doFilter(request, response, (req, res) -> response.setStatus(status));
    return response;
  }

  private void answers(int times, MockHttpServletRequest request, int status) throws Exception {
    for (int i = 0; i < times; i++) {
      assertThat(answer(request, status).getStatus()).as("call " + i).isEqualTo(status);
    }
  }

  @Test
  void token_whenAddressCallsTooOften_thenRefusedUntilTheBucketRefills() throws Exception {
    answers(6, post("/oauth2/token", "192.0.2.1"), 200);

    MockHttpServletResponse refused = answer(post("/oauth2/revoke", "192.0.2.1"), 200);

    assertThat(refused.getStatus()).isEqualTo(429);
    assertThat(refused.getHeader("Retry-After")).isEqualTo("11");
    assertThat(refused.getContentType()).startsWith("application/json");
    assertThat(refused.getContentAsString())
        .isEqualTo(
            "{\"error\":\"invalid_request\","
                + "\"error_description\":\"Too many requests: wait a moment and try again\"}");
    answers(1, post("/oauth2/token", "192.0.2.2"), 200);
    time.pass(Duration.ofSeconds(10));
    answers(1, post("/oauth2/token", "192.0.2.1"), 200);
    assertThat(answer(post("/oauth2/token", "192.0.2.1"), 200).getStatus()).isEqualTo(429);
  }

  @Test
  void token_whenAddressFailsTooOften_thenRefusedThoughItMightBeRightNow() throws Exception {
    answers(2, token("192.0.2.1", "ehr"), 401);
    answers(1, token("192.0.2.1", "ehr"), 400);

    assertThat(answer(token("192.0.2.1", "ehr"), 200).getStatus()).isEqualTo(429);
  }

  @Test
  void token_whenClientSucceedsTooOften_thenRefusedFromEveryAddress() throws Exception {
    for (int i = 1; i <= 4; i++) {
      answers(1, token("192.0.2." + i, "ehr"), 200);
    }

    assertThat(answer(token("192.0.2.9", "ehr"), 200).getStatus()).isEqualTo(429);
    answers(1, token("192.0.2.9", "other"), 200);
  }

  @Test
  void token_whenOthersFailInTheClientsName_thenItIsNotLockedOut() throws Exception {
    for (int i = 1; i <= 100; i++) {
      answers(1, token("198.51.100." + i, "ehr"), 401);
    }

    answers(1, token("192.0.2.1", "ehr"), 200);
  }

  @Test
  void address_whenIpv6_thenCountedByNetwork() throws Exception {
    answers(2, post("/operator/users", "2001:db8:0:1::1"), 200);

    MockHttpServletResponse refused = answer(post("/operator/users", "2001:db8:0:1:f::2"), 200);

    assertThat(refused.getStatus()).isEqualTo(429);
    assertThat(refused.getContentType()).startsWith("application/problem+json");
    answers(1, post("/operator/users", "2001:db8:0:2::1"), 200);
  }

  @ParameterizedTest
  @CsvSource({
    "/login, 2",
    "/login/oauth2/code/clinic, 2",
    "/oauth2/authorization/clinic, 2",
    "/connect/register, 2",
    "/oauth2/authorize, 5",
  })
  void door_whenCalledTooOften_thenRefused(String path, int most) throws Exception {
    answers(most, post(path, "192.0.2.1"), 302);

    assertThat(answer(post(path, "192.0.2.1"), 302).getStatus()).isEqualTo(429);
  }

  @Test
  void login_whenTooOftenInABrowser_thenAPageInItsLanguage() throws Exception {
    answers(2, post("/login", "192.0.2.1"), 302);
    MockHttpServletRequest request = post("/login", "192.0.2.1");
    request.addHeader("Accept", "text/html,*/*");
    request.addPreferredLocale(java.util.Locale.forLanguageTag("es-MX"));

    MockHttpServletResponse refused = answer(request, 302);

    assertThat(refused.getStatus()).isEqualTo(429);
    assertThat(refused.getContentType()).startsWith("text/html");
    assertThat(refused.getContentAsString()).contains("lang=\"es\"", "Demasiadas peticiones");
  }

  @Test
  void fhirAndPages_whenCalledOften_thenNotCounted() throws Exception {
    answers(50, post("/fhir/Patient", "192.0.2.1"), 200);
    MockHttpServletRequest page = post("/login", "192.0.2.1");
    page.setMethod("GET");
    answers(50, page, 200);
  }

  @Test
  void memory_whenThereAreManyAddresses_thenBounded() {
    Buckets buckets = new Buckets(1000, time);
    for (int i = 0; i < 20_000; i++) {
      buckets.of("address " + i, 10);
    }

    assertThat(buckets.size()).isLessThanOrEqualTo(1000);
    time.pass(Duration.ofMinutes(2));
    assertThat(buckets.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "::ffff:192.0.2.1, 192.0.2.1",
    "fe80::1%eth0, fe80000000000000/64",
    "2001:db8:1:2:3:4:5:6, 20010db800010002/64",
    "evil.example, unknown",
    "'', unknown",
  })
  void clientAddress_whenInAnyForm_thenOneKey(String remote, String key) {
    assertThat(ClientAddress.of(remote)).isEqualTo(key);
  }
}
