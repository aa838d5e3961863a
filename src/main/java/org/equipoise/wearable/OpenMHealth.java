package org.equipoise.wearable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.IntStream;
import org.equipoise.fhir.HalfCharacters;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Data points of Open mHealth and IEEE 1752.1 (header and body), as one array, as NDJSON, or one
 * after another.
 */
final class OpenMHealth implements RecordReader {

  /** A data point has a few dozen. */
  private static final int MOST_TOKENS = 2_000;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(50)
                          .maxStringLength(LONGEST_RECORD)
                          .maxNumberLength(60)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  @Override
  public void read(InputStream file, long skip, Sink sink) throws IOException, Unreadable {
    BufferedInputStream in = new BufferedInputStream(file);
    int first = firstCharacter(in);
    if (first == '[') {
      array(in, skip, sink);
      return;
    }
    Lines lines = new Lines(in);
    Lines.Line line = lines.next();
    if (line == null) {
      return;
    }
    Lines.Line second = isOpen(line) ? lines.next() : null;
    if (second != null && !isWhole(second)) {
      // Written over several lines: a line is no record.
      byte[] read =
          (line.text() + "\n" + String.valueOf(second.text()) + "\n")
              .getBytes(StandardCharsets.UTF_8);
      sequence(new SequenceInputStream(new ByteArrayInputStream(read), lines.rest()), skip, sink);
      return;
    }
    long number = 0;
    while (line != null) {
      number++;
      if (number > skip && (line.problem() != null || !line.text().isEmpty())) {
        sink.accept(number, reading(line));
      }
      line = second == null ? lines.next() : second;
      second = null;
    }
  }

  /** Whether it may be the beginning of a data point that goes on in the next line. */
  private static boolean isOpen(Lines.Line line) {
    return line.problem() == null && line.ended() && !line.text().endsWith("}");
  }

  private static boolean isWhole(Lines.Line line) {
    if (line.problem() != null || !line.text().startsWith("{")) {
      return false;
    }
    try (JsonParser parser = MAPPER.getFactory().createParser(line.text())) {
      parser.nextToken();
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static int firstCharacter(BufferedInputStream in) throws IOException {
    int next;
    do {
      in.mark(4);
      next = in.read();
      if (next == 0xEF) {
        // A byte order mark.
        in.skipNBytes(2);
        next = ' ';
      }
    } while (next >= 0 && Character.isWhitespace(next));
    in.reset();
    return next;
  }

  private static Reading reading(Lines.Line line) {
    if (line.problem() != null) {
      return new Reading.Refused(IssueType.STRUCTURE, line.problem());
    }
    try (JsonParser parser = MAPPER.getFactory().createParser(line.text())) {
      parser.nextToken();
      JsonNode node = tree(parser);
      if (node != null && parser.nextToken() != null) {
        return new Reading.Refused(
            IssueType.STRUCTURE, "The line holds more than one value: give each a line of its own");
      }
      return reading(node);
    } catch (IOException e) {
      return new Reading.Refused(
          IssueType.STRUCTURE,
          !line.ended() && !line.text().endsWith("}")
              ? "The file ends in the middle of this line: what came before it was taken"
              : "The line is no JSON");
    }
  }

  private static void array(InputStream in, long skip, Sink sink) throws IOException, Unreadable {
    try (JsonParser parser = MAPPER.getFactory().createParser(text(in))) {
      parser.nextToken();
      long number = 0;
      try {
        JsonToken next;
        while ((next = parser.nextToken()) != JsonToken.END_ARRAY) {
          if (next == null) {
            throw cut(number + 1);
          }
          take(parser, ++number, skip, sink);
        }
      } catch (JsonProcessingException e) {
        throw notJson(number, e);
      } catch (CharacterCodingException e) {
        throw new Unreadable(
            number,
            IssueType.STRUCTURE,
            "From here on the file is no UTF-8: what came before was taken");
      }
    }
  }

  private static void sequence(InputStream in, long skip, Sink sink)
      throws IOException, Unreadable {
    try (JsonParser parser = MAPPER.getFactory().createParser(text(in))) {
      long number = 0;
      try {
        while (parser.nextToken() != null) {
          take(parser, ++number, skip, sink);
        }
      } catch (JsonProcessingException e) {
        throw notJson(number, e);
      } catch (CharacterCodingException e) {
        throw new Unreadable(
            number,
            IssueType.STRUCTURE,
            "From here on the file is no UTF-8: what came before was taken");
      }
    }
  }

  /** UTF-8, which JSON is in; never guessed from the first bytes. */
  private static Reader text(InputStream in) {
    return new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
  }

  private static void take(JsonParser parser, long number, long skip, Sink sink)
      throws IOException {
    if (number <= skip) {
      parser.skipChildren();
      return;
    }
    JsonNode node = tree(parser);
    sink.accept(number, reading(node));
  }

  /** The value at which the parser stands; null where it is too large, and then passed over. */
  private static JsonNode tree(JsonParser parser) throws IOException {
    try (TokenBuffer buffer = new TokenBuffer(parser)) {
      int depth = 0;
      int tokens = 0;
      JsonToken token = parser.currentToken();
      while (token != null) {
        if (tokens++ < MOST_TOKENS) {
          buffer.copyCurrentEvent(parser);
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 0) {
          break;
        }
        token = parser.nextToken();
      }
      if (depth > 0) {
        throw new com.fasterxml.jackson.core.io.JsonEOFException(parser, null, "Unexpected end");
      }
      return tokens > MOST_TOKENS ? null : MAPPER.readTree(buffer.asParser(MAPPER));
    }
  }

  /**
   * @param node null where it was too large to be held
   */
  private static Reading reading(JsonNode node) {
    if (node == null) {
      return new Reading.Refused(IssueType.TOOCOSTLY, "It is too large to be a data point");
    }
    return halfCharacter(node, "")
        .<Reading>map(Reading.Refused::ofHalfCharacter)
        .orElseGet(() -> DataPoint.reading(node));
  }

  private static Optional<String> halfCharacter(JsonNode node, String at) {
    if (node.isTextual()) {
      return HalfCharacters.areIn(node.textValue()) ? Optional.of(at) : Optional.empty();
    }
    return node.properties().stream()
        .flatMap(
            field ->
                halfCharacter(
                    field.getValue(), at.isEmpty() ? field.getKey() : at + "." + field.getKey())
                    .stream())
        .findFirst()
        .or(
            () ->
                IntStream.range(0, node.isArray() ? node.size() : 0)
                    .boxed()
                    .flatMap(i -> halfCharacter(node.get(i), at + "[" + i + "]").stream())
                    .findFirst());
  }

  private static Unreadable cut(long record) {
    return new Unreadable(
        record, IssueType.INCOMPLETE, "The file ends in the middle: what came before was taken");
  }

  private static Unreadable notJson(long record, JsonProcessingException e) {
    return e instanceof com.fasterxml.jackson.core.io.JsonEOFException
        ? cut(record)
        : new Unreadable(
            record,
            IssueType.STRUCTURE,
            "From here on the file is no JSON: what came before was taken");
  }
}
