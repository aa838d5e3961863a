package org.equipoise.security.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** Of what is asked before anything is done whether the token was revoked, and of what after. */
class TokenGateTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/fhir/Observation",
        "/fhir/Observation/1",
        "/fhir/Observation/a-b.C9",
        "/fhir/Observation/1/_history",
        "/fhir/Observation/1/_history/2"
      })
  void isPlainRead_whenTypeInstanceOrVersion_thenTrue(String path) {
    assertThat(TokenGate.isPlainRead(new MockHttpServletRequest("GET", path))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /fhir/Patient/1/$everything",
    "GET, /fhir/Patient/1/%24everything",
    "GET, /fhir/DocumentReference/$ai-transparency",
    "GET, /fhir/Patient;a=$everything/1",
    "GET, /fhir/$guardrails",
    "GET, /fhir/metadata",
    "GET, /fhir/",
    "GET, /fhir",
    "GET, /other/Patient/1",
    "HEAD, /fhir/Patient/1",
    "POST, /fhir/Patient/_search",
    "DELETE, /fhir/Patient/1"
  })
  void isPlainRead_whenOperationOrAnotherMethod_thenFalse(String method, String path) {
    assertThat(TokenGate.isPlainRead(new MockHttpServletRequest(method, path))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"/app, /app/fhir/Patient/1, true", "/app, /app/fhir/Patient/$x, false"})
  void isPlainRead_whenBelowAContextPath_thenThatIsLeftOut(
      String context, String path, boolean isPlain) {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
    request.setContextPath(context);
    assertThat(TokenGate.isPlainRead(request)).isEqualTo(isPlain);
  }
}
