package org.equipoise.aidocument;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Reads a model card into the 31 source attributes of HTI-1. What stands there is what the card
 * says, in its words; an attribute that the card is silent about, or answers with "N/A", has no
 * text. Nothing is inferred.
 */
public final class ModelCardReader {

  /** The most bytes that one card may have: 1 MiB. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final String MARKDOWN = "text/markdown";
  private static final String XML = "application/xml";

  private ModelCardReader() {}

  /**
   * True where a card of this media type (with or without parameters) can be read: markdown and
   * CHAI XML.
   */
  public static boolean reads(String contentType) {
    String type = mediaType(contentType);
    return MARKDOWN.equals(type) || XML.equals(type);
  }

  /**
   * All 31 attributes, in order.
   *
   * @param contentType {@code text/markdown} (UTF-8, Hugging Face style) or {@code application/xml}
   *     (CHAI Applied Model Card 0.1 or 0.2)
   * @param data the card
   * @param expression where the card stands in its resource, named by a refusal
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 413 above {@link
   *     #MAX_BYTES}; 422 where the card is not what its media type says, has a DOCTYPE or an
   *     entity, or is of an unknown schema
   */
  public static List<SourceAttribute> read(String contentType, byte[] data, String expression) {
    if (data.length > MAX_BYTES) {
      throw Refusal.tooLong(
          expression,
          "The model card in %s has %d bytes; at most %d are read"
              .formatted(expression, data.length, MAX_BYTES));
    }
    String type = mediaType(contentType);
    if (XML.equals(type)) {
      return ChaiModelCard.read(data, expression);
    }
    if (MARKDOWN.equals(type)) {
      return MarkdownModelCard.read(utf8(data, expression), expression);
    }
    throw Refusal.notSupported(
        expression,
        "A model card of type '%s' cannot be read; send %s or %s"
            .formatted(contentType, MARKDOWN, XML));
  }

  private static String utf8(byte[] data, String expression) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.unprocessable(
          IssueType.STRUCTURE, expression, "The model card in " + expression + " is not UTF-8");
    }
  }

  private static String mediaType(String contentType) {
    return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
