package org.equipoise.aboutme;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.CodeWords;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/**
 * A patient's statement about themselves (profile {@code about-me}): what makes a document one, and
 * how one is made from its parts. Pure.
 */
final class AboutMe {

  /** What a patient can speak of, in the order in which it is told. */
  enum PartCode {
    WHAT_MATTERS("what-matters"),
    HOW_TO_SPEAK_TO_ME("how-to-speak-to-me"),
    LANGUAGE("language"),
    WHO_DECIDES_WITH_ME("who-decides-with-me"),
    BELIEFS_AND_CULTURE("beliefs-and-culture"),
    WHAT_TO_KNOW("what-to-know");

    private final String code;

    PartCode(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }

    static Optional<PartCode> of(String code) {
      return Stream.of(values()).filter(one -> one.code.equals(code)).findFirst();
    }
  }

  /**
   * One thing that a patient says.
   *
   * @param text their words, verbatim; null for none
   * @param name the name to speak to them with; null for none
   * @param pronouns null for none
   * @param languages BCP 47, the best first
   * @param interpreter whether they want one; null where they do not say
   * @param people RelatedPersons who decide with them
   */
  record Part(
      PartCode code,
      String text,
      String name,
      String pronouns,
      List<String> languages,
      Boolean interpreter,
      List<Reference> people) {

    boolean saysSomething() {
      return text != null
          || name != null
          || pronouns != null
          || !languages.isEmpty()
          || interpreter != null
          || !people.isEmpty();
    }
  }

  /** The languages that we have words for. */
  private static final Map<String, ResourceBundle> WORDS =
      Map.of("en", words(Locale.ENGLISH), "es", words(Locale.forLanguageTag("es")));

  private AboutMe() {}

  private static ResourceBundle words(Locale locale) {
    return ResourceBundle.getBundle(
        "aboutme.messages", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  /** Whether a resource is such a statement. */
  static boolean is(Resource resource) {
    return resource instanceof DocumentReference document
        && document.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.ABOUT_ME);
  }

  /** The type of such a statement. */
  static CodeableConcept type() {
    return new CodeableConcept()
        .addCoding(new Coding(Canonical.System.LOINC, "51855-5", "Patient Note"))
        .addCoding(new Coding(Canonical.System.DOCUMENT_TYPE, Canonical.ABOUT_ME, null));
  }

  /**
   * A new statement.
   *
   * @param patient {@code Patient/id}
   * @param author who says it, {@code Patient/id} or {@code RelatedPerson/id}
   * @param language BCP 47 language of the words
   * @param names the names of the people whom the parts refer to, by reference
   */
  static DocumentReference write(
      String patient,
      String author,
      String language,
      List<Part> parts,
      Map<String, String> names,
      Instant now) {
    DocumentReference statement =
        new DocumentReference()
            .setStatus(DocumentReferenceStatus.CURRENT)
            .setType(type())
            .setSubject(new Reference(patient))
            .setDate(Date.from(now))
            .addAuthor(new Reference(author));
    statement
        .addCategory()
        .addCoding()
        .setSystem(Canonical.System.US_CORE_DOCUMENT_CATEGORY)
        .setCode("clinical-note");
    parts.forEach(part -> statement.addExtension(extension(part)));
    statement
        .addContent()
        .getAttachment()
        .setContentType("text/plain")
        .setLanguage(language)
        .setTitle(title(language))
        .setData(text(parts, names, language).getBytes(StandardCharsets.UTF_8));
    return statement;
  }

  /** What such a statement is called, in its own language where we have words for it. */
  static String title(String language) {
    return spoken(language).map(WORDS::get).orElse(WORDS.get("en")).getString("title");
  }

  /** The language of ours that this is; empty where we have no words for it. */
  private static Optional<String> spoken(String language) {
    return Optional.ofNullable(language)
        .map(tag -> tag.split("-", 2)[0])
        .filter(WORDS::containsKey);
  }

  private static Extension extension(Part part) {
    Extension extension = new Extension(Canonical.Extension.ABOUT_ME_PART);
    extension.addExtension(
        "code",
        new CodeableConcept(new Coding(Canonical.System.ABOUT_ME_PART, part.code().code(), null)));
    if (part.text() != null) {
      extension.addExtension("text", new StringType(part.text()));
    }
    if (part.name() != null) {
      extension.addExtension("name", new StringType(part.name()));
    }
    if (part.pronouns() != null) {
      extension.addExtension("pronouns", new StringType(part.pronouns()));
    }
    part.languages().forEach(one -> extension.addExtension("language", new CodeType(one)));
    if (part.interpreter() != null) {
      extension.addExtension("interpreter", new BooleanType(part.interpreter()));
    }
    part.people().forEach(one -> extension.addExtension("person", one.copy()));
    return extension;
  }

  /**
   * The words alone, as every app can show them. Headings only where the server has them in the
   * patient's language: words of another language do not stand between theirs.
   */
  private static String text(List<Part> parts, Map<String, String> names, String language) {
    Optional<String> spoken = spoken(language);
    return parts.stream()
        .map(part -> String.join("\n", lines(part, names, spoken)))
        .collect(Collectors.joining("\n\n"));
  }

  private static List<String> lines(Part part, Map<String, String> names, Optional<String> spoken) {
    List<String> lines = new ArrayList<>();
    spoken.ifPresent(
        language ->
            lines.add(
                CodeWords.of(Canonical.System.ABOUT_ME_PART, part.code().code(), language)
                    .display()));
    addList(lines, Stream.of(part.name(), part.pronouns()));
    addList(lines, part.languages().stream().map(AboutMe::nameOf));
    if (part.interpreter() != null) {
      String key = part.interpreter() ? "interpreter" : "no-interpreter";
      spoken.ifPresent(language -> lines.add(WORDS.get(language).getString(key)));
    }
    addList(lines, part.people().stream().map(one -> names.get(one.getReference())));
    if (part.text() != null) {
      lines.add(part.text());
    }
    return lines;
  }

  private static void addList(List<String> lines, Stream<String> words) {
    String line = words.filter(Objects::nonNull).collect(Collectors.joining(", "));
    if (!line.isEmpty()) {
      lines.add(line);
    }
  }

  /** A language by its own name. */
  private static String nameOf(String tag) {
    Locale locale = Locale.forLanguageTag(tag);
    return locale.getDisplayName(locale);
  }
}
