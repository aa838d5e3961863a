package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.authorization.LiveTokens;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;

/** A revoked token opens no door, whatever would be behind it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RevokedTokenTest extends ServerTest {

  private String observation;

  @BeforeAll
  void record() {
    writeHousehold();
    Observation weight = new Observation();
    weight.setStatus(Observation.ObservationStatus.FINAL);
    weight.getCode().addCoding().setSystem("http://loinc.org").setCode("8302-2");
    weight.getSubject().setReference("Patient/anna");
    weight.setEffective(new org.hl7.fhir.r4.model.DateTimeType("2026-05-03T08:00:00Z"));
    weight
        .setValue(new org.hl7.fhir.r4.model.Quantity(170).setUnit("cm"))
        .getValueQuantity()
        .setSystem("http://unitsofmeasure.org")
        .setCode("cm");
    observation =
        scribe().post("Observation", weight).ok(Observation.class).getIdElement().getIdPart();
  }

  private String token(String jti) {
    ServerAddress address = bean(ServerAddress.class);
    Instant now = Instant.now();
    bean(LiveTokens.class).admit(jti, now.plus(Duration.ofMinutes(5)));
    JwtClaimsSet claims =
        JwtClaimsSet.builder()
            .issuer(address.baseUrl())
            .audience(List.of(address.fhirBase()))
            .id(jti)
            .subject("revoked-anna")
            .claim("client_id", "demo-app")
            .claim("scope", List.of("patient/*.cruds"))
            .claim("fhirUser", address.fhirBase() + "/Patient/anna")
            .claim("patient", "anna")
            .issuedAt(now)
            .expiresAt(now.plusSeconds(200))
            .build();
    return bean(JwtEncoder.class).encode(JwtEncoderParameters.from(claims)).getTokenValue();
  }

  private List<String> doors() {
    return List.of(
        "Patient/anna",
        "Patient/anna/_history/1",
        "Patient/anna/_history",
        "Observation/" + observation,
        "Observation?patient=anna",
        "Observation?patient=anna&_count=1&_offset=1",
        "Observation?patient=anna&_summary=count",
        "Observation?patient=anna&_include=Observation:subject",
        "Patient/anna?_elements=name",
        "Practitioner?_count=1",
        "Patient/anna/$everything",
        "Patient/anna/$ai-transparency");
  }

  @Test
  void get_whenTokenWasRevoked_then401AtEachDoor() {
    String jti = UUID.randomUUID().toString();
    Api api = Api.bearing(server(), token(jti));
    for (String door : doors()) {
      assertThat(api.get(door).status()).as(door).isEqualTo(200);
    }
    jdbc.update("delete from eqp_access_token where jti = ?", jti);

    for (String door : doors()) {
      assertRefused(api.get(door), door);
    }
  }

  @Test
  void get_whenAnOperationIsDisguisedAsARead_thenItDoesNotRun() {
    String jti = UUID.randomUUID().toString();
    Api api = Api.bearing(server(), token(jti));
    jdbc.update("delete from eqp_access_token where jti = ?", jti);
    Map<String, Long> before = rowCounts();

    String door = "Consent/$evaluate-ai-use/fhir/Patient?patient=Patient/anna&purpose=ai-training";
    assertRefused(api.get(door), door);

    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void get_whenTokenWasRevoked_thenNothingElseThatIsWrongIsTold() {
    String jti = UUID.randomUUID().toString();
    Api api = Api.bearing(server(), token(jti));
    String foreign = "Patient/bert";
    String unknown = "Observation/never-was";
    String malformed = "Observation?no-such-parameter=1";
    assertThat(api.get(foreign).status()).isEqualTo(404);
    assertThat(api.get(unknown).status()).isEqualTo(404);
    assertThat(api.get(malformed).status()).isEqualTo(400);
    String current = api.get("Patient/anna").header("ETag").orElseThrow();
    assertThat(unchanged(api, current).status()).isEqualTo(304);
    jdbc.update("delete from eqp_access_token where jti = ?", jti);

    assertRefused(api.get(foreign), foreign);
    assertRefused(api.get(unknown), unknown);
    assertRefused(api.get(malformed), malformed);
    assertRefused(unchanged(api, current), "If-None-Match");
  }

  private static Api.Answer unchanged(Api api, String version) {
    return api.exchange(
        "GET", "Patient/anna", "application/fhir+json", null, "If-None-Match", version);
  }

  private static void assertRefused(Api.Answer answer, String door) {
    assertThat(answer.status()).as(door + " " + answer.body()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate").orElse(""))
        .as(door)
        .startsWith("Bearer")
        .contains("error=\"invalid_token\"");
    assertThat(answer.body())
        .as(door)
        .contains("OperationOutcome", "login")
        .doesNotContain("anna", "bert", "Observation/");
  }
}
