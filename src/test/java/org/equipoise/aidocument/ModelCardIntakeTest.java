package org.equipoise.aidocument;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.junit.jupiter.api.Test;

class ModelCardIntakeTest {

  @Test
  void complete_whenCardSpeaks_thenItReplacesTheClaimOfTheSender() {
    DocumentReference card =
        TestModelCards.document(
            "text/markdown; charset=utf-8", "# Limitations\n\nInvents findings.");
    claim(card, "sa-10", "None at all.");
    ModelCardIntake.complete(card);
    assertThat(texts(card, "sa-10")).containsExactly("Invents findings.");
  }

  @Test
  void complete_whenCardIsSilent_thenTheClaimStaysAndTheRestIsNotAvailable() {
    DocumentReference card =
        TestModelCards.document(TestModelCards.MARKDOWN, "# Limitations\n\nInvents findings.");
    claim(card, "sa-02", "The clinic.");
    ModelCardIntake.complete(card);
    assertThat(card.getExtensionsByUrl(Canonical.Extension.SOURCE_ATTRIBUTE)).hasSize(31);
    assertThat(texts(card, "sa-02")).containsExactly("The clinic.");
    assertThat(
            card.getExtension().stream()
                .filter(ext -> ext.getExtensionByUrl("notAvailable") != null))
        .hasSize(29);
  }

  @Test
  void complete_whenTwiceOver_thenNothingDoubles() {
    DocumentReference card =
        TestModelCards.document(TestModelCards.MARKDOWN, TestModelCards.huggingFace());
    ModelCardIntake.complete(card);
    DocumentReference once = card.copy();
    ModelCardIntake.complete(card);
    assertThat(card.getExtension()).hasSize(31);
    assertThat(texts(card, "sa-05")).isEqualTo(texts(once, "sa-05"));
  }

  @Test
  void complete_whenBothFormatsAreThere_thenEachFillsTheGapsOfTheFirst() {
    DocumentReference card =
        TestModelCards.document(
            TestModelCards.XML,
            TestModelCards.chai(
                "<UsesAndDirections><HowToUse>Read it.</HowToUse></UsesAndDirections>"));
    card.addContent(
        TestModelCards.document(TestModelCards.MARKDOWN, "# Human review\nx\n# Uses\ny")
            .getContentFirstRep());
    ModelCardIntake.complete(card);
    assertThat(texts(card, "sa-08")).containsExactly("Read it.");
    assertThat(texts(card, "sa-05")).containsExactly("y");
  }

  @Test
  void complete_whenCardIsOnlyAnAddress_thenItIsLeftAlone() {
    DocumentReference card = new DocumentReference();
    card.addContent()
        .getAttachment()
        .setContentType(TestModelCards.MARKDOWN)
        .setUrl("https://example.org/card.md");
    claim(card, "sa-10", "Invents findings.");
    ModelCardIntake.complete(card);
    assertThat(card.getExtension()).hasSize(1);
  }

  @Test
  void complete_whenSecondAttachmentIsHostile_thenTheRefusalNamesIt() {
    DocumentReference card = TestModelCards.document(TestModelCards.MARKDOWN, "# Uses\nx");
    card.addContent(
        TestModelCards.document(TestModelCards.XML, "<!DOCTYPE x []><x/>").getContentFirstRep());
    assertThat(
            TestModelCards.refusal(422, () -> ModelCardIntake.complete(card))
                .getExpression()
                .get(0)
                .getValue())
        .isEqualTo("DocumentReference.content[1].attachment.data");
  }

  private static void claim(DocumentReference card, String code, String text) {
    card.addExtension(new SourceAttribute(code, Optional.of(text)).toExtension());
  }

  private static List<String> texts(DocumentReference card, String code) {
    return card.getExtensionsByUrl(Canonical.Extension.SOURCE_ATTRIBUTE).stream()
        .filter(
            ext ->
                ext.castToCodeableConcept(ext.getExtensionByUrl("code").getValue())
                    .hasCoding(Canonical.System.SOURCE_ATTRIBUTE, code))
        .map(ext -> ext.getExtensionByUrl("text"))
        .map(Extension::getValue)
        .map(Object::toString)
        .toList();
  }
}
