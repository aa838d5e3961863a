package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.security.ServerAddress;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;

/** How far an operation reaches: never further than its caller. */
class OperationReachTest extends OperationTest {

  private static final String TEXT = "An AI wrote this note. A nurse read it.";

  @Autowired private ServerAddress address;
  @Autowired private ObjectProvider<OperationProvider> providers;

  /** A clinician who cares for Anna and Ben, in an app that was launched with Anna. */
  private Api clinicianWithAnna(String scopes) {
    return Api.bearing(
        server(),
        TestClients.ISSUER.signed(
            new JWTClaimsSet.Builder()
                .issuer(TestClients.ISSUER.address())
                .subject("9c1d")
                .audience(address.fhirBase())
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(120)))
                .claim("azp", "their-app")
                .claim("fhirUser", address.fhirBase() + "/Practitioner/demo-practitioner")
                .claim("patient", "anna")
                .claim("scp", scopes)
                .build()));
  }

  private String stored(Resource resource) {
    return scribe()
        .post(resource.fhirType(), resource)
        .header("Location")
        .orElseThrow()
        .replaceFirst(".*/(" + resource.fhirType() + "/[^/]+)/.*", "$1");
  }

  private String observationOf(String patient) {
    return stored(new TestResources(patient, "reach").observation("laboratory"));
  }

  /** Of nobody whom the callers reach. */
  private String strangersObservation() {
    String stranger = stored(new org.hl7.fhir.r4.model.Patient().setActive(true));
    return observationOf(stranger.replaceFirst("Patient/", ""));
  }

  @Test
  void attachExplanation_whenAForeignBinaryStandsBesideTheText_thenRefusedAndStaysClosed() {
    String binary =
        stored(new Binary().setContentType("application/pdf").setData(new byte[] {1, 2, 3}));
    for (String url : List.of(binary, "/" + binary, address.fhirBase() + "/" + binary)) {
      DocumentReference given = TestCalls.explanation("en", TEXT);
      given.getContentFirstRep().getAttachment().setUrl(url);

      assertThat(explain(practitioner(), TestCalls.given(given)).status()).as(url).isEqualTo(400);
    }

    assertThat(practitioner().get(binary).status()).isEqualTo(404);
    assertThat(patient("anna").get(binary).status()).isEqualTo(404);
  }

  @Test
  void documentReference_whenItsAddressIsAForeignBinary_thenRefusedAndStaysClosed() {
    String binary =
        stored(new Binary().setContentType("application/pdf").setData(new byte[] {1, 2, 3}));
    DocumentReference grab = new TestResources("anna", "reach").document(binary);

    assertThat(practitioner().post("DocumentReference", grab).status()).isEqualTo(400);
    DocumentReference own = new TestResources("anna", "reach").document(null);
    own = practitioner().post("DocumentReference", own).ok(DocumentReference.class);
    own.getContentFirstRep().getAttachment().setData(null).setUrl(binary);
    assertThat(practitioner().put(own).status()).isEqualTo(400);
    assertThat(practitioner().get(binary).status()).isEqualTo(404);
  }

  private Api.Answer consentWithAnswersOf(String observation) {
    QuestionnaireResponse answers = TestCalls.answers(5);
    answers.addPartOf(new Reference(observation));
    return consent(
        patient("anna"),
        TestCalls.with(
            TestCalls.without(TestCalls.permit("ai-training"), "teachBack"), "teachBack", answers));
  }

  @Test
  void attachConsent_whenAnswersReferToAForeignResource_thenAnsweredAsIfItWereUnknown() {
    String foreign = observationOf("ben");
    String unknown = "Observation/" + UUID.randomUUID();

    Api.Answer ofForeign = consentWithAnswersOf(foreign);
    Api.Answer ofUnknown = consentWithAnswersOf(unknown);

    assertSame(ofForeign, foreign, ofUnknown, unknown);
    assertThat(consentWithAnswersOf(observationOf("anna")).status()).isEqualTo(200);
  }

  private static void assertSame(
      Api.Answer ofForeign, String foreign, Api.Answer ofUnknown, String unknown) {
    assertThat(ofForeign.status()).as(ofForeign.body()).isEqualTo(400);
    assertThat(ofUnknown.status()).as(ofUnknown.body()).isEqualTo(400);
    assertThat(ofForeign.body().replace(foreign, "it"))
        .isEqualTo(ofUnknown.body().replace(unknown, "it"));
  }

  private Api.Answer explainCiting(String reference) {
    DocumentReference given = TestCalls.explanation("en", TEXT);
    given
        .getExtensionsByUrl(Canonical.Extension.EXPLANATION_PART)
        .get(0)
        .addExtension(new Extension("reference", new Reference(reference)));
    return explain(practitioner(), TestCalls.given(given));
  }

  private Api.Answer explainWithin(String encounter) {
    DocumentReference given = TestCalls.explanation("en", TEXT);
    given.getContext().addEncounter(new Reference(encounter));
    return explain(practitioner(), TestCalls.given(given));
  }

  @Test
  void attachExplanation_whenItRefersToAForeignResource_thenAnsweredAsIfItWereUnknown() {
    String foreign = strangersObservation();
    String unknown = "Observation/" + UUID.randomUUID();
    assertSame(explainCiting(foreign), foreign, explainCiting(unknown), unknown);

    Observation finding = scribe().get(foreign).ok(Observation.class);
    Encounter visit =
        new Encounter()
            .setStatus(Encounter.EncounterStatus.FINISHED)
            .setClass_(new Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", null))
            .setSubject(finding.getSubject());
    String foreignVisit = stored(visit);
    String unknownVisit = "Encounter/" + UUID.randomUUID();
    assertSame(
        explainWithin(foreignVisit), foreignVisit, explainWithin(unknownVisit), unknownVisit);

    assertThat(explainCiting(observationOf("anna")).status()).isEqualTo(200);
  }

  @Test
  void attachExplanation_whenAWiderScopeIsForSomethingElse_thenThePatientInContextOnly() {
    String narrow = "patient/DocumentReference.cruds patient/Provenance.cruds user/Practitioner.r";
    Api app = clinicianWithAnna(narrow);
    String annas = note;
    String bens = newNote("ben");

    assertThat(app.get(bens).status()).isEqualTo(404);
    assertThat(app.post(bens + "/$attach-explanation", TestCalls.parts("en", TEXT)).status())
        .isEqualTo(404);
    note = bens;
    assertThat(explanations()).isEmpty();
    note = annas;
    assertThat(explain(app, TestCalls.parts("en", TEXT)).status()).isEqualTo(200);

    Api half =
        clinicianWithAnna(
            "patient/DocumentReference.cruds user/DocumentReference.cruds patient/Provenance.c");
    assertThat(half.get(bens).status()).isEqualTo(200);
    assertThat(half.post(bens + "/$attach-explanation", TestCalls.parts("en", TEXT)).status())
        .as("one of its scopes is for Anna alone")
        .isEqualTo(404);

    Api wide = clinicianWithAnna("user/DocumentReference.cru user/Provenance.c");
    assertThat(wide.post(bens + "/$attach-explanation", TestCalls.parts("en", TEXT)).status())
        .isEqualTo(200);
  }

  @Test
  void breakGlass_whenTheScopeThatReadsPatientsIsForOne_thenRefused() {
    String stranger = stored(new org.hl7.fhir.r4.model.Patient().setActive(true));
    Parameters reason =
        TestCalls.with(
            TestCalls.with(
                new Parameters(),
                "reason",
                new Coding().setSystem(Canonical.System.BREAK_GLASS_REASON).setCode("emergency")),
            "text",
            new StringType("Found unconscious at the front door"));

    for (String scopes :
        List.of(
            "patient/Patient.r user/Observation.r",
            "patient/Patient.r user/Patient.r?gender=male",
            "user/Patient.s patient/Patient.r")) {
      Api.Answer answer =
          clinicianWithAnna(scopes + " user/Communication.c")
              .post(stranger + "/$break-glass", reason);
      assertThat(answer.status()).as(scopes + answer.body()).isEqualTo(403);
    }
    assertThat(
            clinicianWithAnna("user/Patient.r patient/Observation.rs")
                .post(stranger + "/$break-glass", reason)
                .status())
        .isEqualTo(200);
  }

  /** An operation as its caller names it, and whether it is called by GET too. */
  private record Door(String type, String name, boolean isByGet) {

    static Stream<Door> of(OperationProvider provider) {
      return Stream.of(AopUtils.getTargetClass(provider).getMethods())
          .filter(
              method ->
                  method.isAnnotationPresent(Operation.class)
                      && Stream.of(method.getParameterAnnotations())
                          .flatMap(Stream::of)
                          .anyMatch(IdParam.class::isInstance))
          .map(method -> method.getAnnotation(Operation.class))
          .map(one -> new Door(one.typeName(), one.name(), one.idempotent()));
    }
  }

  private static final String NOBODY = "00000000-0000-4000-8000-000000000000";

  /** Bodies that the operations find something wrong with, and one that is of another type. */
  private static final List<String> WRONG =
      List.of(
          "{\"resourceType\":\"Parameters\"}",
          "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"nonsense\",\"valueBoolean\":true}]}",
          "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"requestId\",\"valueCode\":\"x\"}]}",
          "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"requestId\",\"valueBoolean\":true},{\"name\":\"requestId\",\"valueBoolean\":true}]}",
          "{\"resourceType\":\"Patient\",\"active\":true}");

  private static final List<String> WRONG_QUERIES =
      List.of("", "?nonsense=1", "?job=1&language=123&_count=1&purpose=nonsense&format=nonsense");

  @Test
  void everyOperation_whenItsResourceIsOutOfReach_thenNotFoundWhateverIsAsked() {
    String subject = stored(new org.hl7.fhir.r4.model.Patient().setActive(true));
    String id = subject.replaceFirst("Patient/", "");
    TestResources theirs = new TestResources(id, "reach");
    Consent consent = new Consent().setStatus(Consent.ConsentState.DRAFT);
    consent.setPatient(new Reference(subject)).getScope().setText("reach");
    consent.addCategory().setText("reach");
    consent.getPolicyRule().setText("reach");
    Map<String, String> foreign =
        Map.of(
            "Patient", subject,
            "Observation", observationOf(id),
            "DocumentReference", stored(theirs.document(null)),
            "Consent", stored(consent));
    List<Door> doors = providers.stream().flatMap(Door::of).toList();
    assertThat(doors).hasSizeGreaterThan(20);
    assertThat(doors).extracting(Door::type).allMatch(foreign::containsKey);

    for (Door door : doors) {
      for (Api caller : List.of(patient("anna"), practitioner())) {
        boolean isClinician = !caller.token().equals(patient("anna").token());
        if (isClinician && door.name().equals("$break-glass")) {
          // It is there to reach further; of nobody there is nothing to open.
          assertAnswers(404, caller, door, NOBODY);
          continue;
        }
        // A role that no record opens an operation to is told so of every record alike.
        int expected =
            door.name().equals(isClinician ? "$access-report" : "$break-glass") ? 403 : 404;
        String there = foreign.get(door.type()).replaceFirst(".*/", "");
        assertThat(assertAnswers(expected, caller, door, there))
            .isEqualTo(assertAnswers(expected, caller, door, NOBODY));
      }
    }
  }

  /** What is answered to each wrong call, without the id that it names. */
  private static List<String> assertAnswers(int status, Api caller, Door door, String id) {
    String path = door.type() + "/" + id + "/" + door.name();
    List<String> answers = new ArrayList<>();
    WRONG.forEach(
        body -> {
          Api.Answer answer = caller.exchange("POST", path, "application/fhir+json", body);
          assertThat(answer.status()).as(path + body + answer.body()).isEqualTo(status);
          answers.add(answer.body().replace(id, "it"));
        });
    if (door.isByGet()) {
      WRONG_QUERIES.forEach(
          query -> {
            Api.Answer answer = caller.get(path + query);
            assertThat(answer.status()).as(path + query + answer.body()).isEqualTo(status);
            answers.add(answer.body().replace(id, "it"));
          });
    }
    return answers;
  }

  @Test
  void evaluateAiUse_whenThePatientOrTheResourceIsOutOfReach_thenNotFoundWhateverElseIsAsked() {
    String foreign = strangersObservation();
    String stranger = scribe().get(foreign).ok(Observation.class).getSubject().getReference();
    String evaluate = "Consent/$evaluate-ai-use?";
    for (String rest : List.of("", "&purpose=nonsense", "&nonsense=1", "&at=1&resource=nonsense")) {
      for (String patient : List.of(stranger, "Patient/" + NOBODY)) {
        assertThat(practitioner().get(evaluate + "patient=" + patient + rest).status())
            .as(patient + rest)
            .isEqualTo(404);
      }
    }
    for (String used : List.of(foreign, "Observation/" + NOBODY)) {
      assertThat(
              practitioner()
                  .get(evaluate + "patient=Patient/anna&purpose=nonsense&resource=" + used)
                  .status())
          .isEqualTo(404);
    }
    assertThat(practitioner().get(evaluate + "patient=Patient/anna&purpose=nonsense").status())
        .isEqualTo(422);
  }
}
