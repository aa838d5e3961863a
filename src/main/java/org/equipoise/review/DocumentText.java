package org.equipoise.review;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hl7.fhir.r4.model.Attachment;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;

/**
 * The words of a document: those of all its texts, one after the other. Words and signs are those
 * of Unicode (UAX 29) for the language of each text; a word holds a letter, a digit or an
 * ideograph.
 *
 * @param tokens words, and the signs between them; white space is none
 * @param complete whether every content is plain text or markdown that stands in the document
 *     itself, so that these are all its words
 */
record DocumentText(List<Token> tokens, boolean complete) {

  /** What a document is made of: a word, or a sign such as a comma. */
  record Token(String text, boolean word) {}

  /** Texts whose words are what a reader reads; of HTML and its like the tags would count too. */
  private static final Set<String> READABLE = Set.of("text/plain", "text/markdown");

  DocumentText {
    tokens = List.copyOf(tokens);
  }

  static DocumentText of(List<Attachment> contents) {
    List<Token> tokens = new ArrayList<>();
    boolean complete = !contents.isEmpty();
    for (Attachment content : contents) {
      MimeType type = typeOf(content);
      if (type != null && content.hasData()) {
        addTokens(tokens, new String(content.getData(), charset(type)), content.getLanguage());
      } else {
        complete = false;
      }
    }
    return new DocumentText(tokens, complete);
  }

  /** How many of the tokens are words. */
  int words() {
    return (int) tokens.stream().filter(Token::word).count();
  }

  private static MimeType typeOf(Attachment content) {
    try {
      MimeType type = MimeType.valueOf(String.valueOf(content.getContentType()));
      return READABLE.contains((type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT))
          ? type
          : null;
    } catch (InvalidMimeTypeException e) {
      return null;
    }
  }

  private static Charset charset(MimeType type) {
    String name = type.getParameter("charset");
    try {
      return name == null ? StandardCharsets.UTF_8 : Charset.forName(name.replace("\"", ""));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.UTF_8;
    }
  }

  private static void addTokens(List<Token> tokens, String text, String language) {
    BreakIterator breaks =
        BreakIterator.getWordInstance(
            language == null ? ULocale.ENGLISH : ULocale.forLanguageTag(language));
    breaks.setText(text);
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
      String token = text.substring(start, end);
      if (!token.isBlank()) {
        tokens.add(new Token(token, breaks.getRuleStatus() >= BreakIterator.WORD_NONE_LIMIT));
      }
    }
  }
}
