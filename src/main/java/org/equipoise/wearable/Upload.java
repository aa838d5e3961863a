package org.equipoise.wearable;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.io.input.BoundedInputStream;
import org.equipoise.fhir.HalfCharacters;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;

/**
 * What a client sends: which format, from which app, and the file itself, still to be received.
 *
 * @param source the app or device that the file comes from, in words
 * @param requestId by which the client knows this call again, or null
 * @param file its bytes as they arrive, decompressed
 */
record Upload(Format format, String source, String requestId, InputStream file) {

  /** A Parameters resource is held in memory as a whole. */
  private static final Set<String> KNOWN =
      new TreeSet<>(Set.of("format", "source", "input", "requestId"));

  private static final int MOST_PARAMETERS = 16 << 20;

  /** Enough to see a document type. */
  private static final int HEAD = 300 * 1024;

  private static final int PART = 256 * 1024;
  private static final int LONGEST_SOURCE = 200;
  private static final int LONGEST_REQUEST_ID = 200;
  private static final int MOST_ENTRIES = 1_000;
  private static final long SIGN_OF_LIFE_NANOS = 2_000_000_000L;

  /** Takes the pieces of a file, in order. */
  interface Parts {
    void take(int number, byte[] content);

    /** Bytes go on arriving, however slowly. */
    default void alive() {}
  }

  /**
   * Reads what a call says of itself.
   *
   * @param type the media type of the body
   * @param format the query parameter, or null
   * @param source the query parameter, or null
   * @param requestId the query parameter, or null
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where something is
   *     missing or unknown
   */
  static Upload of(
      FhirContext context,
      String type,
      String format,
      String source,
      String requestId,
      InputStream body,
      long mostBytes)
      throws IOException {
    String media =
        type == null ? "" : type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    if (media.equals("application/fhir+json")) {
      return ofParameters(context, body, mostBytes);
    }
    Format known =
        format == null
            ? Format.ofMediaType(media)
                .orElseThrow(
                    () ->
                        Refusal.required(
                            "format",
                            "Say in which format the data comes: format=" + Format.codes()))
            : format(format);
    return new Upload(
        known, source(source), requestId(requestId), unpacked(known, body, mostBytes));
  }

  private static Upload ofParameters(FhirContext context, InputStream body, long mostBytes)
      throws IOException {
    byte[] text = body.readNBytes(MOST_PARAMETERS + 1);
    if (text.length > MOST_PARAMETERS) {
      throw Refusal.tooLong(
          "Parameters", "More than 16 MiB are sent as the body itself, not in Parameters");
    }
    String json = new String(text, StandardCharsets.UTF_8);
    Optional<String> broken = HalfCharacters.in(json);
    if (broken.isPresent()) {
      throw Refusal.invalid(
          broken.get(), broken.get() + ": holds half a character, which no text may");
    }
    IBaseResource resource;
    try {
      resource = context.newJsonParser().parseResource(json);
    } catch (DataFormatException | IllegalArgumentException | ClassCastException e) {
      throw Refusal.invalid("Parameters", "The body is no FHIR JSON");
    }
    if (!(resource instanceof Parameters parameters)) {
      throw Refusal.required("Parameters", "The body must be a Parameters resource");
    }
    for (ParametersParameterComponent parameter : parameters.getParameter()) {
      String name = String.valueOf(parameter.getName());
      requireKnown(name, "Parameters.parameter");
      if (!name.equals("input")
          && parameters.getParameter().stream().filter(one -> name.equals(one.getName())).count()
              > 1) {
        throw Refusal.invalid(
            "Parameters.parameter.where(name='" + name + "')", name + " may be given once");
      }
    }
    Format format = format(value(parameters, "format"));
    List<ParametersParameterComponent> inputs =
        parameters.getParameter().stream()
            .filter(parameter -> "input".equals(parameter.getName()))
            .toList();
    if (inputs.isEmpty()) {
      throw Refusal.required(
          "Parameters.parameter.where(name='input')", "Give the data: input, an Attachment");
    }
    if (inputs.size() > 1 && format != Format.FHIR) {
      throw Refusal.invalid(
          "Parameters.parameter.where(name='input')",
          "Of this format one input is taken at a time");
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (ParametersParameterComponent input : inputs) {
      if (!(input.getValue() instanceof Attachment attachment) || attachment.hasUrl()) {
        throw Refusal.notSupported(
            "Parameters.parameter.where(name='input')",
            "input is an Attachment with its data in it: no address is fetched");
      }
      if (attachment.getData() != null) {
        data.writeBytes(attachment.getData());
        data.write('\n');
      }
    }
    return new Upload(
        format,
        source(value(parameters, "source")),
        requestId(value(parameters, "requestId")),
        unpacked(format, new ByteArrayInputStream(data.toByteArray()), mostBytes));
  }

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 for a parameter that
   *     this operation does not have: whoever sent it expects something of it
   */
  static void requireKnown(String name, String at) {
    if (!KNOWN.contains(name)) {
      throw Refusal.notSupported(
          at.replaceAll("[^A-Za-z0-9_.-]", ""),
          "This operation has no parameter '%s'; it has %s"
              .formatted(name.replaceAll("[^A-Za-z0-9_.-]", ""), KNOWN));
    }
  }

  private static String value(Parameters parameters, String name) {
    return parameters.getParameter().stream()
        .filter(parameter -> name.equals(parameter.getName()))
        .filter(parameter -> parameter.getValue() != null && parameter.getValue().isPrimitive())
        .map(parameter -> parameter.getValue().primitiveValue())
        .findFirst()
        .orElse(null);
  }

  private static Format format(String code) {
    return Format.of(code)
        .orElseThrow(
            () ->
                code == null
                    ? Refusal.required(
                        "format", "Say in which format the data comes: format=" + Format.codes())
                    : Refusal.invalid("format", "format is one of " + Format.codes()));
  }

  private static String source(String source) {
    if (source == null || source.isBlank()) {
      throw Refusal.required(
          "source", "Say where the data comes from: source, the name of the app or device");
    }
    if (source.length() > LONGEST_SOURCE || source.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.invalid(
          "source", "source is a name of at most " + LONGEST_SOURCE + " characters");
    }
    return source.strip();
  }

  private static String requestId(String id) {
    if (id != null
        && (id.isBlank()
            || id.length() > LONGEST_REQUEST_ID
            || id.chars().anyMatch(Character::isISOControl))) {
      throw Refusal.invalid(
          "requestId", "requestId must have 1 to " + LONGEST_REQUEST_ID + " characters");
    }
    return id;
  }

  // ---- the file

  /** A file compressed by gzip, or the ZIP that Apple Health makes, becomes what is in it. */
  private static InputStream unpacked(Format format, InputStream body, long mostBytes)
      throws IOException {
    BufferedInputStream in = new BufferedInputStream(body, 1 << 16);
    in.mark(4);
    int first = in.read();
    int second = in.read();
    in.reset();
    if (first < 0) {
      throw Refusal.required(null, "The body is empty: send the data");
    }
    InputStream plain = in;
    if (first == 0x1f && second == 0x8b) {
      plain = new GZIPInputStream(in, 1 << 16);
    } else if (first == 'P' && second == 'K') {
      plain = export(in, mostBytes);
    }
    return checked(format, limited(plain, mostBytes));
  }

  /** A small file may become a large one. */
  private static InputStream limited(InputStream plain, long mostBytes) throws IOException {
    return BoundedInputStream.builder()
        .setInputStream(plain)
        // It speaks up when the last byte that it lets through is gone.
        .setMaxCount(mostBytes + 1)
        .setOnMaxCount(
            (most, read) -> {
              throw Refusal.tooLong(
                  null,
                  "The data is larger than the "
                      + (mostBytes >> 20)
                      + " MiB that this server takes at a time");
            })
        .get();
  }

  private static InputStream export(InputStream in, long mostBytes) throws IOException {
    ZipInputStream zip = new ZipInputStream(in);
    byte[] passed = new byte[1 << 16];
    long inflated = 0;
    int entries = 0;
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (++entries > MOST_ENTRIES) {
        throw Refusal.tooLong(null, "The ZIP holds too many files");
      }
      String name = entry.getName();
      // The name is a translated one in other languages; export_cda.xml is the same as CDA.
      if (name.endsWith(".xml")
          && !name.endsWith("_cda.xml")
          && name.indexOf('/') == name.lastIndexOf('/')) {
        return zip;
      }
      // What is passed over is decompressed, too.
      for (int got = zip.read(passed); got >= 0; got = zip.read(passed)) {
        inflated += got;
        if (inflated > mostBytes) {
          throw Refusal.tooLong(null, "The ZIP is larger than this server takes at a time");
        }
      }
    }
    throw Refusal.invalid(null, "The ZIP holds no export.xml");
  }

