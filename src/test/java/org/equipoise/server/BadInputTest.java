package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bad input gets an OperationOutcome with the right status that names the element, and nothing is
 * written. The time limit is no measurement: it catches what hangs.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BadInputTest extends OperationTest {

  private static final int MEBIBYTE = 1024 * 1024;
  private static final int LARGEST_BODY = 16 * MEBIBYTE;
  private static final String EASY = "An AI wrote this note. A nurse read it.";

  // ---- the target

  @Test
  void attach_whenTargetIsNotByAi_thenRefused() {
    DocumentReference byHand = TestRecords.plainNote("anna");
    byHand.getMeta().getSecurity().clear();
    byHand.setAuthor(List.of(new Reference("Practitioner/demo-practitioner")));
    note = reference(scribe().post("DocumentReference", byHand).ok(DocumentReference.class));
    Api scribe = scribe();
    Api anna = patient("anna");

    assertRefused(
        422,
        () -> explain(scribe, TestCalls.generate("en")),
        "AIAST",
        "DocumentReference.meta.security");
    assertRefused(
        422,
        () -> consent(anna, TestCalls.deny("ai-training")),
        "AIAST",
        "DocumentReference.meta.security");
  }

  @Test
  void attach_whenTargetWasEnteredInError_thenConflict() {
    DocumentReference document = read(DocumentReference.class, note);
    scribe()
        .put(
            document
                .setStatus(DocumentReferenceStatus.ENTEREDINERROR)
                .setDescription("Written to the wrong patient."))
        .ok(DocumentReference.class);
    Api scribe = scribe();
    Api anna = patient("anna");

    assertRefused(
        409,
        () -> explain(scribe, TestCalls.generate("en")),
        "DocumentReference.status",
        "entered in error");
    assertRefused(
        409, () -> consent(anna, TestCalls.deny("ai-training")), "DocumentReference.status");
  }

  @Test
  void attach_whenTargetIsAnExplanation_thenRefused() {
    Parameters answer = explain(scribe(), TestCalls.generate("en")).ok(Parameters.class);
    note = reference(returned(answer, DocumentReference.class).get(0));
    Api scribe = scribe();

    assertRefused(422, () -> explain(scribe, TestCalls.generate("en")), "DocumentReference.type");
  }

  @Test
  void attach_whenTargetDoesNotExist_thenNotFound() {
    note = "DocumentReference/nowhere";
    Api scribe = scribe();
    Api anna = patient("anna");

    assertRefused(404, () -> explain(scribe, TestCalls.generate("en")), note);
    assertRefused(404, () -> consent(anna, TestCalls.deny("ai-training")), note);
  }

  @Test
  void attach_whenTargetIsAnotherPatients_thenTheSameAsNoTarget() {
    String bens = newNote("ben");
    Api anna = patient("anna");
    note = bens;
    String refused =
        assertRefused(404, () -> explain(anna, TestCalls.generate("en")), bens).getDiagnostics();
    note = "DocumentReference/nowhere";

    assertThat(refused.replace(bens, note))
        .isEqualTo(
            assertRefused(404, () -> explain(anna, TestCalls.generate("en")), note)
                .getDiagnostics());
  }

  @Test
  void attach_whenIfMatchIsStale_then412AndWhenCurrent_thenDone() {
    Api scribe = scribe();
    Api anna = patient("anna");

    assertRefused(
        412,
        () -> explain(scribe, TestCalls.generate("en"), "If-Match", "W/\"2\""),
        "version 2",
        "is 1");
    assertRefused(
        412, () -> consent(anna, TestCalls.deny("ai-training"), "If-Match", "W/\"2\""), "If-Match");
    assertThat(explain(scribe, TestCalls.generate("en"), "If-Match", "W/\"1\"").status())
        .isEqualTo(200);
    assertThat(consent(anna, TestCalls.deny("ai-training"), "If-Match", "W/\"1\"").status())
        .isEqualTo(200);
  }

  // ---- scopes

  @Test
  void attach_whenScopeIsMissing_thenForbiddenAndNamed() {
    Api reader = Api.as(server(), "demo-scribe", "demo", "system/DocumentReference.rs");
    Api anna =
        Api.as(server(), "patient-anna", SECRET, "patient/DocumentReference.rs patient/Consent.rs");

    assertRefused(
        403,
        () -> explain(reader, TestCalls.generate("en")),
        "DocumentReference.c",
        "Provenance.c");
    assertRefused(403, () -> consent(anna, TestCalls.deny("ai-training")), "Consent.c");
    assertRefused(403, () -> explain(anna, TestCalls.generate("en")), "Task.c");
  }

  @Test
  void attach_whenNoToken_thenUnauthorized() {
    Api nobody = anonymous();

    assertRefused(401, () -> explain(nobody, TestCalls.generate("en")));
    assertRefused(401, () -> consent(nobody, TestCalls.deny("ai-training")));
  }

  // ---- parameters

  @Test
  void attach_whenParameterIsUnknown_thenRefusedByName() {
    Api scribe = scribe();
    Api anna = patient("anna");

    assertRefused(
        400,
        () ->
            explain(
                scribe, TestCalls.with(TestCalls.generate("en"), "colour", new StringType("red"))),
        "colour");
    assertRefused(
        400,
        () ->
            consent(
                anna,
                TestCalls.with(TestCalls.deny("ai-training"), "colour", new StringType("red"))),
        "colour");
  }

  @Test
  void attachExplanation_whenMandatoryPartIsMissing_thenRefusedByName() {
    Api scribe = scribe();
    for (String missing : TestCalls.MANDATORY) {
      Parameters body = new Parameters();
      TestCalls.MANDATORY.stream()
          .filter(code -> !code.equals(missing))
          .forEach(code -> TestCalls.part(body, "en", code, EASY));

      assertThat(assertRefused(422, () -> explain(scribe, body), "'" + missing + "'").getCode())
          .isEqualTo(IssueType.REQUIRED);
    }
  }

  @Test
  void attachExplanation_whenPartIsUnknownOrTwice_thenRefusedByName() {
    Api scribe = scribe();

    assertRefused(
        422,
        () -> explain(scribe, TestCalls.part(TestCalls.parts("en", EASY), "en", "gossip", EASY)),
        "gossip");
    assertRefused(
        400,
        () -> explain(scribe, TestCalls.part(TestCalls.parts("en", EASY), "en", "limits", EASY)),
        "limits");
  }

  @Test
  void attachExplanation_whenNothingIsAsked_thenRefused() {
    Api scribe = scribe();

    assertRefused(400, () -> explain(scribe, new Parameters()), "Parameters");
    assertRefused(
        400,
        () -> explain(scribe, TestCalls.with(new Parameters(), "generate", new StringType("yes"))),
        "generate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"xx", "english", "en_US", "und", "zz-ZZ", "e"})
  void attachExplanation_whenLanguageIsUnknown_thenRefused(String language) {
    Api scribe = scribe();

    assertRefused(400, () -> explain(scribe, TestCalls.generate(language)), "language", language);
    assertRefused(
        400, () -> explain(scribe, TestCalls.parts(language, EASY)), "language", language);
    assertRefused(
        400,
        () -> explain(scribe, TestCalls.given(TestCalls.explanation(language, EASY))),
        "language",
        language);
  }

  @Test
  void attachExplanation_whenItCannotWriteInThatLanguage_thenRefused() {
    Api scribe = scribe();

    assertRefused(400, () -> explain(scribe, TestCalls.generate("fr")), "language", "'fr'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "It is <b>safe</b>.",
        "<script>alert(1)</script>",
        "Look <svg/onload=alert(1)>",
        "A comment <!-- here -->",
        "[click](javascript:alert(1))",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "Hidden \u202Etxet\u202C"
      })
  void attachExplanation_whenTextIsNotSafe_thenRefused(String text) {
    Api scribe = scribe();
    DocumentReference inContent = TestCalls.explanation("en", EASY);
    inContent
        .getContentFirstRep()
        .getAttachment()
        .setContentType("text/markdown")
        .setData(text.getBytes(StandardCharsets.UTF_8));

    assertRefused(422, () -> explain(scribe, TestCalls.parts("en", text)), "part", "text");
    assertRefused(
        422,
        () -> explain(scribe, TestCalls.given(TestCalls.explanation("en", text))),
        "extension");
    assertRefused(
        422, () -> explain(scribe, TestCalls.given(inContent)), "content[0].attachment.data");
  }

  @Test
  void attachExplanation_whenTitleOrDescriptionHoldsHtml_thenRefused() {
    Api scribe = scribe();
    DocumentReference title = TestCalls.explanation("en", EASY);
    title.getContentFirstRep().getAttachment().setTitle("<img src=x>");
    DocumentReference description = TestCalls.explanation("en", EASY).setDescription("<img src=x>");

    assertRefused(422, () -> explain(scribe, TestCalls.given(title)), "title");
    assertRefused(422, () -> explain(scribe, TestCalls.given(description)), "description");
  }

  @Test
  void attachExplanation_whenItNamesAnotherPatientOrDocument_thenRefused() {
    Api scribe = scribe();
    DocumentReference patient =
        TestCalls.explanation("en", EASY).setSubject(new Reference("Patient/ben"));
    DocumentReference document = TestCalls.explanation("en", EASY);
    document
        .addRelatesTo()
        .setCode(DocumentReference.DocumentRelationshipType.APPENDS)
        .setTarget(new Reference("DocumentReference/other"));

    assertRefused(422, () -> explain(scribe, TestCalls.given(patient)), "subject");
    assertRefused(422, () -> explain(scribe, TestCalls.given(document)), "relatesTo");
  }

  @Test
  void attachExplanation_whenCitedResourceDoesNotExist_thenRefused() {
    Api scribe = scribe();
    Parameters body = TestCalls.parts("en", EASY);
    body.getParameterFirstRep()
        .addPart()
        .setName("reference")
        .setValue(new Reference("DocumentReference/nowhere"));

    assertRefused(
        400,
        () -> explain(scribe, body),
        "DocumentReference/nowhere",
        "DocumentReference.context.related");
  }

  @Test
  void attachConsent_whenCodeIsUnknown_thenRefused() {
    Api anna = patient("anna");

    assertRefused(422, () -> consent(anna, TestCalls.deny("ai-magic")), "purpose", "ai-magic");
    assertRefused(
        422, () -> consent(anna, TestCalls.decision("maybe", "ai-training")), "decision", "maybe");
    assertRefused(
        422,
        () ->
            consent(
                anna,
                TestCalls.with(
                    TestCalls.with(
                        new Parameters(), "purpose", new Coding("urn:other", "ai-training", null)),
                    "decision",
                    new CodeType("deny"))),
        "purpose",
        "urn:other");
    assertRefused(
        422,
        () -> consent(anna, TestCalls.voluntariness(TestCalls.deny("ai-training"), "bribe")),
        "bribe");
  }

  @Test
  void attachConsent_whenParameterIsMissingOrOfAnotherType_thenRefusedByName() {
    Api anna = patient("anna");

    assertRefused(400, () -> consent(anna, new Parameters()), "purpose");
    assertRefused(
        400,
        () -> consent(anna, TestCalls.without(TestCalls.deny("ai-training"), "decision")),
        "decision");
    assertRefused(
        400,
        () ->
            consent(
                anna,
                TestCalls.with(TestCalls.deny("ai-training"), "statement", new BooleanType(true))),
        "statement");
    assertRefused(
        400,
        () ->
            consent(
                anna, TestCalls.with(TestCalls.deny("ai-training"), "teachBack", new Patient())),
        "teachBack");
    assertRefused(
        400, () -> consent(anna, TestCalls.deny("ai-training", "ai-training")), "purpose", "twice");
  }

  // ---- the body

  private Api.Answer send(Api caller, String operation, BodyPublisher body, String... headers) {
    return new Api.Answer(
        Api.send(
            HttpRequest.newBuilder(URI.create(server() + "/fhir/" + note + "/" + operation))
                .header("Authorization", "Bearer " + caller.token())
                .header("Accept", "application/fhir+json")
                .headers(headers)
                .POST(body)
                .build()));
  }

  private Api.Answer sendJson(Api caller, String body) {
    return send(
        caller,
        "$attach-explanation",
        BodyPublishers.ofString(body),
        "Content-Type",
        "application/fhir+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"generate\"",
        "not json",
        "[]",
        "{}",
        "null",
        "\"text\"",
        "{\"resourceType\":\"Parameters\",\"parameter\":{}}",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"generate\",\"valueBoolean\":\"maybe\"}]}",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"generate\",\"valueColour\":\"red\"}]}",
        "{\"resourceType\":\"Parametres\"}",
        "{\"resourceType\":\"Parameters\",\"parameter\":[null]}",
        ""
      })
  void attach_whenJsonIsMalformed_thenRefused(String body) {
    Api scribe = scribe();

    assertRefused(400, () -> sendJson(scribe, body));
  }

  @Test
  void attach_whenJsonIsNestedDeeply_thenRefused() {
    Api scribe = scribe();
    String nested = "{\"name\":\"a\",\"part\":[".repeat(50_000) + "]}".repeat(50_000);

    assertRefused(
        400,
        () -> sendJson(scribe, "{\"resourceType\":\"Parameters\",\"parameter\":[" + nested + "]}"));
  }

  @Test
  void attach_whenXmlIsMalformedOrNestedDeeplyOrHasEntities_thenRefused() {
    Api scribe = scribe();
    String[] bodies = {
      "<Parameters xmlns=\"http://hl7.org/fhir\"><parameter>",
      "<Parameters xmlns=\"http://hl7.org/fhir\">"
          + "<parameter><part>".repeat(50_000)
          + "</part></parameter>".repeat(50_000)
          + "</Parameters>",
      "<!DOCTYPE Parameters [<!ENTITY secret SYSTEM \"file:///etc/hostname\">]><Parameters xmlns=\"http://hl7.org/fhir\">"
          + "<parameter><name value=\"&secret;\"/></parameter></Parameters>",
      billionLaughs(
          "Parameters", "http://hl7.org/fhir", "<parameter><name value=\"&l9;\"/></parameter>")
    };
    for (String body : bodies) {
      assertRefused(
          400,
          () ->
              send(
                  scribe,
                  "$attach-explanation",
                  BodyPublishers.ofString(body),
                  "Content-Type",
                  "application/fhir+xml"));
    }
  }

  private static String billionLaughs(String root, String namespace, String content) {
    StringBuilder entities = new StringBuilder("<!ENTITY l0 \"ha\">");
    for (int i = 1; i < 10; i++) {
      entities.append("<!ENTITY l%d \"%s\">".formatted(i, ("&l" + (i - 1) + ";").repeat(10)));
    }
    return "<!DOCTYPE %s [%s]><%s xmlns=\"%s\">%s</%s>"
        .formatted(root, entities, root, namespace, content, root);
  }

  @Test
  void attach_whenBodyIsAnotherResource_thenRefused() {
    Api scribe = scribe();
    Api anna = patient("anna");

    assertRefused(
        400, () -> scribe.post(note + "/$attach-explanation", new Patient()), "Parameters");
    assertRefused(400, () -> anna.post(note + "/$attach-consent", new Patient()), "Parameters");
  }

  @Test
  void attach_whenContentTypeIsNotFhir_thenRefused() {
    Api scribe = scribe();
    String body = Api.json(TestCalls.generate("en"));

    assertRefused(
        400,
        () ->
            send(
                scribe,
                "$attach-explanation",
                BodyPublishers.ofString(body),
                "Content-Type",
                "text/plain"));
  }

  @Test
  void attach_whenOperationIsAnEntryOfABundle_thenRefused() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    bundle
        .addEntry()
        .setResource(TestCalls.generate("en"))
        .getRequest()
        .setMethod(Bundle.HTTPVerb.POST)
        .setUrl(note + "/$attach-explanation");
    Map<String, Long> before = rowCounts();

    Api.Answer answer = scribe().post("", bundle);

    assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void attach_whenBodyIsLargerThanTheLimit_then413() {
    Api scribe = scribe();
    byte[] tooLarge = new byte[LARGEST_BODY + 1];
    Arrays.fill(tooLarge, (byte) ' ');

    assertRefused(413, () -> send(scribe, BodyPublishers.ofByteArray(tooLarge)), "16 MiB");
    assertRefused(
        413,
        () -> send(scribe, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLarge))),
        "16 MiB");
  }

  private Api.Answer send(Api caller, BodyPublisher body) {
    return send(caller, "$attach-explanation", body, "Content-Type", "application/fhir+json");
  }

  @Test
  void attach_whenCompressedBodyIsLargerThanTheLimit_then413() throws IOException {
    Api scribe = scribe();
    byte[] bomb = gzip(new byte[4 * LARGEST_BODY]);
    assertThat(bomb.length).isLessThan(MEBIBYTE);

    assertRefused(413, () -> sendCompressed(scribe, bomb), "16 MiB");
  }

  @Test
  void attach_whenBodyIsCompressed_thenDoneAndWhenItIsNotGzip_thenRefused() throws IOException {
    Api scribe = scribe();
    byte[] body = gzip(Api.json(TestCalls.generate("en")).getBytes(StandardCharsets.UTF_8));

    assertThat(sendCompressed(scribe, body).status()).isEqualTo(200);
    assertRefused(400, () -> sendCompressed(scribe, "not gzip".getBytes(StandardCharsets.UTF_8)));
    assertRefused(400, () -> sendCompressed(scribe, Arrays.copyOf(body, body.length / 2)));
  }

  private Api.Answer sendCompressed(Api caller, byte[] body) {
    return send(
        caller,
        "$attach-explanation",
        BodyPublishers.ofByteArray(body),
        "Content-Type",
        "application/fhir+json",
        "Content-Encoding",
        "gzip");
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  // ---- long texts

  @Test
  void attach_whenOneTextIsLongerThanItMayBe_then413() {
    Api scribe = scribe();
    Api anna = patient("anna");
    String tooLong = "a ".repeat(MEBIBYTE / 2) + "b";
    DocumentReference inContent = TestCalls.explanation("en", EASY);
    inContent
        .getContentFirstRep()
        .getAttachment()
        .setData(tooLong.getBytes(StandardCharsets.UTF_8));

    assertRefused(
        413,
        () -> explain(scribe, TestCalls.part(new Parameters(), "en", "limits", tooLong)),
        "text");
    assertRefused(
        413, () -> explain(scribe, TestCalls.given(inContent)), "content[0].attachment.data");
    assertRefused(
        413,
        () ->
            consent(
                anna,
                TestCalls.with(
                    TestCalls.deny("ai-training"), "statement", new StringType(tooLong))),
        "statement");
  }

  @Test
  void attach_whenOneTextIsAsLongAsItMayBe_thenStoredWhole() {
    String words = "A word. ".repeat(MEBIBYTE / 8);
    Parameters body =
        TestCalls.with(TestCalls.deny("ai-training"), "statement", new StringType(words));
    Parameters answer = consent(patient("anna"), body).ok(Parameters.class);

    assertThat(
            read(Consent.class, reference(returned(answer, Consent.class).get(0)))
                .getSourceAttachment()
                .getData())
        .isEqualTo(words.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void attach_whenTextHasTenMegabytes_then413() {
    Api scribe = scribe();
    Api anna = patient("anna");
    String text = "The quick brown fox. ".repeat(500_000);

    assertRefused(
        413,
        () -> explain(scribe, TestCalls.part(new Parameters(), "en", "limits", text)),
        "1 MiB");
    DocumentReference inContent = TestCalls.explanation("en", EASY);
    inContent.getContentFirstRep().getAttachment().setData(text.getBytes(StandardCharsets.UTF_8));
    assertRefused(413, () -> explain(scribe, TestCalls.given(inContent)), "1 MiB");
    assertRefused(
        413,
        () ->
            consent(
                anna,
                TestCalls.with(TestCalls.deny("ai-training"), "statement", new StringType(text))),
        "1 MiB");
  }

  @Test
  void post_whenNoteHasTenMegabytesOfText_then413() {
    Api scribe = scribe();
    DocumentReference text = TestRecords.plainNote("anna");
    text.getContentFirstRep()
        .getAttachment()
        .setData("The quick brown fox. ".repeat(500_000).getBytes(StandardCharsets.UTF_8));

    assertRefused(
        413, () -> scribe.post("DocumentReference", text), "content[0].attachment.data", "1 MiB");
  }

  // ---- model cards and plain writes of explanations

  private static DocumentReference card(String xml) {
    DocumentReference card = TestRecords.modelCard();
    card.setId((String) null);
    card.getCategoryFirstRep()
        .getCodingFirstRep()
        .setCode("AIModelCardCHAIFormat")
        .setDisplay(null);
    card.getContentFirstRep()
        .getAttachment()
        .setContentType("application/xml")
        .setData(xml.getBytes(StandardCharsets.UTF_8));
    return card;
  }

  @Test
  void post_whenModelCardHasAnExternalEntity_thenRefused() {
    Api scribe = scribe();
    String xml =
        "<!DOCTYPE AppliedModelCard [<!ENTITY secret SYSTEM \"file:///etc/hostname\">]>"
            + "<AppliedModelCard xmlns=\"https://mc.chai.org/v0.1/schema.xsd\"><BasicInfo><ModelDeveloper>&secret;"
            + "</ModelDeveloper></BasicInfo></AppliedModelCard>";

    assertRefused(
        422,
        () -> scribe.post("DocumentReference", card(xml)),
        "DOCTYPE",
        "content[0].attachment.data");
  }

  @Test
  void post_whenModelCardIsABillionLaughs_thenRefused() {
    Api scribe = scribe();
    String xml =
        billionLaughs(
            "AppliedModelCard",
            "https://mc.chai.org/v0.1/schema.xsd",
            "<BasicInfo><ModelDeveloper>&l9;</ModelDeveloper></BasicInfo>");

    assertRefused(
        422,
        () -> scribe.post("DocumentReference", card(xml)),
        "DOCTYPE",
        "content[0].attachment.data");
  }

  @Test
  void post_whenModelCardIsLongerThanItMayBe_then413() {
    Api scribe = scribe();
    DocumentReference card = TestRecords.modelCard();
    card.setId((String) null);
    card.getContentFirstRep()
        .getAttachment()
        .setData(("# Card\n" + "a".repeat(MEBIBYTE)).getBytes(StandardCharsets.UTF_8));

    assertRefused(413, () -> scribe.post("DocumentReference", card), "content[0].attachment.data");
  }

  @Test
  void put_whenExplanationGetsHtmlByAPlainWrite_thenRefused() {
    Parameters answer = explain(scribe(), TestCalls.parts("en", EASY)).ok(Parameters.class);
    DocumentReference explanation =
        read(DocumentReference.class, reference(returned(answer, DocumentReference.class).get(0)));
    explanation
        .getContentFirstRep()
        .getAttachment()
        .setData("<script>".getBytes(StandardCharsets.UTF_8));
    Api scribe = scribe();

    assertRefused(422, () -> scribe.put(explanation), "content[0].attachment.data");
  }

  @Test
  void put_whenExplanationPartGetsHtmlByAPlainWrite_thenRefused() {
    Parameters answer = explain(scribe(), TestCalls.parts("en", EASY)).ok(Parameters.class);
    DocumentReference explanation =
        read(DocumentReference.class, reference(returned(answer, DocumentReference.class).get(0)));
    explanation
        .getExtensionsByUrl(Canonical.Extension.EXPLANATION_PART)
        .get(0)
        .getExtensionByUrl("text")
        .setValue(new MarkdownType("<script>alert(1)</script>"));
    Api scribe = scribe();

    assertRefused(422, () -> scribe.put(explanation), "DocumentReference.extension", "text");
  }
}
