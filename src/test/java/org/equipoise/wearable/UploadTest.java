package org.equipoise.wearable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives in bulk is bounded before anything of it is kept. */
class UploadTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final int MOST = 4 * MEBIBYTE;
  private static final String EXPORT = "<HealthData></HealthData>";

  private interface Files {
    void into(ZipOutputStream zip) throws IOException;
  }

  private static byte[] zip(Files files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      files.into(zip);
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  private static Upload upload(InputStream body) throws IOException {
    return Upload.of(
        FhirContext.forR4Cached(), "application/zip", "apple-health", "Phone", null, body, MOST);
  }

  private static String received(byte[] body) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    upload(new ByteArrayInputStream(body)).receive((number, content) -> packed.writeBytes(content));
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray())).readAllBytes(),
        StandardCharsets.UTF_8);
  }

  private static void assertRefused(int status, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BaseServerResponseException.class,
            refusal -> assertThat(refusal.getStatusCode()).isEqualTo(status))
        .satisfies(
            refusal ->
                assertThat(
                        FhirContext.forR4Cached()
                            .newJsonParser()
                            .encodeResourceToString(
                                ((BaseServerResponseException) refusal).getOperationOutcome()))
                    .contains(words));
  }

  @Test
  void zip_whenWhatComesBeforeTheExportIsABomb_then413() throws IOException {
    byte[] bomb =
        zip(
            zip -> {
              entry(zip, "apple_health_export/route.gpx", new byte[MOST + 1]);
              entry(zip, "apple_health_export/export.xml", EXPORT.getBytes(StandardCharsets.UTF_8));
            });
    assertThat(bomb.length).isLessThan(20_000);

    assertRefused(413, "The ZIP is larger", () -> received(bomb));
  }

  @Test
  void zip_whenTheExportItselfIsABomb_then413() throws IOException {
    byte[] bomb =
        zip(
            zip -> {
              zip.putNextEntry(new ZipEntry("apple_health_export/export.xml"));
              zip.write("<HealthData>".getBytes(StandardCharsets.UTF_8));
              zip.write(new byte[MOST]);
              zip.closeEntry();
            });

    assertRefused(413, "larger than the 4 MiB", () -> received(bomb));
  }

  @Test
  void zip_whenItHoldsManyFiles_then413() throws IOException {
    byte[] many =
        zip(
            zip -> {
              for (int i = 0; i < 1_001; i++) {
                entry(zip, "apple_health_export/routes/" + i, new byte[0]);
              }
              entry(zip, "apple_health_export/export.xml", EXPORT.getBytes(StandardCharsets.UTF_8));
            });

    assertRefused(413, "too many files", () -> received(many));
  }

  @Test
  void zip_whenAZipIsInIt_thenItIsNotOpened() throws IOException {
    byte[] inner = zip(zip -> entry(zip, "export.xml", EXPORT.getBytes(StandardCharsets.UTF_8)));
    byte[] outer = zip(zip -> entry(zip, "export.zip", inner));

    assertRefused(400, "holds no export.xml", () -> received(outer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../etc/export.xml", "/a/b/export.xml", "..\\..\\export.exe"})
  void zip_whenNamesLeadOutOfIt_thenTheyAreNoExport(String name) throws IOException {
    byte[] file = zip(zip -> entry(zip, name, EXPORT.getBytes(StandardCharsets.UTF_8)));

    assertRefused(400, "holds no export.xml", () -> received(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"export.xml", "apple_health_export/exportación.xml", "../export.xml"})
  void zip_whenTheExportIsWhereAPhonePutsIt_thenItsBytesAreTakenWhateverItsName(String name)
      throws IOException {
    byte[] file =
        zip(
            zip -> {
              entry(zip, "apple_health_export/export_cda.xml", new byte[10]);
              entry(zip, name, EXPORT.getBytes(StandardCharsets.UTF_8));
            });

    assertThat(received(file)).isEqualTo(EXPORT);
  }

  @Test
  void receive_whenExactlyAsLargeAsAllowed_thenTaken() throws IOException {
    byte[] file = new byte[MOST];
    file[0] = 'x';

    assertThat(
            Upload.of(
                    FhirContext.forR4Cached(),
                    "application/octet-stream",
                    "omh",
                    "Phone",
                    null,
                    new ByteArrayInputStream(file),
                    MOST)
                .receive((number, content) -> assertThat(content.length).isPositive()))
        .hasSize(64);
  }

  /** 200 MB, made while it is read, that counts how much of it was. */
  private static final class Endless extends InputStream {

    private static final long SIZE = 200L * 1000 * 1000;

    private final byte[] start;
    private final byte[] again;
    private long read;

    Endless(String start, String again) {
      this.start = start.getBytes(StandardCharsets.UTF_8);
      this.again = again.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read() {
      if (read >= SIZE) {
        return -1;
      }
      byte next =
          read < start.length
              ? start[(int) read]
              : again[(int) ((read - start.length) % again.length)];
      read++;
      return next;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!ENTITY a \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">",
        "<!ENTITY % p SYSTEM \"http://127.0.0.1/evil.dtd\"> %p; ",
        "<!-- nothing -->"
      })
  void xml_when200MegabytesOfDocumentType_thenRefusedAfterTheFirstOfThem(String declaration)
      throws IOException {
    Endless file = new Endless("<?xml version=\"1.0\"?><!DOCTYPE HealthData [", declaration);

    assertRefused(422, "XML", () -> upload(file).receive((number, content) -> {}));

    assertThat(file.read).isLessThan(MEBIBYTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"&a;", "x"})
  void xml_when200MegabytesOfOneText_thenTheReaderGivesUpAfterOneRecordsLength(String text) {
    Endless file = new Endless("<HealthData><Record type=\"", text);

    assertThatThrownBy(() -> new AppleHealth().read(file, 0, (number, reading) -> {}))
        .isInstanceOf(RecordReader.Unreadable.class);

    assertThat(file.read).isLessThan(3 * MEBIBYTE);
  }

  @Test
  void parts_whenReceived_thenNoneIsLargerThanAQuarterOfAMebibyte() throws IOException {
    java.util.Random noise = new java.util.Random(7);
    byte[] file = new byte[3 * MEBIBYTE];
    noise.nextBytes(file);
    file[0] = 'x';

    Upload.of(
            FhirContext.forR4Cached(),
            "application/octet-stream",
            "omh",
            "Phone",
            null,
            new ByteArrayInputStream(file),
            MOST)
        .receive((number, content) -> assertThat(content.length).isLessThanOrEqualTo(MEBIBYTE / 2));
  }
}
