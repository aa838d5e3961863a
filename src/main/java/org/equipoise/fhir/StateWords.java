package org.equipoise.fhir;

import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Objects;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.DocumentReference;

/**
 * Says the state of an AI document in words, where every application shows them: most show neither
 * docStatus nor labels nor extensions. In the language of the document, English or Spanish; English
 * where it is in another.
 */
public final class StateWords {

  /** A state, as the words know it. */
  public enum State {
    UNREVIEWED("unreviewed"),
    ATTESTED("attested"),
    ATTESTED_FAST("attested-fast"),
    ATTESTED_WITH_EDITS("attested-with-edits"),
    ATTESTED_WITH_EDITS_FAST("attested-with-edits-fast"),
    REPLACED("replaced"),
    REJECTED("rejected"),
    WITHDRAWN("withdrawn");

    private final String key;

    State(String key) {
      this.key = key;
    }
  }

  private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));

  /** Every sentence that a description or title may hold, the longest first. */
  private static final List<String> SENTENCES =
      SPOKEN.stream()
          .map(StateWords::words)
          .flatMap(words -> words.keySet().stream().map(words::getString))
          .sorted((one, other) -> Integer.compare(other.length(), one.length()))
          .toList();

  private StateWords() {}

  /**
   * Replaces what the description and the titles say of the state. What else they say stays, in
   * front.
   *
   * @param details whole sentences that the description says besides; titles do not
   */
  public static void tell(DocumentReference document, State state, String... details) {
    String sentence = sentence(document, state);
    StringBuilder description = new StringBuilder(with(document.getDescription(), sentence));
    for (String detail : details) {
      description.append(description.toString().matches("(?s).*[.!?]") ? " " : ". ").append(detail);
    }
    document.setDescription(description.toString());
    document
        .getContent()
        .forEach(
            content -> {
              if (content.hasAttachment()) {
                Attachment attachment = content.getAttachment();
                attachment.setTitle(with(attachment.getTitle(), sentence));
              }
            });
  }

  /** The sentence of a state in the language of the document. */
  public static String sentence(DocumentReference document, State state) {
    return words(languageOf(document)).getString(state.key);
  }

  /** The language that the document is spoken of in. */
  public static Locale languageOf(DocumentReference document) {
    return Stream.concat(
            document.getContent().stream().map(content -> content.getAttachment().getLanguage()),
            Stream.of(document.getLanguage()).filter(Objects::nonNull))
        .filter(Objects::nonNull)
        .map(StateWords::lookup)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(Locale.ENGLISH);
  }

  private static Locale lookup(String language) {
    try {
      return Locale.lookup(LanguageRange.parse(language), SPOKEN);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private static String with(String text, String sentence) {
    String own = text == null ? "" : text;
    for (String known : SENTENCES) {
      own = own.replace(" (" + known + ")", "").replace(known, "");
    }
    own = own.strip();
    return own.isEmpty() ? sentence : own + " (" + sentence + ")";
  }

  private static ResourceBundle words(Locale locale) {
    return ResourceBundle.getBundle(
        "aidocument.state", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }
}
