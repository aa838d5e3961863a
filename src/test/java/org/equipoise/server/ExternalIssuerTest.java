package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import org.equipoise.security.ServerAddress;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Access tokens of another authorization server, at the FHIR base. */
class ExternalIssuerTest extends ServerTest {

  private static final StandInIssuer ISSUER = TestClients.ISSUER;
  private static final String ANNA = "outside-anna";
  private static final String BEN = "outside-ben";

  @Autowired private ServerAddress address;

  @BeforeEach
  void patients() {
    for (String id : List.of(ANNA, BEN)) {
      Patient patient = new Patient();
      patient.addName().setFamily(id);
      patient.setId(id);
      scribe().put(patient).ok(Patient.class);
    }
  }

  /** A good token for Anna, changed. */
  private JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER.address())
            .subject("7f3b")
            .audience(address.fhirBase())
            .issueTime(new Date())
            .expirationTime(Date.from(Instant.now().plusSeconds(120)))
            .claim("azp", "their-app")
            .claim("fhirUser", address.fhirBase() + "/Patient/" + ANNA)
            .claim("patient", ANNA)
            .claim("scp", "openid patient/*.rs");
    change.accept(claims);
    return claims.build();
  }

  private Api bearing(Consumer<JWTClaimsSet.Builder> change) {
    return Api.bearing(server(), ISSUER.signed(claims(change)));
  }

  private void assertRefused(String because, String token) {
    Api.Answer answer = Api.bearing(server(), token).get("Patient/" + ANNA);
    assertThat(answer.status()).as(because).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate").orElse("")).as(because).startsWith("Bearer");
    assertThat(answer.body()).as(because).doesNotContain(ANNA);
  }

  @Test
  void read_whenTokenIsGood_thenLimitedToItsPatientAndScopes() {
    Api anna = bearing(claims -> {});

    assertThat(anna.get("Patient/" + ANNA).status()).isEqualTo(200);
    assertThat(anna.get("Patient/" + BEN).status()).isEqualTo(404);
    assertThat(anna.get("Patient").ok(Bundle.class).getTotal()).isEqualTo(1);
    assertThat(anna.delete("Patient/" + ANNA).status()).isEqualTo(403);
  }

  @Test
  void read_whenScopesAreAList_thenTheSame() {
    Api anna = bearing(claims -> claims.claim("scp", List.of("openid", "patient/Patient.r")));

    assertThat(anna.get("Patient/" + ANNA).status()).isEqualTo(200);
    assertThat(anna.get("Observation").status()).isEqualTo(403);
  }

  @Test
  void read_whenClinician_thenAsAClinicianOfOurs() {
    Api clinician =
        bearing(
            claims ->
                claims
                    .claim("fhirUser", "Practitioner/demo-practitioner")
                    .claim("patient", null)
                    .claim("scp", "user/Practitioner.r"));

    assertThat(clinician.get("Practitioner/nobody").status()).isEqualTo(404);
    assertThat(clinician.get("Patient/" + ANNA).status()).isEqualTo(403);
  }

  @Test
  void read_whenFhirUserAlone_thenTheirOwnEntryAlone() {
    Api anna = bearing(claims -> claims.claim("scp", "openid fhirUser"));

    assertThat(anna.get("Patient/" + ANNA).status()).isEqualTo(200);
    assertThat(anna.get("Patient").status()).isEqualTo(403);
    assertThat(anna.get("Observation").status()).isEqualTo(403);
  }

  @Test
  void read_whenScopesAreWiderThanTrusted_thenTheyDoNotCount() {
    for (String scope :
        List.of("system/*.cruds", "operator", "client.create", "launch.create", "Patient.r", "")) {
      Api anna = bearing(claims -> claims.claim("scp", scope));
      assertThat(anna.get("Patient/" + ANNA).status()).as(scope).isEqualTo(403);
    }
    Api service =
        bearing(
            claims ->
                claims
                    .claim("fhirUser", null)
                    .claim("patient", null)
                    .claim("scp", "system/*.cruds user/*.cruds patient/*.cruds"));
    assertThat(service.get("Patient/" + ANNA).status()).isEqualTo(403);
    assertThat(service.get("Patient").status()).isEqualTo(403);
  }

  @Test
  void read_whenPatientIsMissing_thenStillLimited() {
    Api anna = bearing(claims -> claims.claim("patient", null));
    assertThat(anna.get("Patient/" + ANNA).status()).isEqualTo(200);
    assertThat(anna.get("Patient/" + BEN).status()).isEqualTo(404);

    assertRefused(
        "a representative of nobody",
        ISSUER.signed(
            claims(
                claims ->
                    claims.claim("fhirUser", "RelatedPerson/outside").claim("patient", null))));
  }

  @Test
  void read_whenClaimsCannotBeUnderstood_thenRefused() {
    assertRefused(
        "another patient than themselves",
        ISSUER.signed(claims(claims -> claims.claim("patient", BEN))));
    assertRefused("no client", ISSUER.signed(claims(claims -> claims.claim("azp", null))));
    assertRefused("no subject", ISSUER.signed(claims(claims -> claims.subject(null))));
    assertRefused("no scopes", ISSUER.signed(claims(claims -> claims.claim("scp", null))));
    assertRefused("scopes of no kind", ISSUER.signed(claims(claims -> claims.claim("scp", 7))));
    for (Object user :
        List.of(
            "https://elsewhere.example/fhir/Patient/" + ANNA,
            "Device/7",
            "Patient/a/b",
            "Patient?name=a",
            "",
            List.of("Patient/" + ANNA))) {
      assertRefused(
          "fhirUser " + user, ISSUER.signed(claims(claims -> claims.claim("fhirUser", user))));
    }
    assertRefused(
        "two patients",
        ISSUER.signed(claims(claims -> claims.claim("patient", List.of(ANNA, BEN)))));
  }

  @Test
  void read_whenTokenIsNotForUsOrNotNow_thenRefused() {
    assertRefused(
        "another audience",
        ISSUER.signed(claims(claims -> claims.audience("https://elsewhere.example/fhir"))));
    assertRefused("no audience", ISSUER.signed(claims(claims -> claims.audience((String) null))));
    assertRefused(
        "expired",
        ISSUER.signed(
            claims(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(90))))));
    assertRefused("without an end", ISSUER.signed(claims(claims -> claims.expirationTime(null))));
    assertRefused(
        "not yet",
        ISSUER.signed(
            claims(claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(90))))));
    assertRefused(
        "an unknown issuer",
        ISSUER.signed(claims(claims -> claims.issuer("https://elsewhere.example"))));
    assertRefused(
        "our own issuer, signed by the other",
        ISSUER.signed(claims(claims -> claims.issuer(address.baseUrl()))));
  }

  @Test
  void read_whenSignatureIsNotTheirs_thenRefused() throws Exception {
    JWTClaimsSet good = claims(claims -> {});
    RSAKey stranger = TestClients.newKey();
    assertRefused("unknown key", StandInIssuer.signed(stranger, JWSAlgorithm.RS256, good));
    RSAKey disguised = new RSAKey.Builder(stranger).keyID(ISSUER.key().getKeyID()).build();
    assertRefused("known key id", StandInIssuer.signed(disguised, JWSAlgorithm.RS256, good));
    assertRefused(
        "another algorithm", StandInIssuer.signed(ISSUER.key(), JWSAlgorithm.RS512, good));
    assertRefused("none", new PlainJWT(good).serialize());
    for (byte[] secret :
        List.of(
            ISSUER.key().toRSAPublicKey().getEncoded(),
            ("-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(ISSUER.key().toRSAPublicKey().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII))) {
      SignedJWT mac =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(ISSUER.key().getKeyID()).build(),
              good);
      mac.sign(new MACSigner(secret));
      assertRefused("the public key as a secret", mac.serialize());
    }
    String token = ISSUER.signed(good);
    assertRefused("cut", token.substring(0, token.length() - 4));
    assertThat(Api.bearing(server(), token).get("Patient/" + ANNA).status()).isEqualTo(200);
  }

  @Test
  void otherDoors_whenTokenIsTheirs_thenClosed() {
    String token =
        ISSUER.signed(
            claims(claims -> claims.claim("scp", "operator client.create launch.create")));
    for (String path : List.of("/operator/users", "/operator/clients", "/connect/register")) {
      int status =
          Api.send(
                  HttpRequest.newBuilder(URI.create(server() + path))
                      .header("Authorization", "Bearer " + token)
                      .header("Content-Type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString("{}"))
                      .build())
              .statusCode();
      assertThat(status).as(path).isIn(400, 401, 403, 404);
    }
  }
}
