package org.equipoise.explanation;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Text that a patient's app may show as it is: no HTML, no script, no link that runs something, no
 * invisible characters, at most one mebibyte.
 *
 * <p>HTML is recognised by the rule with which HTML itself starts a tag, a comment or a declaration
 * (HTML Living Standard, section 13.2.5.6, tag open state): {@code <} followed by a letter, {@code
 * /}, {@code !} or {@code ?}. A text without these cannot become markup in any browser, however
 * broken the markup, so this is stricter than a parser of well-formed HTML or of CommonMark, which
 * both let {@code <svg/onload=...>} pass. {@code "BP < 120"} is no markup.
 */
final class SafeText {

  /** The most that one text may hold, in bytes of UTF-8. */
  static final int MAX_BYTES = 1 << 20;

  private static final Pattern MARKUP = Pattern.compile("<[A-Za-z/!?]");

  /**
   * Control characters, and format characters that reorder or hide what is read (Unicode Technical
   * Report 36, section 2.4); line ends and tabs are fine, and so are the joiners that some scripts
   * need.
   */
  private static final Pattern HIDDEN =
      Pattern.compile(
          "[\\p{Cc}&&[^\\t\\r\\n]]|[\\u200E\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF9-\\uFFFB]");

  private static final Set<String> LINK_SCHEMES = Set.of("http", "https", "mailto", "tel");

  private static final Parser MARKDOWN = Parser.builder().build();

  private SafeText() {}

  /**
   * A plain text as it may be stored.
   *
   * @param expression where it stands, for the refusal
   * @throws ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException 413 above {@link
   *     #MAX_BYTES}
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where it holds HTML
   *     or hidden characters, or says nothing
   */
  static String plain(String text, String expression) {
    if (text == null || text.isBlank()) {
      throw Refusal.unprocessable(IssueType.REQUIRED, expression, "The text is empty");
    }
    if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw Refusal.tooLong(
          expression,
          "The text is longer than 1 MiB; one text may hold at most " + MAX_BYTES + " bytes");
    }
    if (MARKUP.matcher(text).find()) {
      throw Refusal.unprocessable(
          IssueType.INVALID,
          expression,
          "The text holds HTML or a script, which an explanation may not; write a less-than sign with a space after it");
    }
    if (HIDDEN.matcher(text).find()) {
      throw Refusal.unprocessable(
          IssueType.INVALID,
          expression,
          "The text holds control characters or characters that hide or reorder others");
    }
    return text;
  }

  /**
   * A markdown text (CommonMark) as it may be stored: what {@link #plain} asks, and links lead only
   * to http, https, mailto and tel addresses.
   *
   * @return the same text without its markdown, as a reader sees it: blocks apart by blank lines,
   *     list items by lines
   */
  static String markdown(String text, String expression) {
    plain(text, expression);
    Node document;
    try {
      // No tag is left in it, and CommonMark looks to the end of the text behind every other
      // less-than sign.
      document = MARKDOWN.parse(text.replace("<", "&lt;"));
    } catch (StackOverflowError e) {
      // The parser recurses into nested emphasis and holds no state, so nothing is harmed.
      throw Refusal.unprocessable(
          IssueType.INVALID, expression, "The markdown is nested too deeply");
    }
    String reading = readable(document, expression);
    if (reading.isBlank()) {
      throw Refusal.unprocessable(IssueType.REQUIRED, expression, "The text is empty");
    }
    return reading;
  }

  /** A plain text as markdown that shows exactly this text. */
  static String toMarkdown(String plain) {
    return plain.replaceAll("([\\\\`*_\\[\\]&~|#])", "\\\\$1");
  }

  /**
   * A name or title out of the record, made harmless inside a sentence: on one line, without hidden
   * characters, with angle quotation marks for the signs that could start HTML.
   */
  static String inline(String value) {
    return HIDDEN
        .matcher(value)
        .replaceAll(" ")
        .replace('<', '‹')
        .replace('>', '›')
        .replaceAll("\\s+", " ")
        .strip();
  }

  /** Walks without recursion: a hostile text may nest a thousand blocks. */
  private static String readable(Node document, String expression) {
    StringBuilder text = new StringBuilder();
    Node node = document;
    while (node != null) {
      append(node, text, expression);
      if (node.getFirstChild() != null) {
        node = node.getFirstChild();
        continue;
      }
      while (node != null && node.getNext() == null) {
        node = node.getParent();
      }
      node = node == null ? null : node.getNext();
    }
    return text.toString().strip();
  }

  private static void append(Node node, StringBuilder text, String expression) {
    if (node instanceof ListItem) {
      text.append("\n- ");
    } else if (node instanceof Block && !(node.getParent() instanceof ListItem)) {
      text.append("\n\n");
    }
    if (node instanceof Text words) {
      text.append(words.getLiteral());
    } else if (node instanceof Code code) {
      text.append(code.getLiteral());
    } else if (node instanceof FencedCodeBlock code) {
      text.append(code.getLiteral());
    } else if (node instanceof IndentedCodeBlock code) {
      text.append(code.getLiteral());
    } else if (node instanceof SoftLineBreak) {
      text.append(' ');
    } else if (node instanceof HardLineBreak) {
      text.append('\n');
    } else if (node instanceof Link link) {
      requireHarmless(link.getDestination(), expression);
    } else if (node instanceof Image image) {
      requireHarmless(image.getDestination(), expression);
    }
  }

  private static void requireHarmless(String destination, String expression) {
    try {
      String scheme = new URI(destination.strip()).getScheme();
      if (scheme == null || LINK_SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
        return;
      }
    } catch (URISyntaxException e) {
      // Refused below: what is no address leads nowhere good.
    }
    throw Refusal.unprocessable(
        IssueType.INVALID,
        expression,
        "A link leads to '" + destination + "'; links may use http, https, mailto and tel");
  }
}