  /** What would be refused whatever follows is refused before it is received. */
  private static InputStream checked(Format format, InputStream file) throws IOException {
    if (format != Format.APPLE_HEALTH) {
      return file;
    }
    byte[] head = file.readNBytes(HEAD);
    try {
      Markup.withoutDocumentType(new ByteArrayInputStream(head));
    } catch (RecordReader.Unreadable e) {
      if (e.code() != IssueType.INCOMPLETE) {
        throw Refusal.unprocessable(e.code(), null, e.getMessage());
      }
    }
    return new SequenceInputStream(new ByteArrayInputStream(head), file);
  }

  /**
   * Receives the file, compressed by gzip, in pieces of at most 256 KiB.
   *
   * @return SHA-256 of the file, hexadecimal
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400 where its own
   *     compression is broken, 413 where it is too large
   */
  String receive(Parts parts) throws IOException {
    DigestInputStream digested = new DigestInputStream(file, Hash.digest());
    Cut cut = new Cut(parts);
    try (OutputStream packed =
        new GZIPOutputStream(cut, 1 << 14) {
          {
            def.setLevel(Deflater.BEST_SPEED);
          }
        }) {
      byte[] buffer = new byte[1 << 16];
      long alive = System.nanoTime();
      for (int got = digested.read(buffer); got >= 0; got = digested.read(buffer)) {
        packed.write(buffer, 0, got);
        if (System.nanoTime() - alive > SIGN_OF_LIFE_NANOS) {
          alive = System.nanoTime();
          parts.alive();
        }
      }
    }
    cut.end();
    return HexFormat.of().formatHex(digested.getMessageDigest().digest());
  }

  private static final class Cut extends OutputStream {

    private final Parts parts;
    private final ByteArrayOutputStream part = new ByteArrayOutputStream(PART);
    private int number;

    Cut(Parts parts) {
      this.parts = parts;
    }

    @Override
    public void write(int one) {
      part.write(one);
      cut();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      part.write(bytes, offset, length);
      cut();
    }

    private void cut() {
      if (part.size() >= PART) {
        end();
      }
    }

    void end() {
      if (part.size() > 0) {
        parts.take(number++, part.toByteArray());
        part.reset();
      }
    }
  }
}
