package org.equipoise.aidocument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AiDocumentLifeTest {

  private static final Caller SCRIBE = new Caller("scribe", "scribe", null, null, Set.of());
  private static final Caller DOCTOR =
      new Caller("app", "doctor", new IdType("Practitioner/1"), null, Set.of());

  private static DocumentReference example(String id) {
    return Definitions.examples().stream()
        .filter(DocumentReference.class::isInstance)
        .map(DocumentReference.class::cast)
        .filter(one -> one.getIdElement().getIdPart().equals(id))
        .findFirst()
        .orElseThrow()
        .copy();
  }

  private static Arguments change(
      String name, Consumer<DocumentReference> change, String... element) {
    return Arguments.of(name, change, element.length == 0 ? null : element[0]);
  }

  private static void text(DocumentReference document) {
    document
        .getContentFirstRep()
        .getAttachment()
        .setData("Other words".getBytes(StandardCharsets.UTF_8));
  }

  private static void review(DocumentReference document, String status) {
    if (AiDocument.reviewStatus(document).filter(status::equals).isPresent()) {
      return;
    }
    AiDocument.setReviewStatus(document, status);
  }

  /** Changes that no plain write makes, with the element that the refusal names. */
  static Stream<Arguments> never() {
    return Stream.of(
        change("docStatus final", d -> d.setDocStatus(ReferredDocumentStatus.FINAL), "docStatus"),
        change(
            "docStatus amended", d -> d.setDocStatus(ReferredDocumentStatus.AMENDED), "docStatus"),
        change("superseded", d -> d.setStatus(DocumentReferenceStatus.SUPERSEDED), "status"),
        change("attested", d -> review(d, "attested"), "extension"),
        change("attested-with-edits", d -> review(d, "attested-with-edits"), "extension"),
        change("rejected", d -> review(d, "rejected"), "extension"),
        change(
            "rejected in every word",
            d -> {
              review(d, "rejected");
              d.setStatus(DocumentReferenceStatus.ENTEREDINERROR);
              d.setDocStatus(ReferredDocumentStatus.ENTEREDINERROR);
            },
            "status"),
        change(
            "authenticator",
            d -> d.setAuthenticator(new Reference("Practitioner/1")),
            "authenticator"),
        change("CLINAST", d -> AiDocument.label(d, "CLINAST"), "meta.security"),
        change(
            "ai-share",
            d -> AiDocument.setExtension(d, Canonical.Extension.AI_SHARE, new DecimalType("0.1")),
            "extension"),
        change(
            "edit-summary",
            d -> AiDocument.setExtension(d, Canonical.Extension.EDIT_SUMMARY, new StringType("x")),
            "extension"),
        change("subject", d -> d.setSubject(new Reference("Patient/other")), "subject"),
        change("other AI", d -> d.getAuthor().get(0).setReference("Device/other"), "author"),
        change("one AI more", d -> d.addAuthor(new Reference("Device/other")), "author"),
        change("custodian", d -> d.setCustodian(new Reference("Organization/o")), "custodian"),
        change("date", d -> d.setDate(new Date(0)), "date"),
        change("identifier", d -> d.getIdentifierFirstRep().setValue("other"), "identifier"),
        change("inputs", d -> d.getContext().setRelated(null), "context.related"),
        change(
            "type",
            d ->
                d.getType()
                    .addCoding()
                    .setSystem(Canonical.System.DOCUMENT_TYPE)
                    .setCode(Canonical.AI_EXPLANATION),
            "type"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("never")
  void requireKept_whenPlainWriteOversteps_thenRefusedByName(
      String name, Consumer<DocumentReference> change, String element) {
    DocumentReference after = example("example-draft");
    change.accept(after);

    assertThatThrownBy(
            () -> AiDocumentLife.requireKept(example("example-draft"), after, true, SCRIBE))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("DocumentReference." + element);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("never")
  void requireDraft_whenNewDocumentClaimsIt_thenRefusedUnlessItIsItsOwnToSay(
      String name, Consumer<DocumentReference> change, String element) {
    DocumentReference fresh = example("example-draft");
    change.accept(fresh);
    boolean ownToSay =
        Set.of("subject", "author", "custodian", "date", "identifier", "context.related", "type")
            .contains(element);

    if (ownToSay) {
      assertThatCode(() -> AiDocumentLife.requireDraft(fresh)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> AiDocumentLife.requireDraft(fresh))
          .isInstanceOf(UnprocessableEntityException.class)
          .hasMessageContaining("$review");
    }
  }

  /** Changes of a draft that a plain write may make. */
  static Stream<Arguments> always() {
    return Stream.of(
        change("nothing", d -> {}),
        change("in review", d -> review(d, "in-review")),
        change("a tag", d -> d.getMeta().addTag().setSystem("http://example.org").setCode("x")),
        change("a human author", d -> d.addAuthor(new Reference("Practitioner/1"))),
        change("one input more", d -> d.getContext().addRelated(new Reference("Observation/1"))),
        change("another code of the type", d -> d.getType().addCoding().setCode("local")),
        change("the title", d -> d.getContentFirstRep().getAttachment().setTitle("Note")),
        change("words about it", d -> d.setDescription("Note")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("always")
  void requireKept_whenDraftChangesWithinItsLife_thenAllowed(
      String name, Consumer<DocumentReference> change, String element) {
    DocumentReference after = example("example-draft");
    change.accept(after);

    assertThatCode(() -> AiDocumentLife.requireKept(example("example-draft"), after, false, SCRIBE))
        .doesNotThrowAnyException();
  }

  @Test
  void requireKept_whenTextChanges_thenOnlyWithItsStory() {
    DocumentReference before = example("example-draft");
    DocumentReference after = example("example-draft");
    text(after);
    DocumentReference narrated = example("example-draft");
    narrated
        .getText()
        .setStatus(Narrative.NarrativeStatus.ADDITIONAL)
        .setDivAsString("Other words");

    for (DocumentReference changed : new DocumentReference[] {after, narrated}) {
      assertThatThrownBy(() -> AiDocumentLife.requireKept(before, changed, false, SCRIBE))
          .isInstanceOf(UnprocessableEntityException.class)
          .hasMessageContaining("ai-provenance");
      assertThatCode(() -> AiDocumentLife.requireKept(before, changed, true, SCRIBE))
          .doesNotThrowAnyException();
    }
  }

  static Stream<Arguments> ofTheDecided() {
    return Stream.concat(
        never(),
        Stream.of(
            change("text", AiDocumentLifeTest::text),
            change("title", d -> d.getContentFirstRep().getAttachment().setTitle("Note")),
            change("description", d -> d.setDescription("Note")),
            change("a draft again", d -> d.setDocStatus(ReferredDocumentStatus.PRELIMINARY)),
            change("without state", d -> d.setExtension(null)),
            change("entered in error", d -> d.setStatus(DocumentReferenceStatus.ENTEREDINERROR))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofTheDecided")
  void requireKept_whenDecidedOn_thenNothingOfItChanges(
      String name, Consumer<DocumentReference> change, String element) {
    for (String id : new String[] {"example-attested", "example-rejected"}) {
      DocumentReference before = example(id);
      before.getContext().addRelated(new Reference("Observation/1"));
      DocumentReference after = before.copy();
      change.accept(after);

      if (after.equalsDeep(before)) {
        continue;
      }
      assertThatThrownBy(() -> AiDocumentLife.requireKept(before, after, true, SCRIBE))
          .as(id)
          .isInstanceOf(UnprocessableEntityException.class);
    }
  }

  private static DocumentReference takenBack(String words) {
    return example("example-draft")
        .setStatus(DocumentReferenceStatus.ENTEREDINERROR)
        .setDescription(words);
  }

  @Test
  void requireKept_whenScribeTakesItsDraftBackWithWords_thenAllowedAndSaid() {
    DocumentReference after = takenBack("Written to the wrong patient.");

    AiDocumentLife.requireKept(example("example-draft"), after, false, SCRIBE);

    assertThat(after.getDescription())
        .isEqualTo("AI draft, entered in error: do not use. Written to the wrong patient.");
    assertThat(after.getContentFirstRep().getAttachment().getTitle())
        .isEqualTo("AI draft, entered in error: do not use");
  }

  @Test
  void requireKept_whenTakenBackWithoutWordsOrByAPersonOrOnceChecked_thenRefused() {
    DocumentReference draft = example("example-draft");
    assertThatThrownBy(
            () ->
                AiDocumentLife.requireKept(draft, takenBack(draft.getDescription()), false, SCRIBE))
        .hasMessageContaining("DocumentReference.description");
    assertThatThrownBy(() -> AiDocumentLife.requireKept(draft, takenBack("Wrong."), false, DOCTOR))
        .hasMessageContaining("$review");
    DocumentReference checked = example("example-draft");
    review(checked, "in-review");
    DocumentReference after = takenBack("Wrong.");
    review(after, "in-review");
    assertThatThrownBy(() -> AiDocumentLife.requireKept(checked, after, false, SCRIBE))
        .hasMessageContaining("begun to check");
    DocumentReference otherText = takenBack("Wrong.");
    text(otherText);
    assertThatThrownBy(() -> AiDocumentLife.requireKept(draft, otherText, true, SCRIBE))
        .hasMessageContaining("DocumentReference.content");
  }

  @Test
  void requireKept_whenAnAiClientTakesBack_thenOnlyWhatThatAiWrote() {
    DocumentReference draft = example("example-draft");
    Caller same = ai("Device/example-scribe");
    Caller other = ai("Device/other");

    assertThatCode(() -> AiDocumentLife.requireKept(draft, takenBack("Wrong."), false, same))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> AiDocumentLife.requireKept(draft, takenBack("Wrong."), false, other))
        .hasMessageContaining("another AI");
  }

  private static Caller ai(String device) {
    return new Caller("scribe", "scribe", null, null, Set.of(), device, "ai-documentation", null);
  }

  @Test
  void keepWhatIsLeftOut_whenClientKnowsOnlyUsCore_thenWhatTheServerFilledInStays() {
    DocumentReference before = example("example-draft");
    DocumentReference after = before.copy();
    after
        .setDate(null)
        .setCustodian(null)
        .setIdentifier(null)
        .setDocStatus(null)
        .setExtension(null);

    AiDocumentLife.keepWhatIsLeftOut(before, after);

    assertThatCode(() -> AiDocumentLife.requireKept(before, after, false, SCRIBE))
        .doesNotThrowAnyException();
    assertThat(AiDocument.reviewStatus(after)).contains("unreviewed");
  }
}
