package org.equipoise.explanation;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceContentComponent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;

/** How an explanation is written down as a DocumentReference of the profile {@code explanation}. */
final class ExplanationDocument {

  static final String LOINC_INSTRUCTIONS = "69730-0";
  private static final String PLAIN_TEXT = "text/plain;charset=utf-8";

  private ExplanationDocument() {}

  /** Whether a document is an explanation. */
  static boolean is(DocumentReference document) {
    return document.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION);
  }

  /** The language of a stored explanation. */
  static Optional<String> language(DocumentReference explanation) {
    return explanation.getContent().stream()
        .map(content -> content.getAttachment().getLanguage())
        .filter(language -> language != null)
        .findFirst();
  }

  /** Adds the codes that tell every app, and every search, that this is an explanation. */
  static void setKind(DocumentReference explanation) {
    if (!explanation.getMeta().hasProfile(Canonical.Profile.EXPLANATION)) {
      explanation.getMeta().addProfile(Canonical.Profile.EXPLANATION);
    }
    CodeableConcept type = explanation.getType();
    if (!type.hasCoding(Canonical.System.LOINC, LOINC_INSTRUCTIONS)) {
      type.addCoding()
          .setSystem(Canonical.System.LOINC)
          .setCode(LOINC_INSTRUCTIONS)
          .setDisplay("Instructions");
    }
    if (!type.hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION)) {
      type.addCoding(new Coding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION, null));
    }
    if (explanation.getCategory().stream()
        .noneMatch(
            category ->
                category.hasCoding(Canonical.System.US_CORE_DOCUMENT_CATEGORY, "clinical-note"))) {
      explanation
          .addCategory()
          .addCoding()
          .setSystem(Canonical.System.US_CORE_DOCUMENT_CATEGORY)
          .setCode("clinical-note");
    }
  }

  /** Adds the parts as extensions. */
  static void addParts(DocumentReference explanation, List<ExplanationPart> parts) {
    for (ExplanationPart part : parts) {
      Extension extension = explanation.addExtension().setUrl(Canonical.Extension.EXPLANATION_PART);
      CodeableConcept code = new CodeableConcept();
      code.addCoding().setSystem(Canonical.System.EXPLANATION_PART).setCode(part.code().code());
      extension.addExtension("code", code);
      extension.addExtension("text", new MarkdownType(part.markdown()));
      part.references().forEach(reference -> extension.addExtension("reference", reference.copy()));
    }
  }

  /** The parts as one text, under headings where we have words for the language. */
  static String render(List<ExplanationPart> parts, LanguageTag language) {
    Optional<Wording> wording = Wording.of(language.locale());
    return parts.stream()
        .sorted((one, other) -> one.code().compareTo(other.code()))
        .map(
            part ->
                wording.map(words -> words.say("heading." + part.code().code()) + "\n").orElse("")
                    + part.reading())
        .collect(Collectors.joining("\n\n"));
  }

  /** Adds a text as plain text. */
  static void addPlainText(DocumentReference explanation, String text, LanguageTag language) {
    explanation
        .addContent()
        .setAttachment(
            new Attachment()
                .setContentType(PLAIN_TEXT)
                .setLanguage(language.tag())
                .setData(text.getBytes(StandardCharsets.UTF_8)));
  }

  static boolean hasPlainText(DocumentReference explanation) {
    return explanation.getContent().stream()
        .anyMatch(content -> !GivenExplanation.isMarkdown(content.getAttachment()));
  }

  /** Measures every content, writes the result beside it, and returns the hardest. */
  static Readability grade(
      DocumentReference explanation, LanguageTag language, BigDecimal target, String at) {
    List<Readability> measured = new ArrayList<>();
    for (int i = 0; i < explanation.getContent().size(); i++) {
      DocumentReferenceContentComponent content = explanation.getContent().get(i);
      String reading =
          GivenExplanation.reading(content.getAttachment(), at + ".content[" + i + "].attachment");
      Readability readability = Readability.of(reading, language.locale());
      if (readability.words() == 0) {
        throw Refusal.unprocessable(
            IssueType.REQUIRED, at + ".content[" + i + "]", "The text has no words");
      }
      measured.add(readability);
      content
          .getExtension()
          .removeIf(extension -> Canonical.Extension.READABILITY.equals(extension.getUrl()));
      content.addExtension(extension(readability, target));
    }
    return measured.stream()
        .max(
            Comparator.comparing(
                Readability::grade, Comparator.nullsFirst(Comparator.naturalOrder())))
        .orElseThrow();
  }

  /**
   * The documents that the parts rest on, once each, without the explained one, which relatesTo
   * names.
   */
  static List<Reference> inputs(List<ExplanationPart> parts, DocumentReference explained) {
    String self = explained.getIdElement().toUnqualifiedVersionless().getValue();
    return parts.stream()
        .flatMap(part -> part.references().stream())
        .map(DocumentFacts::key)
        .filter(key -> key != null && !key.equals(self))
        .distinct()
        .map(Reference::new)
        .toList();
  }

  private static Extension extension(Readability readability, BigDecimal target) {
    Extension extension = new Extension(Canonical.Extension.READABILITY);
    extension.addExtension("formula", new CodeType(readability.formula()));
    readability
        .computed()
        .ifPresent(grade -> extension.addExtension("grade", new DecimalType(grade)));
    extension.addExtension("words", new IntegerType(readability.words()));
    extension.addExtension("target", new DecimalType(target));
    return extension;
  }
}
