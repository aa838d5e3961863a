package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.equipoise.server.TestContributions.acknowledge;
import static org.equipoise.server.TestContributions.call;
import static org.equipoise.server.TestContributions.vital;
import static org.equipoise.server.TestContributions.weight;
import static org.equipoise.server.TestContributions.words;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContributeTest extends ServerTest {

  private static final String PIA = "contribute-pia";
  private static final String CONTRIBUTE = "Patient/contribute-pia/$contribute";

  @BeforeEach
  void writePeople() {
    writeHousehold();
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String id : List.of(PIA, "contribute-paco", "contribute-racer", "contribute-waiter")) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily("Contributor");
      if (id.equals("contribute-paco")) {
        patient
            .addCommunication()
            .setPreferred(true)
            .getLanguage()
            .addCoding(new Coding("urn:ietf:bcp:47", "es-MX", null));
      }
      TestRecords.put(people, patient);
      TestRecords.put(people, TestRecords.careTeam(id, "contribute-doctor"));
    }
    for (String id : List.of("contribute-doctor", "contribute-stranger")) {
      Practitioner doctor = new Practitioner();
      doctor.setId(id);
      doctor.addName().setFamily("Reader");
      TestRecords.put(people, doctor);
    }
    RelatedPerson son =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/" + PIA));
    son.setId("contribute-pias-son");
    TestRecords.put(people, son);
    scribe().post("", people).ok(Bundle.class);
  }

  private Api as(String client) {
    return Api.as(
        server(),
        client,
        SECRET,
        client.endsWith("doctor") || client.endsWith("stranger")
            ? "user/*.cruds"
            : "patient/*.cruds");
  }

  private Api pia() {
    return as(PIA);
  }

  private Api doctor() {
    return as("contribute-doctor");
  }

  private static Bundle answers(Api.Answer answer) {
    return (Bundle) answer.ok(Parameters.class).getParameterFirstRep().getResource();
  }

  private static String status(BundleEntryComponent entry) {
    return entry.getResponse().getStatus().substring(0, 3);
  }

  private static List<String> statuses(Bundle bundle) {
    return bundle.getEntry().stream().map(ContributeTest::status).toList();
  }

  private static OperationOutcome.OperationOutcomeIssueComponent issue(BundleEntryComponent entry) {
    return ((OperationOutcome) entry.getResponse().getOutcome()).getIssueFirstRep();
  }

  private static String at(OperationOutcome.OperationOutcomeIssueComponent issue) {
    return issue.getExpression().get(0).getValue();
  }

  private static List<String> labels(Resource resource) {
    return resource.getMeta().getSecurity().stream().map(Coding::getCode).toList();
  }

  private static String ack(DomainResource resource) {
    return ((CodeableConcept)
            resource
                .getExtensionByUrl(Canonical.Extension.ACKNOWLEDGEMENT)
                .getExtensionByUrl("status")
                .getValue())
        .getCodingFirstRep()
        .getCode();
  }

  private static String id(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }

  private List<Provenance> provenances(Resource of) {
    return scribe().get("Provenance?target=" + id(of)).ok(Bundle.class).getEntry().stream()
        .map(entry -> (Provenance) entry.getResource())
        .toList();
  }

  private Observation contributed(Observation observation) {
    return (Observation)
        answers(pia().post(CONTRIBUTE, call(observation))).getEntryFirstRep().getResource();
  }

  // ---- each item for itself

  @Test
  void contribute_whenOneItemIsWrong_thenTheRestIsKeptInTheOrderGiven() {
    Observation inStones = vital("29463-7", "11", "stone");
    Observation withoutCode = weight().setCode(null);
    Parameters call =
        call(weight(), inStones, TestContributions.document("My diary"), withoutCode, weight());
    call.addParameter().setName("words").setValue(new StringType("It hurts."));

    Bundle answers = answers(pia().post(CONTRIBUTE, call));

    assertThat(answers.getType()).isEqualTo(Bundle.BundleType.BATCHRESPONSE);
    assertThat(statuses(answers)).containsExactly("201", "422", "201", "422", "201", "201");
    assertThat(at(issue(answers.getEntry().get(1))))
        .isEqualTo("Parameters.parameter[1].resource.valueQuantity.code");
    assertThat(issue(answers.getEntry().get(3)).getDiagnostics())
        .startsWith("Parameters.parameter[3].resource");
    for (int kept : new int[] {0, 2, 4, 5}) {
      Resource stored = answers.getEntry().get(kept).getResource();
      assertThat(doctor().get(id(stored)).status()).isEqualTo(200);
      assertThat(provenances(stored))
          .singleElement()
          .satisfies(
              told -> {
                assertThat(told.getAgentFirstRep().getWho().getReference())
                    .isEqualTo("Patient/" + PIA);
                assertThat(told.getAgentFirstRep().getType().getCodingFirstRep().getCode())
                    .isEqualTo("author");
                assertThat(told.getTargetFirstRep().getReference()).endsWith("/_history/1");
              });
    }
  }

  @Test
  void contribute_whenOnlyTheProfileFindsItWrong_thenTheRestIsKept() {
    Observation saysNothing = weight().setValue(null);

    Bundle answers = answers(pia().post(CONTRIBUTE, call(weight(), saysNothing, weight())));

    assertThat(statuses(answers)).containsExactly("201", "422", "201");
    assertThat(issue(answers.getEntry().get(1)).getDiagnostics())
        .startsWith("Parameters.parameter[1].resource: ")
        .contains("eq-obs-2");
    assertThat(provenances(answers.getEntry().get(2).getResource())).hasSize(1);
  }

  @Test
  void contribute_whenTypedIn_thenTheServerSetsWhoseWordItIs() {
    Observation weight = weight();
    weight.getMeta().addSecurity(Canonical.System.OBSERVATION_VALUE, "CLINAST", null);

    Observation stored = contributed(weight);

    assertThat(labels(stored)).containsExactly("PATAST");
    assertThat(stored.getMeta().getTag(Canonical.System.US_CORE_TAGS, "patient-supplied"))
        .isNotNull();
    assertThat(stored.getPerformerFirstRep().getReference()).isEqualTo("Patient/" + PIA);
    assertThat(stored.getCategoryFirstRep().getCodingFirstRep().getCode()).isEqualTo("vital-signs");
    assertThat(ack(stored)).isEqualTo("pending");
  }

  @Test
  void contribute_whenARepresentative_thenTheirWord() {
    Observation stored =
        (Observation)
            answers(as("contribute-pias-son").post(CONTRIBUTE, call(weight())))
                .getEntryFirstRep()
                .getResource();

    assertThat(labels(stored)).containsExactly("SDMAST");
    assertThat(stored.getPerformerFirstRep().getReference())
        .isEqualTo("RelatedPerson/contribute-pias-son");
    assertThat(provenances(stored).get(0).getAgentFirstRep().getOnBehalfOf().getReference())
        .isEqualTo("Patient/" + PIA);
  }

  // ---- words

  @Test
  void words_whenTheyComeWithWhiteSpace_thenKeptToTheLastByteAndInTheirLanguage() {
    String words = "  Me duele la cabeza \n\n\tdesde ayer…  👩🏽‍🦱 \u00a0é vs e\u0301 \n";

    DocumentReference stored =
        (DocumentReference)
            answers(pia().post(CONTRIBUTE, words(words, "es-MX"))).getEntryFirstRep().getResource();

    DocumentReference read = doctor().get(id(stored)).ok(DocumentReference.class);
    assertThat(read.getContentFirstRep().getAttachment().getData())
        .isEqualTo(words.getBytes(StandardCharsets.UTF_8));
    assertThat(read.getContentFirstRep().getAttachment().getLanguage()).isEqualTo("es-MX");
    assertThat(read.getLanguage()).isEqualTo("es-MX");
    assertThat(read.getContentFirstRep().getAttachment().getTitle())
        .isEqualTo("Mis propias palabras");
    assertThat(labels(read)).containsExactly("PATAST");
    assertThat(read.getAuthorFirstRep().getReference()).isEqualTo("Patient/" + PIA);
  }

  @Test
  void words_whenNoLanguageIsGiven_thenInThatOfThePatient() {
    DocumentReference stored =
        (DocumentReference)
            answers(
                    as("contribute-paco")
                        .post("Patient/contribute-paco/$contribute", words("Hola", null)))
                .getEntryFirstRep()
                .getResource();

    assertThat(stored.getContentFirstRep().getAttachment().getLanguage()).isEqualTo("es-MX");
  }

  @Test
  void words_whenTranslated_thenTheTranslationStandsBeside() {
    Resource words =
        answers(pia().post(CONTRIBUTE, words("Estoy mareada " + UUID.randomUUID(), "es")))
            .getEntryFirstRep()
            .getResource();
    DocumentReference translation = TestContributions.document("I feel dizzy " + UUID.randomUUID());
    translation
        .addRelatesTo()
        .setCode(DocumentReference.DocumentRelationshipType.TRANSFORMS)
        .setTarget(new Reference(id(words)));

    assertThat(statuses(answers(pia().post(CONTRIBUTE, call(translation))))).containsExactly("201");

    DocumentReference original = pia().get(id(words)).ok(DocumentReference.class);
    assertThat(original.getStatus().toCode()).isEqualTo("current");
    assertThat(original.getIdElement().getVersionIdPart()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({"'   ', en", "Words, not_a_language!"})
  void words_whenWrong_thenRefusedByName(String words, String language) {
    Bundle answers = answers(pia().post(CONTRIBUTE, words(words, language)));

    assertThat(statuses(answers)).containsExactly("422");
    assertThat(at(issue(answers.getEntryFirstRep()))).startsWith("Parameters.parameter[");
  }

  // ---- the same item twice

  @Test
  void contribute_whenSentTwice_thenOne() {
    Observation weight = weight();
    Observation again = weight.copy();
    again.getValueQuantity().setValue(again.getValueQuantity().getValue().setScale(3));
    DateTimeType elsewhere = again.getEffectiveDateTimeType().copy();
    elsewhere.setTimeZoneZulu(true);
    again.setEffective(elsewhere);

    Bundle first = answers(pia().post(CONTRIBUTE, call(weight, again)));
    Bundle second = answers(pia().post(CONTRIBUTE, call(again)));

    assertThat(statuses(first)).containsExactly("201", "200");
    assertThat(statuses(second)).containsExactly("200");
    assertThat(
            List.of(
                id(first.getEntry().get(1).getResource()),
                id(second.getEntryFirstRep().getResource())))
        .containsOnly(id(first.getEntryFirstRep().getResource()));
    assertThat(provenances(first.getEntryFirstRep().getResource())).hasSize(1);
  }

  @Test
  void contribute_whenSameIdentifier_thenOne() {
    String app = UUID.randomUUID().toString();
    Observation weight = weight();
    weight.addIdentifier().setSystem("urn:app").setValue(app);
    DocumentReference diary = TestContributions.document("Dear diary");
    diary.addIdentifier().setSystem("urn:app").setValue(app + "-diary");

    Bundle first = answers(pia().post(CONTRIBUTE, call(weight.copy(), diary.copy())));
    Bundle second = answers(pia().post(CONTRIBUTE, call(weight, diary)));

    assertThat(statuses(first)).containsExactly("201", "201");
    assertThat(statuses(second)).containsExactly("200", "200");
  }

  @Test
  void contribute_whenTheSameMomentSaysSomethingElse_thenNotDroppedInSilence() {
    Observation weight = weight();
    Observation other = weight.copy();
    other.getValueQuantity().setValue(75);
    Observation stored = contributed(weight);

    Bundle answers = answers(pia().post(CONTRIBUTE, call(other)));

    assertThat(statuses(answers)).containsExactly("409");
    assertThat(issue(answers.getEntryFirstRep()).getDiagnostics()).contains(id(stored));
  }

  @Test
  void contribute_whenRepeatedWithItsRequestId_thenTheFirstAnswer() {
    Parameters call = words("Only once", "en");
    call.addParameter().setName("requestId").setValue(new StringType(UUID.randomUUID().toString()));

    Bundle first = answers(pia().post(CONTRIBUTE, call));
    Api.Answer second = pia().post(CONTRIBUTE, call);

    assertThat(second.body()).contains("replayed");
    assertThat(id(answers(second).getEntryFirstRep().getResource()))
        .isEqualTo(id(first.getEntryFirstRep().getResource()));
  }

  @Test
  void contribute_whenCallsRace_thenOne() throws Exception {
    Observation weight = weight();
    weight.setSubject(new Reference("Patient/contribute-racer"));
    Api racer = as("contribute-racer");
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(
          () ->
              statuses(
                      answers(
                          racer.post("Patient/contribute-racer/$contribute", call(weight.copy()))))
                  .get(0));
      calls.add(() -> String.valueOf(racer.post("Observation", weight.copy()).status()));
    }

    List<String> statuses = atOnce(calls);

    assertThat(statuses).containsOnly("200", "201");
    assertThat(statuses).filteredOn("201"::equals).hasSize(1);
    Bundle found = racer.get("Observation?patient=contribute-racer&code=29463-7").ok(Bundle.class);
    assertThat(found.getTotal()).isEqualTo(1);
    assertThat(provenances(found.getEntryFirstRep().getResource())).hasSize(1);
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(calls.size());
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<T>> running = new ArrayList<>();
      for (Callable<T> call : calls) {
        running.add(
            pool.submit(
                () -> {
                  start.await();
                  return call.call();
                }));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  // ---- US Core's plain write

  @Test
  void post_whenAPatientsApp_thenTheSameAsContribute() {
    Observation weight = weight();
    weight.setSubject(new Reference("Patient/" + PIA));

    Api.Answer first = pia().post("Observation", weight.copy());
    Api.Answer second = pia().post("Observation", weight.copy());
    Bundle third = answers(pia().post(CONTRIBUTE, call(weight.copy())));

    assertThat(first.status()).isEqualTo(201);
    Observation stored = first.ok(Observation.class);
    assertThat(labels(stored)).containsExactly("PATAST");
    assertThat(ack(stored)).isEqualTo("pending");
    assertThat(stored.getIdentifierFirstRep().getSystem()).isEqualTo(Canonical.CONTRIBUTION);
    assertThat(provenances(stored)).hasSize(1);
    assertThat(second.status()).isEqualTo(200);
    assertThat(id(second.ok(Observation.class))).isEqualTo(id(stored));
    assertThat(statuses(third)).containsExactly("200");
    assertThat(id(third.getEntryFirstRep().getResource())).isEqualTo(id(stored));
  }

  @Test
  void post_whenInBundles_thenKnownAgainThereToo() {
    Observation weight = weight();
    weight.setSubject(new Reference("Patient/" + PIA));
    String stored = id(pia().post("Observation", weight.copy()).ok(Observation.class));
    for (Bundle.BundleType type : List.of(Bundle.BundleType.TRANSACTION, Bundle.BundleType.BATCH)) {
      Bundle bundle = new Bundle().setType(type);
      TestRecords.post(bundle, weight.copy());
      Observation other = weight();
      other.setSubject(new Reference("Patient/" + PIA));
      TestRecords.post(bundle, other);

      Bundle answer = pia().post("", bundle).ok(Bundle.class);

      assertThat(statuses(answer)).as(type.toCode()).containsExactly("200", "201");
      assertThat(answer.getEntryFirstRep().getResponse().getLocation()).contains(stored);
    }
  }

  @Test
  void post_whenOneTransactionHoldsItTwice_thenOneIsKeptAndTheOtherKnown() {
    Observation weight = weight();
    weight.setSubject(new Reference("Patient/" + PIA));
    DocumentReference note = TestContributions.document("Twice in one " + UUID.randomUUID());
    note.setSubject(new Reference("Patient/" + PIA));
    note.setStatus(org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus.CURRENT);
    note.addAuthor(new Reference("Patient/" + PIA));
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (int i = 0; i < 2; i++) {
      TestRecords.post(bundle, weight.copy());
      TestRecords.post(bundle, note.copy());
    }

    Bundle answer = pia().post("", bundle, "Prefer", "return=representation").ok(Bundle.class);

    assertThat(statuses(answer)).containsExactlyInAnyOrder("201", "201", "200", "200");
    assertThat(Api.json(answer)).doesNotContain("null");
    for (String type : List.of("Observation", "DocumentReference")) {
      assertThat(
              answer.getEntry().stream()
                  .map(entry -> entry.getResponse().getLocation())
                  .filter(location -> location.contains(type + "/"))
                  .map(location -> location.replaceFirst("/_history.*", ""))
                  .distinct())
          .as(type)
          .hasSize(1);
    }
    assertThat(pia().post("Observation", weight).status()).isEqualTo(200);
    assertThat(provenances((Resource) answer.getEntryFirstRep().getResource())).hasSize(1);
  }

  @Test
  void post_whenOneTransactionContradictsItself_thenRefusedAndNothingWritten() {
    Observation weight = weight();
    weight.setSubject(new Reference("Patient/" + PIA));
    Observation other = weight.copy();
    other.getValueQuantity().setValue(99);
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.post(bundle, weight.copy());
    TestRecords.post(bundle, other);

    Api.Answer answer = pia().post("", bundle);

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body()).contains("two items of this transaction say different things");
    assertThat(pia().post("Observation", weight).status()).isEqualTo(201);
  }

  @Test
  void put_whenAServiceCorrectsWhoseItIs_thenItWaitsWithThatPatientAlone() {
    Observation stored = contributed(weight());
    Observation moved = stored.copy();
    moved.setSubject(new Reference("Patient/contribute-paco"));
    moved.setPerformer(List.of(new Reference("Patient/contribute-paco")));
    Observation changedToo = moved.copy();
    changedToo.getValueQuantity().setValue(60);

    assertThat(scribe().put(changedToo).status()).isEqualTo(422);
    assertThat(scribe().put(moved).status()).isEqualTo(200);

    assertThat(ids(pia().get("Patient/" + PIA + "/$waiting?_count=500").ok(Bundle.class)))
        .doesNotContain(id(stored));
    assertThat(
            ids(
                as("contribute-paco")
                    .get("Patient/contribute-paco/$waiting?_count=500")
                    .ok(Bundle.class)))
        .contains(id(stored));
    assertThat(pia().get(id(stored)).status()).isEqualTo(404);
  }

  @Test
  void post_whenAServiceSendsWhatThePatientSupplied_thenTheSame() {
    Observation weight = weight();
    weight.setSubject(new Reference("Patient/" + PIA));
    weight.addPerformer(new Reference("Patient/" + PIA));
    weight.getMeta().addTag(Canonical.System.US_CORE_TAGS, "patient-supplied", null);

    Observation stored = scribe().post("Observation", weight.copy()).ok(Observation.class);

    assertThat(labels(stored)).containsExactly("PATAST");
    assertThat(provenances(stored)).hasSize(1);
    assertThat(scribe().post("Observation", weight.copy()).status()).isEqualTo(200);
    weight.setPerformer(null).setEffective(new DateTimeType("2026-01-01T00:00:00Z"));
    assertThat(scribe().post("Observation", weight).issue().getDiagnostics())
        .startsWith("Observation.performer");
  }

  @Test
  void post_whenAnAiSpeaksForThePatient_thenRefused() {
    Observation weight = weight();
    weight.setSubject(new Reference("Patient/" + PIA));
    weight.addPerformer(new Reference("Patient/" + PIA));
    weight.getMeta().addTag(Canonical.System.US_CORE_TAGS, "patient-supplied", null);

    Api.Answer answer =
        Api.as(server(), "ai-writer", SECRET, "system/*.cruds").post("Observation", weight);

    assertThat(answer.status()).isEqualTo(422);
  }

  @Test
  void put_whenThePatientMendsIt_thenItWaitsAgainAndBothVersionsAreTold() {
    Observation stored = contributed(weight());
    acknowledged(stored, "seen", null);
    Observation mended = pia().get(id(stored)).ok(Observation.class);
    mended.getValueQuantity().setValue(70);

    Observation after = pia().put(mended).ok(Observation.class);

    assertThat(ack(after)).isEqualTo("pending");
    assertThat(provenances(stored)).hasSize(3);
  }

  @Test
  void put_whenAClinicianOrServiceChangesIt_thenRefused() {
    Observation stored = contributed(weight());
    for (Api other : List.of(doctor(), scribe())) {
      Observation changed = stored.copy();
      changed.getValueQuantity().setValue(60);
      assertThat(other.put(changed).status()).isEqualTo(422);
      Observation looked = stored.copy();
      looked
          .getExtensionByUrl(Canonical.Extension.ACKNOWLEDGEMENT)
          .getExtensionByUrl("status")
          .setValue(new CodeableConcept(new Coding(Canonical.System.ACK_STATUS, "seen", null)));
      other.put(looked);
    }
    Observation now = pia().get(id(stored)).ok(Observation.class);
    assertThat(now.getValueQuantity().getValue()).isEqualByComparingTo("68.4");
    assertThat(ack(now)).isEqualTo("pending");
  }

  @Test
  void put_whenTakenBack_thenTheSameMayBeSentAnew() {
    Observation weight = weight();
    Observation stored = contributed(weight.copy());
    stored.setStatus(Observation.ObservationStatus.ENTEREDINERROR);

    assertThat(pia().put(stored).status()).isEqualTo(200);

    assertThat(statuses(answers(pia().post(CONTRIBUTE, call(weight))))).containsExactly("201");
  }

  @Test
  void delete_whenByThePatient_thenTheSameMayBeSentAnew() {
    Observation weight = weight();
    Observation stored = contributed(weight.copy());

    assertThat(pia().delete(id(stored)).status()).isEqualTo(200);

    assertThat(statuses(answers(pia().post(CONTRIBUTE, call(weight))))).containsExactly("201");
  }

  // ---- devices

  @Test
  void device_whenGiven_thenOneOfThePatientAndApartFromThePhone() {
    Device phone =
        scribe()
            .post(
                "Device",
                TestContributions.watch(UUID.randomUUID().toString())
                    .setPatient(new Reference("Patient/" + PIA)))
            .ok(Device.class);
    String serial = UUID.randomUUID().toString();
    Observation pulse = vital("8867-4", "61", "/min");
    pulse.addExtension(new Extension(Canonical.Extension.GATEWAY_DEVICE, new Reference(id(phone))));
    pulse.addCategory().addCoding().setSystem(Canonical.System.PHD_CATEGORY).setCode("phd");

    Bundle first = answers(pia().post(CONTRIBUTE, call(TestContributions.watch(serial), pulse)));
    Bundle second =
        answers(
            pia()
                .post(
                    CONTRIBUTE,
                    call(TestContributions.watch(serial), vital("8867-4", "62", "/min"))));

    Observation stored = (Observation) first.getEntryFirstRep().getResource();
    assertThat(labels(stored)).containsExactlyInAnyOrder("PATAST", "DEVRPT");
    assertThat(stored.getDevice().getReference())
        .isNotEqualTo(id(phone))
        .isEqualTo(
            ((Observation) second.getEntryFirstRep().getResource()).getDevice().getReference());
    Device watch = pia().get(stored.getDevice().getReference()).ok(Device.class);
    assertThat(watch.getPatient().getReference()).isEqualTo("Patient/" + PIA);
  }

  @Test
  void device_whenAnothers_thenLikeOneThatNeverWas() {
    Device pacos =
        scribe()
            .post(
                "Device",
                TestContributions.watch(UUID.randomUUID().toString())
                    .setPatient(new Reference("Patient/contribute-paco")))
            .ok(Device.class);
    List<String> answers = new ArrayList<>();
    for (String device : List.of(id(pacos), "Device/never-was")) {
      BundleEntryComponent entry =
          answers(pia().post(CONTRIBUTE, call(weight().setDevice(new Reference(device)), weight())))
              .getEntryFirstRep();
      assertThat(at(issue(entry))).isEqualTo("Parameters.parameter[0].resource.device");
      answers.add(status(entry) + issue(entry).getDiagnostics().replace(device, "?"));
    }
    assertThat(answers.get(0)).startsWith("422").isEqualTo(answers.get(1));
  }

  @Test
  void device_whenItIsAnAi_thenNotAPatientsToRegister() {
    Device ai = TestContributions.watch(UUID.randomUUID().toString());
    ai.setType(TestRecords.scribeDevice().getType());

    Bundle answers = answers(pia().post(CONTRIBUTE, call(ai, weight())));

    assertThat(statuses(answers)).containsExactly("422");
    assertThat(at(issue(answers.getEntryFirstRep())))
        .isEqualTo("Parameters.parameter[0].resource.type");
  }

  @Test
  void inference_whenOfAnAi_thenLabelledAndToldAndThePatientsOwn() {
    Observation rhythm = vital("80358-5", "1", "1");
    rhythm.setValue(new StringType("Atrial fibrillation likely"));
    rhythm.addCategory(
        new CodeableConcept(
            new Coding(Canonical.System.OBSERVATION_CATEGORY, "vital-signs", null)));
    rhythm.setDevice(new Reference(TestRecords.SCRIBE_DEVICE));

    Observation stored = contributed(rhythm);

    assertThat(labels(stored)).containsExactlyInAnyOrder("PATAST", "DEVRPT", "AIAST");
    assertThat(pia().get(id(stored)).status()).isEqualTo(200);
    Provenance told = provenances(stored).get(0);
    assertThat(told.getAgentFirstRep().getWho().getReference())
        .isEqualTo(TestRecords.SCRIBE_DEVICE);
    assertThat(told.getAgent().get(1).getType().getCodingFirstRep().getCode())
        .isEqualTo("informant");
    assertThat(told.getEntityFirstRep().getWhat().getReference()).isEqualTo(TestRecords.MODEL_CARD);
  }

  // ---- bad input

  @Test
  void value_whenImpossible_thenKeptAndBothSeeTheMark() {
    Bundle answers = answers(pia().post(CONTRIBUTE, call(vital("8867-4", "900", "/min"))));

    assertThat(statuses(answers)).containsExactly("201");
    assertThat(issue(answers.getEntryFirstRep()).getDiagnostics())
        .isEqualTo(
            "900 /min is not possible as heart rate. The value was kept as it was sent. Please check it.");
    for (Api reader : List.of(pia(), doctor())) {
      Observation read =
          reader.get(id(answers.getEntryFirstRep().getResource())).ok(Observation.class);
      assertThat(read.getValueQuantity().getValue()).isEqualByComparingTo("900");
      assertThat(read.getInterpretationFirstRep().getCodingFirstRep().getCode())
          .isEqualTo("impossible-value");
    }
  }

  @Test
  void time_whenToComeOrWithoutZone_thenRefusedByName() {
    Observation toCome =
        weight().setEffective(new DateTimeType(Date.from(Instant.now().plus(Duration.ofHours(1)))));
    String json =
        Api.json(call(weight(), toCome, weight()))
            .replaceFirst(
                "(\"effectiveDateTime\":\"[0-9T:.-]+?)(Z|[+-][0-9]{2}:[0-9]{2})\"", "$1\"");

    Api.Answer answer = pia().exchange("POST", CONTRIBUTE, "application/fhir+json", json);

    Bundle answers = answers(answer);
    assertThat(statuses(answers)).containsExactly("422", "422", "201");
    assertThat(issue(answers.getEntryFirstRep()).getDiagnostics()).contains("time zone");
    assertThat(at(issue(answers.getEntry().get(1))))
        .isEqualTo("Parameters.parameter[1].resource.effectiveDateTime");
  }

  @Test
  void contribute_whenOneItemIsNoFhir_thenTheRestIsKept() {
    String json =
        Api.json(call(weight(), weight(), weight()))
            .replaceFirst("\"effectiveDateTime\":\"[^\"]+\"", "\"effectiveDateTime\":\"yesterday\"")
            .replaceFirst("\"status\":\"final\"", "\"colour\":\"blue\"");

    Bundle answers = answers(pia().exchange("POST", CONTRIBUTE, "application/fhir+json", json));

    assertThat(statuses(answers)).containsExactly("400", "201", "201");
    assertThat(at(issue(answers.getEntryFirstRep()))).isEqualTo("Parameters.parameter[0]");
    String xml =
        FhirR4.context().newXmlParser().encodeResourceToString(words("\n  In XML too ", "en"));
    assertThat(statuses(answers(pia().exchange("POST", CONTRIBUTE, "application/fhir+xml", xml))))
        .containsExactly("201");
    for (String broken : List.of("{", "[]", "{\"resourceType\":\"Patient\"}", "")) {
      assertThat(pia().exchange("POST", CONTRIBUTE, "application/fhir+json", broken).status())
          .as(broken)
          .isEqualTo(400);
    }
  }

  @Test
  void contribute_whenMalformed_thenRefusedAsAWhole() {
    Parameters many =
        call(IntStream.range(0, 101).mapToObj(i -> weight()).toArray(Resource[]::new));
    Parameters unknown = call(weight());
    unknown.addParameter().setName("colour").setValue(new StringType("blue"));

    assertThat(pia().post(CONTRIBUTE, many).status()).isEqualTo(413);
    assertThat(pia().post(CONTRIBUTE, new Parameters()).status()).isEqualTo(400);
    assertThat(pia().post(CONTRIBUTE, unknown).issue().getDiagnostics()).contains("colour");
    assertThat(pia().post(CONTRIBUTE, new Patient()).status()).isEqualTo(400);
  }

  @Test
  void contribute_whenNotThePatient_thenNotTaken() {
    assertThat(pia().post("Patient/contribute-paco/$contribute", call(weight())).status())
        .isEqualTo(404);
    assertThat(doctor().post(CONTRIBUTE, call(weight())).status()).isEqualTo(403);
    assertThat(scribe().post(CONTRIBUTE, call(weight())).status()).isEqualTo(403);
    assertThat(anonymous().post(CONTRIBUTE, call(weight())).status()).isEqualTo(401);
    assertThat(
            Api.as(server(), PIA, SECRET, "patient/*.rs").post(CONTRIBUTE, call(weight())).status())
        .isEqualTo(403);
    Observation others = weight().setSubject(new Reference("Patient/contribute-paco"));
    assertThat(statuses(answers(pia().post(CONTRIBUTE, call(others))))).containsExactly("422");
  }

  // ---- somebody looks

  private Observation acknowledged(Resource contribution, String status, String note) {
    String version = doctor().get(id(contribution)).as(Observation.class).getMeta().getVersionId();
    return (Observation)
        doctor()
            .post(
                id(contribution) + "/$acknowledge",
                acknowledge(status, note),
                "If-Match",
                "W/\"" + version + "\"")
            .ok(Parameters.class)
            .getParameterFirstRep()
            .getResource();
  }

  @Test
  void acknowledge_whenAClinicianLooked_thenThePatientSeesWhoAndWhat() {
    Observation stored = contributed(weight());

    Observation looked = acknowledged(stored, "used-in-care", "Thank you, that helps.");

    assertThat(ack(looked)).isEqualTo("used-in-care");
    Extension seen =
        pia()
            .get(id(stored))
            .ok(Observation.class)
            .getExtensionByUrl(Canonical.Extension.ACKNOWLEDGEMENT);
    assertThat(((Reference) seen.getExtensionByUrl("by").getValue()).getReference())
        .isEqualTo("Practitioner/contribute-doctor");
    assertThat(seen.getExtensionByUrl("note").getValue().primitiveValue())
        .isEqualTo("Thank you, that helps.");
    Provenance told =
        provenances(stored).stream()
            .filter(one -> one.getActivity().hasCoding(Canonical.System.LIFECYCLE, "verify"))
            .findFirst()
            .orElseThrow();
    assertThat(told.getTargetFirstRep().getReference()).endsWith("/_history/2");
    assertThat(told.getAgentFirstRep().getWho().getReference())
        .isEqualTo("Practitioner/contribute-doctor");
    assertThat(told.getAgentFirstRep().hasOnBehalfOf()).isTrue();
  }

  @Test
  void acknowledge_whenOfWords_thenTheSame() {
    Resource words =
        answers(pia().post(CONTRIBUTE, words("Look at me " + UUID.randomUUID(), "en")))
            .getEntryFirstRep()
            .getResource();

    Parameters answer =
        doctor()
            .post(id(words) + "/$acknowledge", acknowledge("seen", null), "If-Match", "W/\"1\"")
            .ok(Parameters.class);

    assertThat(ack((DomainResource) answer.getParameterFirstRep().getResource())).isEqualTo("seen");
    assertThat(
            doctor()
                .get(
                    "DocumentReference?patient=contribute-pia&ack-status=seen&_id="
                        + words.getIdPart())
                .ok(Bundle.class)
                .getTotal())
        .isEqualTo(1);
  }

  @Test
  void acknowledge_whenNotAllowed_thenAPlainReason() {
    Observation stored = contributed(weight());
    String call = id(stored) + "/$acknowledge";
    String[] first = {"If-Match", "W/\"1\""};

    assertThat(pia().post(call, acknowledge("seen", null), first).status()).isEqualTo(403);
    assertThat(scribe().post(call, acknowledge("seen", null), first).status()).isEqualTo(403);
    assertThat(as("contribute-stranger").post(call, acknowledge("seen", null), first).status())
        .isEqualTo(404);
    assertThat(doctor().post(call, acknowledge("seen", null)).status()).isEqualTo(400);
    assertThat(doctor().post(call, acknowledge("pending", null), first).status()).isEqualTo(422);
    assertThat(doctor().post(call, acknowledge("adored", null), first).status()).isEqualTo(422);
    assertThat(doctor().post(call, acknowledge("not-usable", null), first).status()).isEqualTo(422);
    assertThat(doctor().post(call, new Parameters(), first).status()).isEqualTo(400);
    assertThat(doctor().post(call, acknowledge("seen", null), "If-Match", "W/\"9\"").status())
        .isEqualTo(412);
    assertThat(ack(pia().get(id(stored)).ok(Observation.class))).isEqualTo("pending");

    acknowledged(stored, "used-in-care", null);
    assertThat(doctor().post(call, acknowledge("seen", null), "If-Match", "W/\"2\"").status())
        .isEqualTo(422);
    acknowledged(stored, "not-usable", "The scale was broken.");
  }

  @Test
  void acknowledge_whenNobodyContributedIt_thenRefused() {
    Observation labs = new TestResources(PIA, "labs").observation("laboratory");
    String stored = id(scribe().post("Observation", labs).ok(Observation.class));

    assertThat(
            doctor()
                .post(stored + "/$acknowledge", acknowledge("seen", null), "If-Match", "W/\"1\"")
                .status())
        .isEqualTo(422);
  }

  @Test
  void acknowledge_whenTheyRace_thenOneIsTold() throws Exception {
    Observation stored = contributed(weight());
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(
          () ->
              doctor()
                  .post(
                      id(stored) + "/$acknowledge",
                      acknowledge("seen", null),
                      "If-Match",
                      "W/\"1\"")
                  .status());
    }

    assertThat(atOnce(calls)).containsOnly(200, 412).containsOnlyOnce(200);
  }

  // ---- what waits

  @Test
  void waiting_whenSomeWait_thenTheLongestWaitingFirstPageByPage() {
    Api waiter = as("contribute-waiter");
    String waiting = "Patient/contribute-waiter/$waiting";
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sent.add(
          id(
              answers(
                      waiter.post(
                          "Patient/contribute-waiter/$contribute",
                          i == 1 ? words("Am I seen? " + UUID.randomUUID(), "en") : call(weight())))
                  .getEntryFirstRep()
                  .getResource()));
    }

    Bundle first = waiter.get(waiting + "?_count=2").ok(Bundle.class);

    assertThat(first.getTotal()).isEqualTo(3);
    assertThat(ids(first)).containsExactlyElementsOf(sent.subList(0, 2));
    assertThat(
            ((OperationOutcome) first.getEntryFirstRep().getResource())
                .getIssueFirstRep()
                .getDiagnostics())
        .isEqualTo(
            "3 things that you sent wait for somebody to look at them. The oldest has waited less than an hour.");
    String next = first.getLink("next").getUrl().replaceFirst(".*/fhir/", "");
    assertThat(ids(waiter.get(next).ok(Bundle.class))).containsExactly(sent.get(2));

    acknowledged(doctor().get(sent.get(0)).ok(Observation.class), "seen", null);
    Observation taken = waiter.get(sent.get(2)).ok(Observation.class);
    taken.setStatus(Observation.ObservationStatus.ENTEREDINERROR);
    waiter.put(taken).ok(Observation.class);

    Bundle left = waiter.get(waiting + "?language=es").ok(Bundle.class);
    assertThat(ids(left)).containsExactly(sent.get(1));
    assertThat(left.getEntryFirstRep().getResource().getLanguage()).isEqualTo("es");
    assertThat(
            doctor()
                .get("Observation?patient=contribute-waiter&ack-status=pending&_sort=date")
                .ok(Bundle.class)
                .getTotal())
        .isEqualTo(1);
  }

  private static List<String> ids(Bundle page) {
    return page.getEntry().stream()
        .filter(entry -> entry.getSearch().getMode() == Bundle.SearchEntryMode.MATCH)
        .map(entry -> id(entry.getResource()))
        .toList();
  }

  @Test
  void waiting_whenAskedWrongly_thenAPlainReason() {
    assertThat(pia().get("Patient/contribute-paco/$waiting").status()).isEqualTo(404);
    assertThat(doctor().get("Patient/contribute-pia/$waiting").status()).isEqualTo(403);
    assertThat(pia().get("Patient/contribute-pia/$waiting?_count=0").status()).isEqualTo(400);
    assertThat(pia().get("Patient/contribute-pia/$waiting?colour=blue").status()).isEqualTo(400);
  }

  @Test
  void value_whenAPanelPart_thenStillAVitalSign() {
    Observation pressure = vital("85354-9", "1", "mm[Hg]");
    pressure.setValue(null);
    for (String[] part : new String[][] {{"8480-6", "120"}, {"8462-4", "80"}}) {
      pressure
          .addComponent()
          .setCode(
              new CodeableConcept(new Coding().setSystem(Canonical.System.LOINC).setCode(part[0])))
          .setValue(
              new Quantity()
                  .setValue(Integer.parseInt(part[1]))
                  .setSystem(Canonical.System.UCUM)
                  .setCode("mm[Hg]"));
    }

    assertThat(statuses(answers(pia().post(CONTRIBUTE, call(pressure))))).containsExactly("201");
  }
}
