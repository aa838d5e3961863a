package org.equipoise.security.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;

/** Held to what Spring's own resolver says. */
class AuthorizationHeaderTest {

  private final BearerTokenResolver spring = new DefaultBearerTokenResolver();
  private final BearerTokenResolver ours = new AuthorizationHeader();

  @Property
  void resolve_whenAnyHeader_thenAsSpring(@ForAll("headers") String header) {
    assertThat(answer(ours, header)).isEqualTo(answer(spring, header));
  }

  @Provide
  Arbitrary<String> headers() {
    Arbitrary<String> scheme =
        Arbitraries.of("Bearer", "bearer", "BEARER", "Bearerx", "Basic", "Bear", "", "DPoP");
    Arbitrary<String> space = Arbitraries.of(" ", "  ", "", "\t");
    Arbitrary<String> token =
        Arbitraries.strings()
            .withCharRange('a', 'f')
            .withChars("-._~+/= =,:é0AZ[`{@")
            .ofMaxLength(12);
    return Combinators.combine(scheme, space, token).as((a, b, c) -> a + b + c);
  }

  @Example
  void resolve_whenNoHeader_thenNothing() {
    assertThat(ours.resolve(new MockHttpServletRequest())).isNull();
  }

  @Example
  void resolve_whenInTheAddress_thenNothing() {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/fhir/Patient");
    request.setParameter("access_token", "abc");
    assertThat(ours.resolve(request)).isNull();
  }

  private static Optional<String> answer(BearerTokenResolver resolver, String header) {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.addHeader("Authorization", header);
    try {
      return Optional.ofNullable(resolver.resolve(request));
    } catch (OAuth2AuthenticationException e) {
      return Optional.of("refused: " + e.getError().getErrorCode());
    }
  }
}
