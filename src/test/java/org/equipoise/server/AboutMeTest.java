package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A patient's statement about themselves, by every door. */
class AboutMeTest extends OperationTest {

  private static final String WORDS = "  Quiero seguir\n\tcuidando de *mis* nietos…  ";
  private static final String CURRENT =
      "DocumentReference?patient=about-eva&status=current&type="
          + Canonical.System.DOCUMENT_TYPE
          + "%7Cabout-me";

  @BeforeEach
  void people() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String id : List.of("about-eva", "about-kim")) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily("About");
      TestRecords.put(people, patient);
    }
    RelatedPerson son =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/about-eva"));
    son.setId("about-evas-son");
    son.addName().setText("Leo About");
    TestRecords.put(people, son);
    Practitioner doctor = new Practitioner();
    doctor.setId("about-doctor");
    TestRecords.put(people, doctor);
    TestRecords.put(people, TestRecords.careTeam("about-eva", "about-doctor"));
    scribe().post("", people).ok(Bundle.class);
  }

  private Api eva() {
    return Api.as(server(), "about-eva", SECRET, "patient/*.cruds");
  }

  private Api son() {
    return Api.as(server(), "about-evas-son", SECRET, "patient/*.cruds");
  }

  private Api doctor() {
    return Api.as(server(), "about-doctor", SECRET, "user/*.cruds");
  }

  private static Parameters words(String language, String code, String text) {
    Parameters body = TestCalls.with(new Parameters(), "language", new CodeType(language));
    part(body, code).addPart().setName("text").setValue(new StringType(text));
    return body;
  }

  private static ParametersParameterComponent part(Parameters body, String code) {
    ParametersParameterComponent part = body.addParameter().setName("part");
    part.addPart().setName("code").setValue(new CodeType(code));
    return part;
  }

  private static DocumentReference say(Api caller, Parameters body) {
    return returned(
            caller.post("Patient/about-eva/$about-me", body).ok(Parameters.class),
            DocumentReference.class)
        .get(0);
  }

  /** What an app that knows only FHIR would send. */
  private static DocumentReference plain(String text) {
    DocumentReference statement =
        new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT);
    statement.setType(
        new CodeableConcept()
            .addCoding(new Coding("http://loinc.org", "51855-5", null))
            .addCoding(new Coding(Canonical.System.DOCUMENT_TYPE, "about-me", null)));
    statement
        .addCategory()
        .addCoding()
        .setSystem(Canonical.System.US_CORE_DOCUMENT_CATEGORY)
        .setCode("clinical-note");
    statement.setSubject(new Reference("Patient/about-eva"));
    statement.addAuthor(new Reference("Patient/about-eva"));
    statement
        .addContent()
        .getAttachment()
        .setContentType("text/plain")
        .setLanguage("en")
        .setData(text.getBytes(StandardCharsets.UTF_8));
    return statement;
  }

  @Test
  void say_whenPatientSpeaks_thenTheirWordsAsTheyAreAndAllThatProgramsNeed() {
    Parameters body = words("es-MX", "what-matters", WORDS);
    ParametersParameterComponent speak = part(body, "how-to-speak-to-me");
    speak.addPart().setName("name").setValue(new StringType("Doña Eva"));
    speak.addPart().setName("pronouns").setValue(new StringType("ella"));
    ParametersParameterComponent languages = part(body, "language");
    languages.addPart().setName("language").setValue(new CodeType("nah"));
    languages.addPart().setName("language").setValue(new CodeType("es"));
    languages.addPart().setName("interpreter").setValue(new BooleanType(true));
    part(body, "who-decides-with-me")
        .addPart()
        .setName("person")
        .setValue(new Reference("RelatedPerson/about-evas-son"));

    DocumentReference said = say(eva(), body);

    DocumentReference seen = doctor().get(reference(said)).ok(DocumentReference.class);
    assertThat(
            seen.getExtensionsByUrl(Canonical.Extension.ABOUT_ME_PART)
                .get(0)
                .getExtensionByUrl("text")
                .getValue()
                .primitiveValue())
        .isEqualTo(WORDS);
    assertThat(language(seen)).isEqualTo("es-MX");
    assertThat(text(seen))
        .contains(
            WORDS, "Lo que me importa", "Doña Eva, ella", "Quiero un intérprete.", "Leo About");
    assertThat(seen.getAuthorFirstRep().getReference()).isEqualTo("Patient/about-eva");
    assertThat(seen.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, "PATAST"))
        .isNotNull();
    assertThat(seen.getDescription()).isEqualTo("Lo que quiero que sepan de mí");
  }

  @Test
  void say_whenInALanguageWithoutWordsOfOurs_thenNoForeignHeadingStandsBetween() {
    DocumentReference said = say(eva(), words("nah", "what-matters", "Nopilhuan"));

    assertThat(text(said)).isEqualTo("Nopilhuan");
  }

  @Test
  void say_whenSaidAnew_thenTheOldIsSupersededAndReadable() {
    DocumentReference first = say(eva(), words("en", "what-matters", "My garden"));
    DocumentReference second = say(eva(), words("en", "what-matters", "My garden and my cat"));

    assertThat(ids(search(DocumentReference.class, CURRENT))).containsExactly(reference(second));
    DocumentReference old = eva().get(reference(first)).ok(DocumentReference.class);
    assertThat(old.getStatus()).isEqualTo(DocumentReferenceStatus.SUPERSEDED);
    assertThat(text(old)).contains("My garden");
    assertThat(eva().get(reference(first) + "/_history/1").ok(DocumentReference.class).getStatus())
        .isEqualTo(DocumentReferenceStatus.CURRENT);
    assertThat(second.getRelatesToFirstRep().getCode())
        .isEqualTo(DocumentRelationshipType.REPLACES);
    assertThat(second.getRelatesToFirstRep().getTarget().getReference())
        .isEqualTo(reference(first));
  }

  @Test
  void say_whenTwoAtOnce_thenOneIsCurrentAndNoWordIsLost() throws Exception {
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String text = "At once " + i;
      Api eva = eva();
      calls.add(
          i % 2 == 0
              ? () ->
                  eva.post("Patient/about-eva/$about-me", words("en", "what-to-know", text))
                      .status()
              : () -> eva.post("DocumentReference", plain(text)).status());
    }
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      for (Future<Integer> answer : threads.invokeAll(calls)) {
        assertThat(answer.get()).isIn(200, 201);
      }
    } finally {
      threads.shutdown();
    }

    assertThat(search(DocumentReference.class, CURRENT)).hasSize(1);
    assertThat(
            search(
                DocumentReference.class,
                CURRENT.replace("status=current", "status=current,superseded")))
        .extracting(OperationTest::text)
        .anyMatch(text -> text.contains("At once 0"))
        .anyMatch(text -> text.contains("At once 5"));
  }

  @Test
  void say_whenRepresentative_thenInTheirOwnName() {
    DocumentReference said = say(son(), words("en", "what-to-know", "She hears badly on the left"));

    assertThat(said.getAuthorFirstRep().getReference()).isEqualTo("RelatedPerson/about-evas-son");
    assertThat(said.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, "SDMAST"))
        .isNotNull();
  }

  @Test
  void say_whenClinicianServiceOrStranger_thenRefused() {
    Parameters body = words("en", "what-matters", "Whatever the doctor thinks");
    assertRefused(
        403, () -> doctor().post("Patient/about-eva/$about-me", body), "only the patient");
    assertRefused(
        403, () -> scribe().post("Patient/about-eva/$about-me", body), "only the patient");
    Api kim = Api.as(server(), "about-kim", SECRET, "patient/*.cruds");
    assertRefused(404, () -> kim.post("Patient/about-eva/$about-me", body));
    assertRefused(403, () -> doctor().post("DocumentReference", plain("x")), "only the patient");
    assertRefused(403, () -> scribe().post("DocumentReference", plain("x")), "only the patient");
  }

  @Test
  void plainWrite_whenAnybodyElseChangesReplacesOrDeletesIt_thenRefused() {
    DocumentReference said = say(eva(), words("en", "what-matters", "My garden"));
    String stored = eva().get(reference(said)).body();
    for (Api other : List.of(doctor(), scribe())) {
      DocumentReference changed = said.copy();
      changed.setDescription("Difficult patient");
      assertRefused(403, () -> other.put(changed), "only the patient");
      DocumentReference retyped = said.copy();
      retyped.setType(new CodeableConcept(new Coding("http://loinc.org", "34109-9", "Note")));
      assertRefused(403, () -> other.put(retyped), "only the patient");
      assertRefused(403, () -> other.delete(reference(said)), "only the patient");
      assertRefused(
          403,
          () ->
              other.exchange(
                  "PATCH",
                  reference(said),
                  "application/json-patch+json",
                  "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"entered-in-error\"}]"),
          "only the patient");
      DocumentReference instead = plain("Better words");
      instead.setType(new CodeableConcept(new Coding("http://loinc.org", "34109-9", "Note")));
      instead.getAuthor().clear();
      instead
          .addRelatesTo()
          .setCode(DocumentRelationshipType.REPLACES)
          .setTarget(new Reference(reference(said)));
      assertRefused(422, () -> other.post("DocumentReference", instead), "they say anew");
    }
    assertThat(eva().get(reference(said)).body()).isEqualTo(stored);
  }

  @Test
  void plainWrite_whenPatientWritesIt_thenSameAsByTheOperation() {
    DocumentReference first = say(eva(), words("en", "what-matters", "My garden"));

    DocumentReference plain =
        eva().post("DocumentReference", plain("My own page")).ok(DocumentReference.class);

    assertThat(ids(search(DocumentReference.class, CURRENT))).containsExactly(reference(plain));
    assertThat(read(DocumentReference.class, reference(first)).getStatus())
        .isEqualTo(DocumentReferenceStatus.SUPERSEDED);
    assertThat(plain.getDescription()).isEqualTo("What I want you to know about me");
    assertThat(plain.hasDate()).isTrue();
    assertThat(plain.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, "PATAST"))
        .isNotNull();
    plain.getContentFirstRep().getAttachment().setData("Changed".getBytes(StandardCharsets.UTF_8));
    assertThat(eva().put(plain).status()).isEqualTo(200);
    assertThat(text(eva().get(reference(plain) + "/_history/1").ok(DocumentReference.class)))
        .isEqualTo("My own page");
    assertThat(eva().delete(reference(plain)).status()).isEqualTo(200);
  }

  @Test
  void plainWrite_whenItSpeaksAsSomebodyElseOrOfAnother_thenRefused() {
    DocumentReference asSon = plain("x");
    asSon.getAuthorFirstRep().setReference("RelatedPerson/about-evas-son");
    assertThat(eva().post("DocumentReference", asSon).status()).isEqualTo(403);
    DocumentReference asMother = plain("x");
    assertRefused(403, () -> son().post("DocumentReference", asMother), "author");
    DocumentReference ofKim = plain("x").setSubject(new Reference("Patient/about-kim"));
    assertThat(eva().post("DocumentReference", ofKim).status()).isIn(400, 403);
    DocumentReference byAi = plain("x");
    byAi.getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    assertThat(eva().post("DocumentReference", byAi).status()).isEqualTo(403);
  }

  @Test
  void plainWrite_whenTwoInOneTransaction_thenRefused() {
    Bundle both = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.post(both, plain("one"));
    TestRecords.post(both, plain("two"));

    assertRefused(422, () -> eva().post("", both), "not several");
  }

  @Test
  void say_whenInputIsBad_thenNamedAndNothingWritten() {
    Api eva = eva();
    String operation = "Patient/about-eva/$about-me";
    assertRefused(400, () -> eva.post(operation, new Parameters()), "name='language'");
    assertRefused(
        400,
        () -> eva.post(operation, TestCalls.with(new Parameters(), "language", new CodeType("en"))),
        "name='part'");
    assertRefused(422, () -> eva.post(operation, words("en", "star-sign", "Leo")), "name='code'");
    assertRefused(
        400, () -> eva.post(operation, words("en", "what-matters", "   ")), "name='text'");
    assertRefused(
        413,
        () -> eva.post(operation, words("en", "what-matters", "a".repeat(10_001))),
        "name='text'");
    Parameters misplaced = words("en", "what-matters", "x");
    misplaced.getParameter().get(1).addPart().setName("pronouns").setValue(new StringType("they"));
    assertRefused(422, () -> eva.post(operation, misplaced), "how-to-speak-to-me");
    Parameters twice = words("en", "what-matters", "x");
    part(twice, "what-matters").addPart().setName("text").setValue(new StringType("y"));
    assertRefused(422, () -> eva.post(operation, twice), "given twice");
    assertRefused(422, () -> eva.post(operation, words("xx-nonsense-1", "what-matters", "x")));
    Parameters stranger = words("en", "what-matters", "x");
    part(stranger, "who-decides-with-me")
        .addPart()
        .setName("person")
        .setValue(new Reference("RelatedPerson/annas-brother"));
    assertRefused(422, () -> eva.post(operation, stranger), "is not known");
  }

  private static List<String> ids(List<DocumentReference> documents) {
    return documents.stream().map(OperationTest::reference).toList();
  }
}
