package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.SmartLifecycle;

/** {@code $second-opinion}: who is asked, what they see and do not see, and their answer. */
class SecondOpinionTest extends OperationTest {

  private static final String OUTSIDE = "Practitioner/opinion-outside";
  private static final String TREATING = "Practitioner/opinion-treating";
  private static final String COLLEAGUE = "Practitioner/opinion-colleague";
  private static final String OTHER_AI = "Device/opinion-reader";

  /** An AI note about Pia, made from this transcript. */
  private String document;

  private String transcript;
  private String observation;

  @BeforeEach
  void people() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String id : List.of("opinion-pia", "opinion-quinn")) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily("Opinion");
      TestRecords.put(people, patient);
    }
    RelatedPerson son =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/opinion-pia"));
    son.setId("opinion-pias-son");
    TestRecords.put(people, son);
    for (String id :
        List.of("opinion-treating", "opinion-colleague", "opinion-outside", "opinion-stranger")) {
      Practitioner practitioner = new Practitioner();
      practitioner.setId(id);
      practitioner.addName().setFamily(id);
      TestRecords.put(people, practitioner);
    }
    for (String id : List.of("opinion-treating", "opinion-colleague")) {
      TestRecords.put(people, TestRecords.careTeam("opinion-pia", id));
    }
    Organization other = new Organization().setActive(true).setName("Other House");
    other.setId("opinion-other-house");
    TestRecords.put(people, other);
    role(people, "opinion-outside", "opinion-other-house");
    role(people, "opinion-colleague", "test-clinic");
    Device reader = TestRecords.scribeDevice();
    reader.setId("opinion-reader");
    reader.setManufacturer("Other Labs").getDeviceNameFirstRep().setName("SecondLook");
    reader.getIdentifierFirstRep().setValue("urn:uuid:6c0a6a52-7b0e-4a0d-9c55-0d4d5a5e6f77");
    TestRecords.put(people, reader);
    scribe().post("", people).ok(Bundle.class);
    permitDocumentation(pia(), "opinion-pia");

    DocumentReference heard = TestRecords.plainNote("opinion-pia");
    heard.getMeta().getSecurity().clear();
    heard.getAuthor().clear();
    heard.setDescription("What was said");
    transcript = reference(scribe().post("DocumentReference", heard).ok(DocumentReference.class));
    Bundle bundle = TestRecords.noteWithProvenance("opinion-pia");
    DocumentReference first = (DocumentReference) bundle.getEntry().get(0).getResource();
    first.getContext().addRelated(new Reference(transcript));
    first.addAuthor(new Reference(TREATING));
    Bundle written = scribe().post("", bundle).ok(Bundle.class);
    document =
        reference(
            new org.hl7.fhir.r4.model.IdType(
                written.getEntry().get(0).getResponse().getLocation()));
    Observation weight = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    weight.getCode().setText("weight");
    weight.setSubject(new Reference("Patient/opinion-pia"));
    observation = reference(scribe().post("Observation", weight).ok(Observation.class));
  }

  private static void role(Bundle people, String practitioner, String organization) {
    PractitionerRole role = new PractitionerRole().setActive(true);
    role.setId("role-" + practitioner);
    role.setPractitioner(new Reference("Practitioner/" + practitioner));
    role.setOrganization(new Reference("Organization/" + organization));
    TestRecords.put(people, role);
  }

  private Api pia() {
    return Api.as(server(), "opinion-pia", SECRET, "patient/*.cruds");
  }

  private Api doctor(String id) {
    return Api.as(server(), id, SECRET, "user/*.cruds");
  }

  private Api outside() {
    return doctor("opinion-outside");
  }

  private static Parameters asking(String... performers) {
    Parameters body = new Parameters();
    for (String performer : performers) {
      TestCalls.with(body, "performer", new Reference(performer));
    }
    return body;
  }

  private static Parameters with(Parameters body, String flag) {
    return TestCalls.with(body, flag, new BooleanType(true));
  }

  private Api.Answer ask(Api caller, Parameters body) {
    return caller.post(document + "/$second-opinion", body);
  }

  private static ServiceRequest request(Parameters answer) {
    return returned(answer, ServiceRequest.class).get(0);
  }

  private static Consent consent(Parameters answer) {
    return (Consent) answer.getParameter("shareConsent").getResource();
  }

  private DocumentReference answerTo(ServiceRequest request, String author) {
    DocumentReference answer = new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT);
    answer.setType(
        new CodeableConcept()
            .addCoding(new Coding("http://loinc.org", "11488-4", null))
            .addCoding(new Coding(Canonical.System.DOCUMENT_TYPE, "second-opinion-note", null)));
    answer
        .addCategory()
        .addCoding()
        .setSystem(Canonical.System.US_CORE_DOCUMENT_CATEGORY)
        .setCode("clinical-note");
    answer.setSubject(new Reference("Patient/opinion-pia")).setDate(new java.util.Date());
    answer.addAuthor(new Reference(author)).setDescription("Second opinion: disagrees");
    answer.setCustodian(new Reference(TestRecords.CLINIC));
    answer
        .addRelatesTo()
        .setCode(DocumentRelationshipType.APPENDS)
        .setTarget(new Reference(document));
    answer.getContext().addRelated(new Reference(reference(request)));
    answer.addExtension(
        new Extension(
            Canonical.Extension.AGREEMENT,
            new CodeableConcept(new Coding(Canonical.System.AGREEMENT, "disagrees", null))
                .setText("I would look again.")));
    answer
        .addContent()
        .getAttachment()
        .setContentType("text/plain")
        .setLanguage("en")
        .setData("I would look again.".getBytes(StandardCharsets.UTF_8));
    return answer;
  }

  private Api.Answer answer(Api caller, ServiceRequest request, String author) {
    return caller.post("DocumentReference", answerTo(request, author));
  }

  // ---- asking

  @Test
  void ask_whenPatientAsks_thenWhoIsAskedReadsWhatIsShownAndNothingElse() {
    assertThat(outside().get(document).status()).isEqualTo(404);

    Parameters answer = ask(pia(), asking(OUTSIDE)).ok(Parameters.class);

    ServiceRequest request = request(answer);
    assertThat(request.getStatus()).isEqualTo(ServiceRequestStatus.ACTIVE);
    assertThat(request.getCode().getText()).isEqualTo("Is this document right?");
    Consent consent = consent(answer);
    assertThat(consent.getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(consent.getPerformerFirstRep().getReference()).isEqualTo("Patient/opinion-pia");
    assertThat(consent.getProvision().getData())
        .extracting(data -> data.getReference().getReference())
        .containsExactlyInAnyOrder(reference(request), document, transcript);
    for (String shown : List.of(document, transcript, reference(request))) {
      String call = UUID.randomUUID().toString();
      assertThat(
              outside()
                  .exchange("GET", shown, "application/fhir+json", null, "X-Request-Id", call)
                  .status())
          .as(shown)
          .isEqualTo(200);
      assertThat(new AccessRows(jdbc).of(call))
          .as("told to the patient, with the ground")
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.patient()).isEqualTo("opinion-pia");
                assertThat(event.ground()).isEqualTo("ASKED");
              });
      assertThat(doctor("opinion-stranger").get(shown).status()).as(shown).isEqualTo(404);
    }
    assertThat(
            outside()
                .get(
                    "ServiceRequest?performer="
                        + OUTSIDE
                        + "&category="
                        + Canonical.System.TASK
                        + "%7Csecond-opinion")
                .ok(Bundle.class)
                .getEntry())
        .extracting(entry -> reference(entry.getResource()))
        .contains(reference(request));
    for (String closed :
        List.of(
            observation, "Patient/opinion-pia", reference(consent), document + "/_history/99")) {
      assertThat(outside().get(closed).status()).as(closed).isEqualTo(404);
    }
    for (String search :
        List.of(
            "DocumentReference?patient=opinion-pia",
            "DocumentReference?_id=" + document.substring(document.indexOf('/') + 1),
            "Observation?patient=opinion-pia",
            "ServiceRequest?patient=opinion-pia",
            "Patient?_id=opinion-pia")) {
      assertThat(outside().get(search).ok(Bundle.class).getTotal()).as(search).isZero();
    }
    assertThat(outside().get("Patient/opinion-pia/$everything").status()).isEqualTo(404);
    assertThat(outside().get(document + "/$ai-transparency").status()).isIn(200, 404);
    DocumentReference changed = outside().get(document).ok(DocumentReference.class);
    changed.setDescription("changed");
    assertThat(outside().put(changed).status()).isIn(403, 404);
    assertThat(outside().delete(document).status()).isIn(403, 404);
  }

  @Test
  void ask_whenMoreIsShared_thenThatToo() {
    ask(pia(), TestCalls.with(asking(OUTSIDE), "share", new Reference(observation)))
        .ok(Parameters.class);

    assertThat(outside().get(observation).status()).isEqualTo(200);
    assertRefused(
        422,
        () ->
            ask(
                pia(),
                TestCalls.with(asking(OUTSIDE), "share", new Reference("Patient/opinion-quinn"))),
        "not known");
  }

  @Test
  void ask_whenNotIndependent_thenRefusedWithTheReason() {
    assertRefused(422, () -> ask(pia(), asking(TREATING)), "they wrote the document");
    assertRefused(
        422,
        () -> ask(pia(), with(asking(COLLEAGUE), "differentOrganization")),
        "they work for an organization that made the document");
    assertRefused(
        422,
        () -> ask(pia(), with(asking("Practitioner/opinion-stranger"), "differentOrganization")),
        "nobody knows which organization");
    assertRefused(422, () -> ask(pia(), asking(OTHER_AI)), "an AI may not be asked");
    assertRefused(
        422, () -> ask(pia(), with(asking(TestRecords.SCRIBE_DEVICE), "ai")), "the same maker");
    assertThat(ask(pia(), with(asking(OUTSIDE), "differentOrganization")).status()).isEqualTo(200);
    assertThat(ask(pia(), with(asking(OTHER_AI), "ai")).status()).isEqualTo(200);
    assertRefused(422, () -> ask(pia(), asking("Practitioner/nobody-at-all")), "nobody who can");
  }

  @Test
  void ask_whenCheckedBySomebody_thenTheyAreNotAskedAboutItNorAboutTheCorrectedText() {
    Api colleague = doctor("opinion-colleague");
    Parameters review = TestCalls.with(new Parameters(), "decision", new CodeType("attest"));
    colleague.post(document + "/$review", review, "If-Match", "W/\"1\"").ok(Parameters.class);

    assertRefused(422, () -> ask(pia(), asking(COLLEAGUE)), "they checked or signed");
    assertRefused(
        422,
        () -> ask(pia(), asking("PractitionerRole/role-opinion-colleague")),
        "checked or signed");
  }

  @Test
  void ask_whenClinicianAsks_thenItWaitsForThePatientsYes() {
    Api.Answer proposed = ask(doctor("opinion-treating"), asking(OUTSIDE));

    assertThat(proposed.status()).isEqualTo(202);
    Parameters answer = proposed.ok(Parameters.class);
    assertThat(request(answer).getStatus()).isEqualTo(ServiceRequestStatus.DRAFT);
    assertThat(consent(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(told(answer)).anySatisfy(told -> assertThat(told).contains("patient's yes"));
    assertThat(outside().get(document).status()).isEqualTo(404);
    Parameters yes =
        TestCalls.with(new Parameters(), "request", new Reference(reference(request(answer))));
    assertRefused(403, () -> ask(doctor("opinion-treating"), yes), "patient says yes");

    Parameters agreed = ask(pia(), yes).ok(Parameters.class);

    assertThat(request(agreed).getStatus()).isEqualTo(ServiceRequestStatus.ACTIVE);
    assertThat(consent(agreed).getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(outside().get(document).status()).isEqualTo(200);
    assertRefused(409, () -> ask(pia(), yes), "does not wait");
  }

  @Test
  void ask_whenSomebodyElseAsks_thenRefused() {
    assertRefused(403, () -> ask(scribe(), asking(OUTSIDE)));
    Api quinn = Api.as(server(), "opinion-quinn", SECRET, "patient/*.cruds");
    assertRefused(404, () -> ask(quinn, asking(OUTSIDE)));
    assertRefused(404, () -> ask(doctor("opinion-stranger"), asking(OUTSIDE)));
    assertThat(
            ask(Api.as(server(), "opinion-pias-son", SECRET, "patient/*.cruds"), asking(OUTSIDE))
                .status())
        .isEqualTo(200);
  }

  @Test
  void ask_whenInputIsBad_thenNamed() {
    assertRefused(400, () -> ask(pia(), asking("Organization/test-clinic")), "name='performer'");
    assertRefused(
        400,
        () -> ask(pia(), TestCalls.with(new Parameters(), "star-sign", new StringType("Leo"))),
        "star-sign");
    assertRefused(
        413,
        () ->
            ask(
                pia(),
                TestCalls.with(asking(OUTSIDE), "question", new StringType("a".repeat(2001)))),
        "name='question'");
    String past = LocalDate.now(ZoneOffset.UTC).minusDays(1).toString();
    assertRefused(
        422,
        () -> ask(pia(), TestCalls.with(asking(OUTSIDE), "expires", new DateType(past))),
        "name='expires'");
  }

  @Test
  void ask_whenADocumentHoldsABinary_thenItIsShownUnlessAnotherDocumentHoldsItToo() {
    String alone = binary();
    String twice = binary();
    DocumentReference shared = TestRecords.plainNote("opinion-pia");
    shared.getContentFirstRep().getAttachment().setData(null).setUrl(alone);
    shared.addContent().getAttachment().setContentType("text/plain").setUrl(twice);
    DocumentReference other = TestRecords.plainNote("opinion-pia");
    other.getContentFirstRep().getAttachment().setData(null).setUrl(twice);
    scribe().post("DocumentReference", other).ok(DocumentReference.class);
    String first =
        reference(scribe().post("DocumentReference", shared).ok(DocumentReference.class));
    assertThat(outside().get(alone).status()).isEqualTo(404);

    pia().post(first + "/$second-opinion", asking(OUTSIDE)).ok(Parameters.class);

    assertThat(outside().get(alone).status()).isEqualTo(200);
    assertThat(outside().get(twice).status()).isEqualTo(404);
  }

  private String binary() {
    Binary binary = new Binary().setContentType("text/plain");
    binary.setData("The scan".getBytes(StandardCharsets.UTF_8));
    return reference(scribe().post("Binary", binary).ok(Binary.class));
  }

  // ---- blinding

  @Test
  void blinded_whenOutsideTheCareTeam_thenInputsAndNotTheDocumentByAnyDoor() {
    pia().post(document + "/$attach-explanation", TestCalls.generate("en"));
    scribe().post(document + "/$attach-explanation", TestCalls.generate("en")).ok(Parameters.class);
    ServiceRequest request =
        request(ask(pia(), with(asking(OUTSIDE), "blinded")).ok(Parameters.class));

    assertThat(outside().get(transcript).status()).isEqualTo(200);
    assertHidden(outside(), request);
    DocumentReference answer = answer(outside(), request, OUTSIDE).ok(DocumentReference.class);
    assertThat(outside().get(reference(answer)).status()).isEqualTo(200);
  }

  @Test
  void blinded_whenTheyTreatThePatient_thenHiddenFromThemTooUntilTheyAnswer() {
    scribe().post(document + "/$attach-explanation", TestCalls.generate("en")).ok(Parameters.class);
    Api colleague = doctor("opinion-colleague");
    assertThat(colleague.get(document).status()).isEqualTo(200);

    ServiceRequest request =
        request(ask(pia(), with(asking(COLLEAGUE), "blinded")).ok(Parameters.class));

    assertHidden(colleague, request);
    assertThat(doctor("opinion-treating").get(document).status()).isEqualTo(200);
    assertThat(pia().get(document).status()).isEqualTo(200);
    DocumentReference answer = answer(colleague, request, COLLEAGUE).ok(DocumentReference.class);
    assertThat(colleague.get(document).status()).isEqualTo(200);
    assertThat(colleague.get(reference(answer)).status()).isEqualTo(200);
  }

  private void assertHidden(Api asked, ServiceRequest request) {
    String id = document.substring(document.indexOf('/') + 1);
    for (String path : List.of(document, document + "/_history/1", document + "/_history")) {
      assertThat(asked.get(path).status()).as(path).isEqualTo(404);
    }
    assertThat(asked.get(document + "/$ai-transparency").status()).isEqualTo(404);
    for (String search :
        List.of(
            "DocumentReference?_id=" + id,
            "DocumentReference?patient=opinion-pia&_count=500",
            "DocumentReference?relatesto=" + document,
            "DocumentReference?patient=opinion-pia&_include=*&_count=500",
            "Provenance?target=" + document,
            "Patient?_id=opinion-pia&_revinclude=*",
            "ServiceRequest?patient=opinion-pia&_include=*")) {
      Api.Answer found = asked.get(search);
      if (found.status() == 200) {
        assertThat(
                found.ok(Bundle.class).getEntry().stream()
                    .map(entry -> entry.getResource())
                    .filter(one -> !(one instanceof ServiceRequest))
                    .map(SecondOpinionTest::json))
            .as(search)
            .noneMatch(text -> text.contains(id));
      } else {
        assertThat(found.status()).as(search + found.body()).isIn(403, 404);
      }
    }
    assertThat(asked.get("Patient/opinion-pia/$everything?_count=500").body())
        .doesNotContain("\"fullUrl\":\"" + server() + "/fhir/" + document + "\"");
    assertThat(asked.get(reference(request)).status()).isEqualTo(200);
  }

  private static String json(Resource resource) {
    return Api.json(resource);
  }

  @Test
  void blinded_whenNoAiWroteTheDocument_thenHiddenToo() {
    Api colleague = doctor("opinion-colleague");
    assertThat(colleague.get(transcript).status()).isEqualTo(200);

    pia()
        .post(transcript + "/$second-opinion", with(asking(COLLEAGUE), "blinded"))
        .ok(Parameters.class);

    for (String path : List.of(transcript, transcript + "/_history/1", transcript + "/_history")) {
      assertThat(colleague.get(path).status()).as(path).isEqualTo(404);
    }
    assertThat(
            colleague
                .get("DocumentReference?patient=opinion-pia&_count=500")
                .ok(Bundle.class)
                .getEntry())
        .extracting(entry -> reference(entry.getResource()))
        // The note was made from the transcript, and tells what it says.
        .doesNotContain(transcript, document);
    assertThat(doctor("opinion-treating").get(transcript).status()).isEqualTo(200);
  }

  @Test
  void blinded_whenTheDocumentIsSharedBesides_thenRefused() {
    assertRefused(
        422,
        () ->
            ask(
                pia(),
                TestCalls.with(with(asking(OUTSIDE), "blinded"), "share", new Reference(document))),
        "judge without it");
  }

  @Test
  void blinded_whenNoAiWroteIt_thenNothingTellsOfItUntilTheyAnswer() {
    Api colleague = doctor("opinion-colleague");
    Binary text = new Binary().setContentType("text/plain");
    text.setData("It is the knee".getBytes(StandardCharsets.UTF_8));
    text.setSecurityContext(new Reference("Patient/opinion-pia"));
    String binary = reference(scribe().post("Binary", text).ok(Binary.class));
    DocumentReference letter = letter(binary);
    DocumentReference old = scribe().post("DocumentReference", letter).ok(DocumentReference.class);
    letter
        .addRelatesTo()
        .setCode(DocumentRelationshipType.REPLACES)
        .setTarget(new Reference(reference(old)));
    String current =
        reference(scribe().post("DocumentReference", letter).ok(DocumentReference.class));
    Provenance story = new Provenance().setRecorded(new java.util.Date());
    story.addExtension(
        new Extension(
            Canonical.Extension.PROVENANCE_PATIENT, new Reference("Patient/opinion-pia")));
    story.addTarget(new Reference(current));
    story.addAgent().setWho(new Reference(TREATING));
    String told = reference(scribe().post("Provenance", story).ok(Provenance.class));
    DocumentReference comment = letter(null);
    comment
        .addRelatesTo()
        .setCode(DocumentRelationshipType.APPENDS)
        .setTarget(new Reference(current));
    String commented =
        reference(scribe().post("DocumentReference", comment).ok(DocumentReference.class));
    List<String> all = List.of(current, reference(old), told, commented);
    for (String one : all) {
      assertThat(colleague.get(one).status()).as(one).isEqualTo(200);
    }

    ServiceRequest request =
        request(
            pia()
                .post(current + "/$second-opinion", with(asking(COLLEAGUE), "blinded"))
                .ok(Parameters.class));

    for (String one : all) {
      assertThat(colleague.get(one).status()).as(one).isEqualTo(404);
    }
    assertThat(colleague.get(binary).status()).isEqualTo(404);
    assertThat(colleague.get("Provenance?target=" + current).ok(Bundle.class).getEntry()).isEmpty();
    assertThat(
            colleague
                .get("DocumentReference?patient=opinion-pia&_count=500")
                .ok(Bundle.class)
                .getEntry())
        .extracting(entry -> reference(entry.getResource()))
        .doesNotContain(current, reference(old), commented);
    assertThat(doctor("opinion-treating").get(told).status()).isEqualTo(200);

    DocumentReference answer = answerTo(request, COLLEAGUE);
    answer.getRelatesToFirstRep().setTarget(new Reference(current));
    colleague.post("DocumentReference", answer).ok(DocumentReference.class);
    for (String one : all) {
      assertThat(colleague.get(one).status()).as(one).isEqualTo(200);
    }
  }

  private static DocumentReference letter(String binary) {
    DocumentReference letter = new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT);
    letter.getType().addCoding().setSystem("http://loinc.org").setCode("34109-9");
    letter
        .addCategory()
        .addCoding()
        .setSystem(Canonical.System.US_CORE_DOCUMENT_CATEGORY)
        .setCode("clinical-note");
    letter.setSubject(new Reference("Patient/opinion-pia")).setDate(new java.util.Date());
    letter.addAuthor(new Reference(TREATING));
    letter.addContent().getAttachment().setContentType("text/plain");
    if (binary == null) {
      letter
          .getContentFirstRep()
          .getAttachment()
          .setData("I say so too".getBytes(StandardCharsets.UTF_8));
    } else {
      letter.getContentFirstRep().getAttachment().setUrl(binary);
    }
    return letter;
  }

  @Test
  void share_whenTheDocumentWasCorrectedBefore_thenTheOlderVersionIsNotShown() throws Exception {
    DocumentReference corrected = read(DocumentReference.class, document);
    corrected.setDescription("Corrected");
    corrected = scribe().put(corrected).ok(DocumentReference.class);
    String before = corrected.getMeta().getVersionId();
    // The moment of the consent is kept to the second.
    Thread.sleep(1_100);
    ask(pia(), asking(OUTSIDE)).ok(Parameters.class);

    assertThat(outside().get(document).status()).isEqualTo(200);
    assertThat(outside().get(document + "/_history/" + before).status()).isEqualTo(200);
    assertThat(outside().get(document + "/_history/1").status()).isEqualTo(404);
    Api.Answer history = outside().get(document + "/_history");
    assertThat(history.body()).doesNotContain("/_history/1\"");
    assertThat(pia().get(document + "/_history/1").status()).isEqualTo(200);
    Thread.sleep(1_100);
    DocumentReference later = read(DocumentReference.class, document);
    later.setDescription("Corrected again");
    scribe().put(later).ok(DocumentReference.class);
    assertThat(outside().get(document + "/_history/" + before).status()).isEqualTo(200);
  }

  @Test
  void rebuild_whenTheTablesAreLost_thenFoundOutAnewFromTheRecord() {
    Api colleague = doctor("opinion-colleague");
    ServiceRequest blinded =
        request(ask(pia(), with(asking(COLLEAGUE), "blinded")).ok(Parameters.class));
    ServiceRequest open = request(ask(pia(), asking(OUTSIDE)).ok(Parameters.class));
    ServiceRequest answered = request(ask(pia(), asking(OUTSIDE)).ok(Parameters.class));
    DocumentReference answer = answer(outside(), answered, OUTSIDE).ok(DocumentReference.class);
    jdbc.update("delete from eqp_second_opinion");
    jdbc.update("delete from eqp_second_opinion_share");
    jdbc.update("delete from eqp_second_opinion_answer");
    assertThat(outside().get(document).status()).isEqualTo(404);
    assertThat(colleague.get(document).status()).isEqualTo(200);

    bean("opinionRebuild", SmartLifecycle.class).start();

    assertThat(outside().get(document).status()).isEqualTo(200);
    assertThat(outside().get(reference(open)).status()).isEqualTo(200);
    assertThat(outside().get(reference(answer)).status()).isEqualTo(200);
    assertThat(colleague.get(document).status()).isEqualTo(404);
    assertThat(answer(outside(), answered, OUTSIDE).status()).isIn(403, 409);
    answer(colleague, blinded, COLLEAGUE).ok(DocumentReference.class);
  }

  @Test
  void note_whenNeitherAskingNorAsked_thenRefused() {
    ServiceRequest request = request(ask(pia(), asking(COLLEAGUE)).ok(Parameters.class));
    ServiceRequest noted = read(ServiceRequest.class, reference(request));
    noted.addNote().setText("Do not trouble yourself with this");

    assertRefused(403, () -> doctor("opinion-treating").put(noted), "ServiceRequest.note");
    doctor("opinion-colleague").put(noted).ok(ServiceRequest.class);
  }

  // ---- taking back

  @Test
  void withdraw_whenThePatientEndsTheRequestWhereTheyAskedIt_thenRequestAndConsentEnd() {
    Parameters asked = ask(pia(), asking(OUTSIDE)).ok(Parameters.class);
    Parameters end = new Parameters();
    TestCalls.with(end, "withdraw", new Reference(reference(request(asked))));

    assertRefused(403, () -> ask(doctor("opinion-treating"), end.copy()), "ended by the patient");
    Parameters ended = ask(pia(), end.copy()).ok(Parameters.class);

    assertThat(request(ended).getStatus()).isEqualTo(ServiceRequestStatus.REVOKED);
    assertThat(consent(ended).getStatus()).isEqualTo(ConsentState.INACTIVE);
    assertThat(Api.json(ended)).contains("Your request has ended");
    assertThat(outside().get(document).status()).isEqualTo(404);
    assertThat(read(Consent.class, reference(consent(asked))).getStatus())
        .isEqualTo(ConsentState.INACTIVE);
    assertThat(answer(outside(), request(asked), OUTSIDE).status()).isIn(403, 422);
    assertRefused(409, () -> ask(pia(), end.copy()), "open no more");
    ServiceRequest nobody = request(ask(pia(), new Parameters()).ok(Parameters.class));
    assertThat(
            request(
                    ask(
                            pia(),
                            TestCalls.with(
                                new Parameters(), "withdraw", new Reference(reference(nobody))))
                        .ok(Parameters.class))
                .getStatus())
        .isEqualTo(ServiceRequestStatus.REVOKED);
  }

  @Test
  void withdraw_whenAClinicianProposedIt_thenThePatientSaysNo() {
    Parameters proposed = ask(doctor("opinion-treating"), asking(OUTSIDE)).ok(Parameters.class);
    Parameters no =
        TestCalls.with(new Parameters(), "withdraw", new Reference(reference(request(proposed))));

    Parameters ended = ask(pia(), no).ok(Parameters.class);

    assertThat(request(ended).getStatus()).isEqualTo(ServiceRequestStatus.REVOKED);
    assertThat(consent(ended).getStatus()).isEqualTo(ConsentState.REJECTED);
  }

  @Test
  void answer_whenTheShareHasEnded_then422() {
    ServiceRequest request = request(ask(pia(), asking(COLLEAGUE)).ok(Parameters.class));
    jdbc.update(
        "update eqp_second_opinion_share set ends_at = ? where request_id = ?",
        java.sql.Timestamp.from(java.time.Instant.now().minusSeconds(1)),
        request.getIdElement().getIdPart());

    assertRefused(
        422,
        () -> answer(doctor("opinion-colleague"), request, COLLEAGUE),
        "consent to this second opinion has ended");
  }

  @Test
  void story_whenNobodyHasAnswered_thenItTellsWhoWasAsked() {
    ask(pia(), asking(OUTSIDE)).ok(Parameters.class);
    ask(doctor("opinion-treating"), asking("Practitioner/opinion-stranger")).ok(Parameters.class);

    String story = pia().get(document + "/$ai-transparency").body();

    assertThat(story)
        .contains("was asked for a second opinion")
        .contains("No answer has come yet")
        .contains("This waits for a yes from you");
  }

  @Test
  void withdraw_whenPatientTakesItBack_thenAtOnceNothingIsRead() {
    Parameters answer =
        ask(pia(), TestCalls.with(asking(OUTSIDE), "share", new Reference(observation)))
            .ok(Parameters.class);
    assertThat(outside().get(observation).status()).isEqualTo(200);

    Parameters withdrawn =
        pia()
            .post(reference(consent(answer)) + "/$withdraw-consent", new Parameters())
            .ok(Parameters.class);

    assertThat(returned(withdrawn, Consent.class).get(0).getStatus())
        .isEqualTo(ConsentState.INACTIVE);
    for (String shown : List.of(document, transcript, observation, reference(request(answer)))) {
      assertThat(outside().get(shown).status()).as(shown).isEqualTo(404);
    }
    assertThat(read(ServiceRequest.class, reference(request(answer))).getStatus())
        .isEqualTo(ServiceRequestStatus.REVOKED);
    assertThat(answer(outside(), request(answer), OUTSIDE).status()).isIn(400, 403, 422);
  }

  @Test
  void withdraw_whenAnsweredAlready_thenNotEvenTheirOwnAnswer() {
    Parameters asked = ask(pia(), asking(OUTSIDE)).ok(Parameters.class);
    DocumentReference answer =
        answer(outside(), request(asked), OUTSIDE).ok(DocumentReference.class);
    assertThat(outside().get(reference(answer)).status()).isEqualTo(200);

    pia()
        .post(reference(consent(asked)) + "/$withdraw-consent", new Parameters())
        .ok(Parameters.class);

    assertThat(outside().get(reference(answer)).status()).isEqualTo(404);
    assertThat(pia().get(reference(answer)).status()).isEqualTo(200);
  }

  // ---- the answer

  @Test
  void answer_whenWhoWasAskedAnswers_thenCompletedAndClosed() {
    ServiceRequest request = request(ask(pia(), asking(OUTSIDE)).ok(Parameters.class));

    DocumentReference answer = answer(outside(), request, OUTSIDE).ok(DocumentReference.class);

    assertThat(read(ServiceRequest.class, reference(request)).getStatus())
        .isEqualTo(ServiceRequestStatus.COMPLETED);
    assertThat(answer.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST))
        .as("a person wrote it")
        .isNull();
    assertThat(pia().get(reference(answer)).status()).isEqualTo(200);
    assertThat(outside().get(document).status()).isEqualTo(404);
    assertThat(outside().get(transcript).status()).isEqualTo(404);
    assertThat(outside().get(reference(answer)).status()).isEqualTo(200);
    assertThat(outside().get(reference(request)).status()).isEqualTo(200);
    assertThat(answer(outside(), request, OUTSIDE).status()).isIn(403, 409);
    DocumentReference wrong = outside().get(reference(answer)).ok(DocumentReference.class);
    wrong.setStatus(DocumentReferenceStatus.ENTEREDINERROR);
    assertThat(outside().put(wrong).status()).isEqualTo(200);
  }

  @Test
  void answer_whenNotAsked_thenRefused() {
    ServiceRequest request = request(ask(pia(), asking(OUTSIDE)).ok(Parameters.class));
    assertThat(
            answer(doctor("opinion-stranger"), request, "Practitioner/opinion-stranger").status())
        .isIn(400, 403);
    assertRefused(403, () -> answer(doctor("opinion-treating"), request, TREATING));
    assertRefused(403, () -> answer(doctor("opinion-colleague"), request, OUTSIDE));
    assertRefused(403, () -> answer(scribe(), request, OUTSIDE), "in person");
    assertThat(answer(pia(), request, "Patient/opinion-pia").status()).isIn(400, 403, 422);
    assertThat(read(ServiceRequest.class, reference(request)).getStatus())
        .isEqualTo(ServiceRequestStatus.ACTIVE);
  }

  @Test
  void answer_whenItIsAboutAnotherDocumentOrWithoutWords_thenRefused() {
    ServiceRequest request = request(ask(pia(), asking(COLLEAGUE)).ok(Parameters.class));
    DocumentReference elsewhere = answerTo(request, COLLEAGUE);
    elsewhere.getRelatesToFirstRep().setTarget(new Reference(transcript));
    Api colleague = doctor("opinion-colleague");
    assertRefused(
        422, () -> colleague.post("DocumentReference", elsewhere), "appends the document");
    DocumentReference silent = answerTo(request, COLLEAGUE);
    silent.getExtension().clear();
    assertRefused(422, () -> colleague.post("DocumentReference", silent));
    DocumentReference unasked = answerTo(request, COLLEAGUE);
    unasked.getContext().getRelated().clear();
    assertRefused(422, () -> colleague.post("DocumentReference", unasked), "context.related");
  }

  @Test
  void answer_whenNobodyWasAskedYet_thenNobodyAnswers() {
    Parameters asked = ask(pia(), new Parameters()).ok(Parameters.class);

    assertThat(asked.getParameter("shareConsent")).isNull();
    assertThat(told(asked)).first().asString().contains("Nobody is asked yet");
    assertRefused(
        403, () -> answer(doctor("opinion-colleague"), request(asked), COLLEAGUE), "was asked");
  }

  @Test
  void answer_whenTwoAtOnce_thenOneOfThem() throws Exception {
    ServiceRequest request = request(ask(pia(), asking(OUTSIDE, COLLEAGUE)).ok(Parameters.class));
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(() -> answer(outside(), request, OUTSIDE).status());
      calls.add(() -> answer(doctor("opinion-colleague"), request, COLLEAGUE).status());
    }
    List<Integer> answers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      for (Future<Integer> one : threads.invokeAll(calls)) {
        answers.add(one.get());
      }
    } finally {
      threads.shutdown();
    }

    assertThat(answers).filteredOn(status -> status == 201).hasSize(1);
    assertThat(answers).allMatch(status -> status == 201 || status == 403 || status == 409);
    assertThat(search(DocumentReference.class, "DocumentReference?relatesto=" + document))
        .hasSize(1);
  }

  @Test
  void answer_whenAnAiWasAsked_thenItReadsWhatIsShownAndItsAnswerIsLabelledForGood() {
    Api ai = Api.as(server(), "opinion-ai", SECRET, "system/*.cruds");
    assertThat(ai.get(document).status()).isEqualTo(404);
    ServiceRequest request = request(ask(pia(), with(asking(OTHER_AI), "ai")).ok(Parameters.class));
    for (String shown : List.of(document, transcript, reference(request))) {
      assertThat(ai.get(shown).status()).as(shown).isEqualTo(200);
    }
    assertThat(ai.get(observation).status()).isEqualTo(404);
    assertThat(ai.get("Patient/opinion-pia").status()).isEqualTo(404);

    DocumentReference answer = answer(ai, request, OTHER_AI).ok(DocumentReference.class);

    DocumentReference stored = pia().get(reference(answer)).ok(DocumentReference.class);
    assertThat(stored.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST))
        .isNotNull();
    assertThat(stored.getExtensionByUrl(Canonical.Extension.REVIEW_STATUS)).isNotNull();
    assertThat(stored.getMeta().getProfile())
        .extracting(profile -> profile.getValue())
        .contains(Canonical.Profile.SECOND_OPINION_NOTE);
    assertThat(ai.get(transcript).status()).isEqualTo(404);
  }

  @Test
  void blinded_whenAnAiIsAsked_thenTheDocumentIsHiddenFromItWhateverThePatientPermits() {
    pia()
        .post("Patient/opinion-pia/$decide-ai-use", TestCalls.permit("ai-decision-use"))
        .ok(Parameters.class);
    Api ai = Api.as(server(), "opinion-ai", SECRET, "system/*.cruds");
    assertThat(ai.get(document).status()).isEqualTo(200);

    ServiceRequest request =
        request(ask(pia(), with(with(asking(OTHER_AI), "ai"), "blinded")).ok(Parameters.class));

    assertHidden(ai, request);
    pia().post("Patient/opinion-pia/$withdraw-consent", new Parameters()).ok(Parameters.class);
    assertThat(read(ServiceRequest.class, reference(request)).getStatus())
        .isEqualTo(ServiceRequestStatus.REVOKED);
    permitDocumentation(pia(), "opinion-pia");
  }

  @Test
  void story_whenTold_thenBeginsWithThePatientsWordsAndTellsWhetherOthersAgree() {
    Parameters said = TestCalls.with(new Parameters(), "language", new CodeType("en"));
    Parameters.ParametersParameterComponent part = said.addParameter().setName("part");
    part.addPart().setName("code").setValue(new CodeType("what-matters"));
    part.addPart().setName("text").setValue(new StringType("My bees, and \"honey\" <b>!"));
    pia().post("Patient/opinion-pia/$about-me", said).ok(Parameters.class);
    ServiceRequest request = request(ask(pia(), asking(OUTSIDE)).ok(Parameters.class));
    DocumentReference answer = answer(outside(), request, OUTSIDE).ok(DocumentReference.class);

    Bundle story = pia().get(document + "/$ai-transparency?language=en").ok(Bundle.class);

    Composition summary = (Composition) story.getEntry().get(0).getResource();
    assertThat(summary.getSectionFirstRep().getCode().getCodingFirstRep().getCode())
        .isEqualTo("about-you");
    assertThat(summary.getSectionFirstRep().getText().getDivAsString())
        .contains("My bees, and", "&lt;b&gt;!");
    assertThat(summary.getText().getDivAsString())
        .contains("opinion-outside gave a second opinion", "They do not think the same.")
        .contains("They say: I would look again.");
    DocumentReference first = (DocumentReference) story.getEntry().get(1).getResource();
    assertThat(text(first)).contains("My bees");
    assertThat(story.getEntry())
        .extracting(entry -> reference(entry.getResource()))
        .contains(reference(answer));
    Bundle all = pia().get("Patient/opinion-pia/$ai-transparency").ok(Bundle.class);
    assertThat(all.getEntry().get(0).getResource()).isInstanceOf(Composition.class);
    assertThat(text((DocumentReference) all.getEntry().get(1).getResource())).contains("My bees");
  }

  // ---- plain writes

  @Test
  void plainWrite_whenRequestOrConsentIsMadeUp_thenRefused() {
    Parameters asked = ask(pia(), asking(OUTSIDE)).ok(Parameters.class);
    ServiceRequest request = request(asked);
    Consent consent = consent(asked);
    Api treating = doctor("opinion-treating");

    ServiceRequest active = request.copy();
    active.setId((String) null);
    active.setRequester(new Reference(TREATING));
    assertRefused(422, () -> treating.post("ServiceRequest", active), "$second-opinion");
    ServiceRequest draft = active.copy();
    draft
        .setStatus(ServiceRequestStatus.DRAFT)
        .setIntent(ServiceRequest.ServiceRequestIntent.PROPOSAL);
    assertThat(treating.post("ServiceRequest", draft).status()).isEqualTo(201);
    ServiceRequest dependent = draft.copy();
    dependent.getPerformerFirstRep().setReference(TREATING);
    assertRefused(422, () -> treating.post("ServiceRequest", dependent), "they wrote");
    ServiceRequest other = read(ServiceRequest.class, reference(request));
    other.getPerformerFirstRep().setReference("Practitioner/opinion-stranger");
    assertRefused(422, () -> treating.put(other), "ask anew");

    Consent wider = consent.copy();
    wider.setId((String) null);
    wider
        .getProvision()
        .addData()
        .setMeaning(Consent.ConsentDataMeaning.INSTANCE)
        .setReference(new Reference(observation));
    for (Api anybody : List.of(pia(), treating, scribe())) {
      assertRefused(422, () -> anybody.post("Consent", wider), "$second-opinion");
      Consent changed = wider.copy();
      changed.setId(consent.getIdElement());
      assertThat(anybody.put(changed).status()).isIn(403, 422);
    }
    assertThat(outside().get(observation).status()).isEqualTo(404);
    ServiceRequest ended = read(ServiceRequest.class, reference(request));
    ended.setStatus(ServiceRequestStatus.REVOKED);
    assertRefused(403, () -> treating.put(ended), "revoked by the patient");
    assertThat(outside().get(document).status()).isEqualTo(200);
  }

  @Test
  void plainWrite_whenTheRequestIsNotTheirs_thenNobodySilencesIt() {
    Api treating = doctor("opinion-treating");
    ServiceRequest nobodyNamed = request(ask(pia(), new Parameters()).ok(Parameters.class));
    assertRefused(422, () -> treating.delete(reference(nobodyNamed)), "stays on record");
    ServiceRequest request = request(ask(pia(), asking(OUTSIDE)).ok(Parameters.class));
    answer(outside(), request, OUTSIDE).ok(DocumentReference.class);
    ServiceRequest completed = read(ServiceRequest.class, reference(request));
    completed.setStatus(ServiceRequestStatus.REVOKED);

    assertRefused(422, () -> treating.put(completed), "stays so");
    assertThat(read(ServiceRequest.class, reference(request)).getStatus())
        .isEqualTo(ServiceRequestStatus.COMPLETED);
  }

  @Test
  void search_whenTheIdIsTurnedRound_thenStillTheirOwnOpenRequestsAlone() {
    ServiceRequest request = request(ask(pia(), asking(OUTSIDE)).ok(Parameters.class));
    String own =
        "ServiceRequest?performer="
            + OUTSIDE
            + "&category="
            + Canonical.System.TASK
            + "%7Csecond-opinion&patient=Patient/opinion-pia&_summary=count";
    int open = outside().get(own).ok(Bundle.class).getTotal();
    pia().post(document + "/$second-opinion", asking(OUTSIDE)).ok(Parameters.class);
    answer(outside(), request, OUTSIDE).ok(DocumentReference.class);

    assertThat(outside().get(own + "&_id:not=none-such").ok(Bundle.class).getTotal())
        .as("one more, and the answered one less")
        .isEqualTo(open);
    assertThat(
            outside()
                .get(own + "&_id:not=" + request.getIdElement().getIdPart())
                .ok(Bundle.class)
                .getTotal())
        .isEqualTo(open);
  }

  @Test
  void ask_whenTheTokenMayNotReadWhatIsShared_thenRefusedOrLeftOut() {
    Api narrow =
        Api.as(
            server(),
            "opinion-pia",
            SECRET,
            "patient/DocumentReference.rs patient/ServiceRequest.cruds patient/Consent.cruds");

    assertRefused(
        403,
        () -> ask(narrow, TestCalls.with(asking(OUTSIDE), "share", new Reference(observation))),
        "no scope to read");
    assertThat(ask(narrow, asking(OUTSIDE)).status()).isEqualTo(200);
  }

  @Test
  void blinded_whenNobodyIsNamed_thenRefused() {
    assertRefused(422, () -> ask(pia(), with(new Parameters(), "blinded")), "name who is to judge");
  }

  @Test
  void answer_whenThePatientSaysNoToSharingInGeneral_thenItsAuthorReadsItStill() {
    ServiceRequest request = request(ask(pia(), asking(OUTSIDE)).ok(Parameters.class));
    DocumentReference answer = answer(outside(), request, OUTSIDE).ok(DocumentReference.class);
    pia()
        .post("Patient/opinion-pia/$decide-ai-use", TestCalls.deny("ai-sharing"))
        .ok(Parameters.class);

    try {
      assertThat(outside().get(reference(answer)).status()).isEqualTo(200);
      assertThat(outside().get(document).status()).isEqualTo(404);
    } finally {
      pia()
          .post("Patient/opinion-pia/$decide-ai-use", TestCalls.permit("ai-sharing"))
          .ok(Parameters.class);
    }
  }
}
