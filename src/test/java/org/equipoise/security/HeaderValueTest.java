package org.equipoise.security;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.StrictHttpFirewall;

class HeaderValueTest {

  @Property
  void isHeaderValue_whenAnyText_thenAsSpringJudges(@ForAll("texts") String text) {
    assertThat(WebSecurity.isHeaderValue(text)).isEqualTo(isLetThrough(text));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().all(),
        Arbitraries.strings().withCharRange('\0', '\u00ff'),
        Arbitraries.integers()
            .between(0, Character.MAX_CODE_POINT)
            .map(point -> "Bearer " + Character.toString(point)));
  }

  @Test
  void isHeaderValue_whenLineEndOrNul_thenRefused() {
    assertThat(WebSecurity.isHeaderValue("Bearer abc")).isTrue();
    assertThat(WebSecurity.isHeaderValue("a\tb")).isTrue();
    assertThat(WebSecurity.isHeaderValue("Zoë")).isTrue();
    assertThat(WebSecurity.isHeaderValue("a\nb")).isFalse();
    assertThat(WebSecurity.isHeaderValue("a\0b")).isFalse();
  }

  private static boolean isLetThrough(String value) {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/fhir/Patient");
    request.addHeader("X-Text", value);
    try {
      return value.equals(
          new StrictHttpFirewall().getFirewalledRequest(request).getHeader("X-Text"));
    } catch (RequestRejectedException e) {
      return false;
    }
  }
}
