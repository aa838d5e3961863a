package org.equipoise.explanation;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceContentComponent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;

/**
 * An explanation that a caller gives, checked as far as it can be without the record.
 *
 * @param language its one language
 * @param parts its parts, the six mandatory ones among them
 * @param document the DocumentReference that was given, or null where only parts were
 * @param at where it stands in the request
 */
record GivenExplanation(
    LanguageTag language, List<ExplanationPart> parts, DocumentReference document, String at) {

  private static final Pattern CONTENT_TYPE =
      Pattern.compile(
          "(text/plain|text/markdown)(?:\\s*;\\s*charset=\"?([A-Za-z0-9_-]+)\"?)?\\s*",
          Pattern.CASE_INSENSITIVE);

  /** Parts alone. */
  static GivenExplanation of(LanguageTag language, List<ExplanationPart> parts, String at) {
    requireMandatory(language, parts, at);
    return new GivenExplanation(language, parts, null, at);
  }

  /** A finished explanation. */
  static GivenExplanation of(DocumentReference document, String at) {
    refuseWhatCannotBeChecked(document, at);
    List<ExplanationPart> parts = readParts(document, at);
    LanguageTag language = readContent(document, at);
    requireMandatory(language, parts, at);
    return new GivenExplanation(language, parts, document, at);
  }

  /** The text of one attachment as a reader sees it. */
  static String reading(Attachment attachment, String at) {
    String text = decoded(attachment.getData(), at + ".data");
    return isMarkdown(attachment)
        ? SafeText.markdown(text, at + ".data")
        : SafeText.plain(text, at + ".data");
  }

  static boolean isMarkdown(Attachment attachment) {
    return attachment.getContentType().toLowerCase(Locale.ROOT).startsWith("text/markdown");
  }

  private static void requireMandatory(
      LanguageTag language, List<ExplanationPart> parts, String at) {
    for (PartCode code : PartCode.mandatory()) {
      if (parts.stream().noneMatch(part -> part.code() == code)) {
        throw Refusal.unprocessable(
            IssueType.REQUIRED,
            at,
            "The part '"
                + code.code()
                + "' is missing in the language '"
                + language
                + "'; no explanation may lack it");
      }
    }
  }

  private static void refuseWhatCannotBeChecked(DocumentReference document, String at) {
    if (document.hasText()) {
      throw Refusal.unprocessable(
          IssueType.INVALID, at + ".text", "An explanation holds no HTML: leave the narrative out");
    }
    if (document.hasContained()) {
      throw Refusal.notSupported(
          at + ".contained", "Contained resources are not taken; refer to stored ones");
    }
    if (document.hasDescription()) {
      SafeText.plain(document.getDescription(), at + ".description");
    }
  }

  private static List<ExplanationPart> readParts(DocumentReference document, String at) {
    List<ExplanationPart> parts = new ArrayList<>();
    Set<PartCode> codes = new HashSet<>();
    for (int i = 0; i < document.getExtension().size(); i++) {
      Extension extension = document.getExtension().get(i);
      if (Canonical.Extension.EXPLANATION_PART.equals(extension.getUrl())) {
        ExplanationPart part = readPart(extension, at + ".extension[" + i + "]");
        if (!codes.add(part.code())) {
          throw Refusal.invalid(
              at + ".extension[" + i + "]", "The part '" + part.code().code() + "' is given twice");
        }
        parts.add(part);
      }
    }
    return parts;
  }

  private static ExplanationPart readPart(Extension extension, String at) {
    Extension code = extension.getExtensionByUrl("code");
    PartCode known =
        code != null && code.getValue() instanceof CodeableConcept concept
            ? concept.getCoding().stream()
                .filter(coding -> Canonical.System.EXPLANATION_PART.equals(coding.getSystem()))
                .map(Coding::getCode)
                .flatMap(value -> PartCode.of(value).stream())
                .findFirst()
                .orElse(null)
            : null;
    if (known == null) {
      throw Refusal.unprocessable(
          IssueType.CODEINVALID,
          at + ".extension.where(url='code')",
          "A part needs a code of explanation-part");
    }
    String textAt = at + ".extension.where(url='text').value";
    Extension text = extension.getExtensionByUrl("text");
    String markdown = text == null || !text.hasValue() ? null : text.getValue().primitiveValue();
    String reading = SafeText.markdown(markdown, textAt);
    List<Reference> references =
        extension.getExtensionsByUrl("reference").stream()
            .map(Extension::getValue)
            .filter(Reference.class::isInstance)
            .map(Reference.class::cast)
            .toList();
    return new ExplanationPart(known, markdown, reading, references);
  }

  /** Checks every content, and returns the language that they share. */
  private static LanguageTag readContent(DocumentReference document, String at) {
    LanguageTag language = null;
    for (int i = 0; i < document.getContent().size(); i++) {
      String contentAt = at + ".content[" + i + "].attachment";
      DocumentReferenceContentComponent content = document.getContent().get(i);
      LanguageTag own =
          LanguageTag.parse(content.getAttachment().getLanguage(), contentAt + ".language");
      if (language != null && !language.equals(own)) {
        throw Refusal.invalid(
            contentAt + ".language",
            "One explanation is in one language; give another one for '" + own + "'");
      }
      language = own;
      checkAttachment(content.getAttachment(), contentAt);
    }
    if (language == null) {
      throw Refusal.required(
          at + ".content", "A finished explanation needs its text in 'content', with its language");
    }
    return language;
  }

  private static void checkAttachment(Attachment attachment, String at) {
    String type = String.valueOf(attachment.getContentType());
    Matcher matcher = CONTENT_TYPE.matcher(type);
    if (!matcher.matches()) {
      throw Refusal.notSupported(
          at + ".contentType",
          "'" + type + "' is not taken; an explanation is text/plain or text/markdown");
    }
    if (matcher.group(2) != null
        && !List.of("utf-8", "us-ascii").contains(matcher.group(2).toLowerCase(Locale.ROOT))) {
      throw Refusal.notSupported(
          at + ".contentType", "'" + type + "' is not taken; the text must be in UTF-8");
    }
    if (attachment.hasUrl()) {
      // Beside 'data' too: whoever sees the explanation could open what the address leads to.
      throw Refusal.notSupported(
          at + ".url", "A text behind an address cannot be checked; give it in 'data'");
    }
    if (!attachment.hasData()) {
      throw Refusal.required(at + ".data", "The text is missing");
    }
    reading(attachment, at);
    if (attachment.hasTitle()) {
      SafeText.plain(attachment.getTitle(), at + ".title");
    }
  }

  private static String decoded(byte[] data, String at) {
    if (data.length > SafeText.MAX_BYTES) {
      throw Refusal.tooLong(
          at,
          "The text is longer than 1 MiB; one text may hold at most "
              + SafeText.MAX_BYTES
              + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.invalid(at, "The text is not UTF-8");
    }
  }
}
