package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.equipoise.server.Uploads.count;
import static org.equipoise.server.Uploads.heartRate;
import static org.equipoise.server.Uploads.heartRates;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.StandingCallers;
import org.equipoise.security.authorization.AllowedApps;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.SampledData;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** {@code Patient/[id]/$ingest-wearable}, as an app meets it. */
class IngestWearableTest extends ServerTest {

  private static final String HEART_RATE = "8867-4";

  @Autowired private IInterceptorService interceptors;

  @BeforeEach
  void people() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String name :
        List.of("ada", "ben", "cy", "dee", "eli", "gil", "hal", "ivy", "jo", "kim")) {
      Patient patient = new Patient();
      patient.setId("wear-" + name);
      put(people, patient);
    }
    RelatedPerson son =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/wear-ada"));
    son.setId("wear-adas-son");
    put(people, son);
    put(people, aunt(true));
    Practitioner doctor = new Practitioner();
    doctor.setId("wear-doctor");
    put(people, doctor);
    put(people, TestRecords.careTeam("wear-ada", "wear-doctor"));
    scribe().post("", people).ok(Bundle.class);
  }

  private static RelatedPerson aunt(boolean active) {
    RelatedPerson aunt =
        new RelatedPerson().setActive(active).setPatient(new Reference("Patient/wear-gil"));
    aunt.setId("wear-gils-aunt");
    return aunt;
  }

  private static void put(Bundle bundle, org.hl7.fhir.r4.model.Resource resource) {
    bundle
        .addEntry()
        .setResource(resource)
        .getRequest()
        .setMethod(Bundle.HTTPVerb.PUT)
        .setUrl(resource.fhirType() + "/" + resource.getIdElement().getIdPart());
  }

  private Uploads as(String client, String patient) {
    return new Uploads(server(), Api.as(server(), client, SECRET, "patient/*.cruds"), patient);
  }

  private Uploads own(String name) {
    return as("wear-" + name, "wear-" + name);
  }

  // ---- what is kept

  @Test
  void ingest_whenThreeDaysOfMinutes_thenThreeObservationsWithEveryValueAtItsTime() {
    Uploads ada = own("ada");
    String file = heartRates("2026-03-01T00:00:00Z", 4320, i -> Integer.toString(60 + i % 50));

    Parameters outcome = ada.done("omh", file);

    assertThat(count(outcome, "accepted")).isEqualTo(4320);
    assertThat(count(outcome, "rejected")).isZero();
    List<Observation> day = ada.ofDay("2026-03-02", HEART_RATE);
    assertThat(day).isNotEmpty().hasSizeLessThanOrEqualTo(2);
    Observation series =
        day.stream()
            .filter(
                one ->
                    one.getEffectivePeriod()
                        .getStart()
                        .toInstant()
                        .equals(Instant.parse("2026-03-02T00:00:00Z")))
            .findFirst()
            .orElseThrow();
    assertThat(series.getMeta().getSecurity()).extracting("code").contains("PATAST", "DEVRPT");
    assertThat(series.getMeta().getTag()).extracting("code").contains("patient-supplied");
    assertThat(series.getPerformerFirstRep().getReference()).isEqualTo("Patient/wear-ada");
    assertThat(series.getDevice().getReference()).startsWith("Device/");
    Map<Instant, BigDecimal> values = ada.values(HEART_RATE);
    for (int i = 0; i < 4320; i++) {
      assertThat(values.get(Instant.parse("2026-03-01T00:00:00Z").plusSeconds(60L * i)))
          .isEqualTo(Integer.toString(60 + i % 50));
    }
  }

  @Test
  void ingest_whenSentTwiceAndThenOverlapping_thenNoValueTwiceAndOnlyTheNewIsAdded() {
    Uploads ben = own("ben");
    String day = heartRates("2026-03-01T00:00:00Z", 720, i -> "70");
    ben.done("omh", day);
    Observation before = ben.ofDay("2026-03-01", HEART_RATE).get(0);

    Parameters again = ben.done("omh", day);
    Observation same = ben.ofDay("2026-03-01", HEART_RATE).get(0);
    Parameters overlapping = ben.done("omh", heartRates("2026-03-01T06:00:00Z", 720, i -> "70"));

    assertThat(count(again, "accepted")).isZero();
    assertThat(count(again, "duplicate")).isEqualTo(720);
    assertThat(same.getMeta().getVersionId()).isEqualTo(before.getMeta().getVersionId());
    assertThat(count(overlapping, "accepted")).isEqualTo(360);
    assertThat(count(overlapping, "duplicate")).isEqualTo(360);
    assertThat(ben.ofDay("2026-03-01", HEART_RATE)).hasSize(1);
    assertThat(ben.values(HEART_RATE)).hasSize(1080);
  }

  @Test
  void ingest_whenADayHasFewValues_thenEachIsAnObservationAndLaterOnesJoinWithoutRepeatingThem() {
    Uploads cy = own("cy");
    cy.done("omh", heartRates("2026-04-01T00:00:00Z", 5, i -> "61.50"));

    Parameters more = cy.done("omh", heartRates("2026-04-01T00:00:00Z", 100, i -> "61.50"));

    List<Observation> day = cy.ofDay("2026-04-01", HEART_RATE);
    assertThat(day).hasSize(6);
    assertThat(day.stream().filter(Observation::hasValueQuantity))
        .hasSize(5)
        .allMatch(one -> one.getValueQuantity().getValue().toPlainString().equals("61.50"));
    assertThat(count(more, "accepted")).isEqualTo(95);
    assertThat(count(more, "duplicate")).isEqualTo(5);
    assertThat(cy.values(HEART_RATE)).hasSize(100);
  }

  @Test
  void ingest_whenAppleHealth_thenZipGzipAndPlainSayTheSame() throws IOException {
    Uploads dee = own("dee");
    String export =
        "<?xml version=\"1.0\"?><!DOCTYPE HealthData [<!ELEMENT HealthData ANY>]>\n<HealthData>"
            + apple("HKQuantityTypeIdentifierBodyMass", "kg", "70.5", "08:00:00")
            + apple("HKQuantityTypeIdentifierBloodPressureSystolic", "mmHg", "120", "08:01:00")
            + apple("HKQuantityTypeIdentifierBloodPressureDiastolic", "mmHg", "80", "08:01:00")
            + apple("HKQuantityTypeIdentifierOxygenSaturation", "%", "0.97", "08:02:00")
            + apple("HKQuantityTypeIdentifierDietaryCaffeine", "mg", "80", "08:03:00")
            + apple("HKQuantityTypeIdentifierDietaryCaffeine", "mg", "90", "08:04:00")
            + "</HealthData>";
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("apple_health_export/export_cda.xml"));
      out.putNextEntry(new ZipEntry("apple_health_export/export.xml"));
      out.write(export.getBytes(StandardCharsets.UTF_8));
    }

    Parameters zipped =
        dee.done(dee.send("apple-health", zip.toByteArray(), "Prefer", "respond-async"));
    Parameters gzipped =
        dee.done(
            dee.send(
                "apple-health",
                Uploads.gzip(export.getBytes(StandardCharsets.UTF_8)),
                "Prefer",
                "respond-async",
                "Content-Encoding",
                "gzip"));

    assertThat(count(zipped, "accepted")).isEqualTo(4);
    assertThat(count(zipped, "rejected")).isEqualTo(2);
    assertThat(((OperationOutcome) zipped.getParameter("outcome").getResource()).getIssue())
        .singleElement()
        .satisfies(
            issue ->
                assertThat(issue.getDiagnostics())
                    .contains("2 records, the first of them 5")
                    .contains("DietaryCaffeine"));
    assertThat(count(gzipped, "duplicate")).isEqualTo(4);
    Observation pressure = dee.ofDay("2026-05-01", "85354-9").get(0);
    assertThat(pressure.getComponent()).hasSize(2);
    Observation weight = dee.ofDay("2026-05-01", "29463-7").get(0);
    assertThat(weight.getValueQuantity().getValue()).isEqualByComparingTo("70.5");
    Device device = scribe().get(weight.getDevice().getReference()).ok(Device.class);
    assertThat(device.getManufacturer()).isEqualTo("Acme");
    assertThat(device.getPatient().getReference()).isEqualTo("Patient/wear-dee");
    assertThat(dee.ofDay("2026-05-01", "59408-5").get(0).getValueQuantity().getValue())
        .isEqualByComparingTo("97");
  }

  private static String apple(String type, String unit, String value, String time) {
    return "<Record type=\""
        + type
        + "\" sourceName=\"Scale\" device=\"&lt;&lt;HKDevice: 0x1&gt;, name:Scale, manufacturer:Acme,"
        + " model:S1&gt;\" unit=\""
        + unit
        + "\" startDate=\"2026-05-01 "
        + time
        + " +0200\" endDate=\"2026-05-01 "
        + time
        + " +0200\" value=\""
        + value
        + "\"/>\n";
  }

  @Test
  void ingest_whenTheProxySends_thenItStandsOnTheProxysWord() {
    Uploads son = as("wear-adas-son", "wear-ada");

    son.done("omh", heartRate("2026-06-01T08:00:00Z", "64"));

    Observation one = son.ofDay("2026-06-01", HEART_RATE).get(0);
    assertThat(one.getMeta().getSecurity())
        .extracting("code")
        .contains("SDMAST")
        .doesNotContain("PATAST");
    assertThat(one.getPerformerFirstRep().getReference()).isEqualTo("RelatedPerson/wear-adas-son");
    Bundle stories =
        scribe()
            .get("Provenance?target=Observation/" + one.getIdElement().getIdPart())
            .ok(Bundle.class);
    assertThat(stories.getEntry())
        .anySatisfy(
            entry ->
                assertThat(((Provenance) entry.getResource()).getAgent())
                    .anySatisfy(
                        agent -> assertThat(agent.getWho().getDisplay()).isEqualTo("Heartly")));
  }

  @Test
  void ingest_whenParametersWithAttachment_thenTheSame() {
    Uploads dee = own("dee");
    Parameters body = new Parameters();
    body.addParameter("format", new CodeType("omh"));
    body.addParameter("source", new StringType("Heartly"));
    body.addParameter()
        .setName("input")
        .setValue(
            new Attachment()
                .setData(heartRate("2026-06-02T08:00:00Z", "64").getBytes(StandardCharsets.UTF_8)));
    Api api = Api.as(server(), "wear-dee", SECRET, "patient/*.cruds");

    Api.Answer answer =
        api.post("Patient/wear-dee/$ingest-wearable", body, "Prefer", "respond-async");

    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    assertThat(count(dee.done(answer.response()), "accepted")).isEqualTo(1);
  }

  @Test
  void ingest_whenSentAgainUnderTheSameRequestId_thenItIsTheSameUpload() {
    Uploads dee = own("dee");
    String body = heartRate("2026-06-05T08:00:00Z", "64");

    HttpResponse<String> first = dee.sendAsync("omh&requestId=r-1", body);
    HttpResponse<String> again = dee.sendAsync("omh&requestId=r-1", body);
    HttpResponse<String> other = dee.sendAsync("omh&requestId=r-1", body + "\n");

    assertThat(Uploads.status(again)).isEqualTo(Uploads.status(first));
    assertThat(first.body()).doesNotContain("replayed");
    assertThat(again.body()).contains("replayed");
    assertThat(other.statusCode()).isEqualTo(409);
    dee.done(again);
  }

  @Test
  void ingest_whenAnAiConcluded_thenItsLabelAndItsProvenance() {
    writeHousehold();
    Uploads dee = own("dee");
    String rhythm =
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":"
            + "\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"vital-signs\"}]}],"
            + "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"80358-5\"}]},"
            + "\"effectiveDateTime\":\"2026-06-06T08:00:00Z\",\"valueCodeableConcept\":{\"text\":\"AFib likely\"},"
            + "\"device\":{\"reference\":\""
            + TestRecords.SCRIBE_DEVICE
            + "\"}}";

    Parameters outcome = dee.done("fhir", rhythm);

    assertThat(count(outcome, "accepted")).as(Api.json(outcome)).isEqualTo(1);
    Observation one = dee.ofDay("2026-06-06", "80358-5").get(0);
    assertThat(one.getMeta().getSecurity()).extracting("code").contains("AIAST", "PATAST");
    Provenance story =
        (Provenance)
            scribe()
                .get("Provenance?target=Observation/" + one.getIdElement().getIdPart())
                .ok(Bundle.class)
                .getEntryFirstRep()
                .getResource();
    assertThat(story.getAgentFirstRep().getWho().getReference())
        .isEqualTo(TestRecords.SCRIBE_DEVICE);
    assertThat(story.getAgentFirstRep().getRoleFirstRep().getCodingFirstRep().getCode())
        .isEqualTo("Artificial-Intelligence");
  }

  // ---- bad input

  @Test
  void ingest_whenLinesAreBad_thenEachHasItsReasonAndTheRestIsTaken() {
    Uploads eli = own("eli");
    Device foreign = new Device().setPatient(new Reference("Patient/wear-ben"));
    String device = scribe().post("Device", foreign).ok(Device.class).getIdElement().getIdPart();
    String good =
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":"
            + "\"http://loinc.org\",\"code\":\"29463-7\"}]},\"effectiveDateTime\":\"2026-07-01T08:00:00Z\","
            + "\"valueQuantity\":{\"value\":70,\"unit\":\"kg\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"kg\"}}";

    Parameters outcome =
        eli.done(
            "fhir",
            String.join(
                "\n",
                good,
                good.replace("08:00:00Z", "08:01:00Z").replace("\"kg\"}", "\"stone\"}"),
                good.replace("08:00:00Z", "08:02:00Z").replace("\"value\":70", "\"value\":7000"),
                good.replace("2026-07-01", "2036-07-01"),
                good.replace("08:00:00Z", "08:03:00"),
                good.replace("08:00:00Z", "08:04:00Z")
                    .replace(
                        "\"status\"",
                        "\"device\":{\"reference\":\"Device/" + device + "\"},\"status\""),
                good.replace("08:00:00Z", "08:05:00Z")
                    .replace(
                        "\"status\"",
                        "\"subject\":{\"reference\":\"Patient/wear-ben\"},\"status\""),
                good.replace("\"value\":70", "\"value\":71"),
                good.replace("08:00:00Z", "08:06:00Z"),
                good.substring(0, 90)));

    assertThat(count(outcome, "accepted")).isEqualTo(3);
    assertThat(count(outcome, "rejected")).isEqualTo(7);
    String report =
        ((org.hl7.fhir.r4.model.UrlType) outcome.getParameter("report").getValue())
            .getValue()
            .replaceFirst(".*/fhir/", "");
    String told = Api.as(server(), "wear-eli", SECRET, "patient/*.cruds").get(report).body();
    assertThat(told.lines()).hasSize(7).allMatch(line -> line.contains("OperationOutcome"));
    assertThat(told)
        .contains("Record 2: ", "UCUM")
        .contains("Record 4: It is of the future")
        .contains("Record 5: '2026-07-01T08:03:00' has no time zone")
        .contains("Record 6: Its device Device/" + device + " is not known")
        .contains("Record 7: Its subject is somebody else")
        .contains("Record 8: The record has something else")
        .contains("Record 10: The file ends in the middle of this line");
    List<Observation> weights = eli.ofDay("2026-07-01", "29463-7");
    assertThat(weights).hasSize(3);
    assertThat(weights)
        .filteredOn(one -> one.getValueQuantity().getValue().intValue() == 7000)
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.getInterpretationFirstRep().getCodingFirstRep().getCode())
                    .isEqualTo("impossible-value"));
  }

  @Test
  void ingest_whenEntitiesAreDeclared_thenRefusedAtOnceAndNothingIsKept() {
    long before = jdbc.queryForObject("select count(*) from eqp_ingest", Long.class);

    HttpResponse<String> answer =
        own("ada")
            .sendAsync(
                "apple-health",
                "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><HealthData>&b;</HealthData>");

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("declares entities");
    assertThat(jdbc.queryForObject("select count(*) from eqp_ingest", Long.class))
        .isEqualTo(before);
  }

  @Test
  void ingest_whenASmallFileBecomesALargeOne_thenRefusedAndNothingIsKept() {
    long before = jdbc.queryForObject("select count(*) from eqp_ingest_part", Long.class);

    HttpResponse<String> packed =
        own("ada").send("omh", Uploads.gzip(new byte[161 << 20]), "Prefer", "respond-async");
    HttpResponse<String> encoded =
        own("ada")
            .send(
                "omh",
                Uploads.gzip(new byte[161 << 20]),
                "Prefer",
                "respond-async",
                "Content-Encoding",
                "gzip");

    assertThat(packed.statusCode()).as(packed.body()).isEqualTo(413);
    assertThat(encoded.statusCode()).as(encoded.body()).isEqualTo(413);
    assertThat(jdbc.queryForObject("select count(*) from eqp_ingest_part", Long.class))
        .isEqualTo(before);
  }

  @Test
  void ingest_whenTheCallIsIncomplete_then400NamesWhatIsMissing() {
    Uploads ada = own("ada");
    byte[] body = heartRate("2026-06-02T08:00:00Z", "64").getBytes(StandardCharsets.UTF_8);

    assertThat(ada.send("omh", body).body()).contains("Prefer: respond-async");
    assertThat(ada.send("omh", body).statusCode()).isEqualTo(400);
    assertThat(ada.send("csv", body, "Prefer", "respond-async").statusCode()).isEqualTo(400);
    assertThat(ada.send("omh", new byte[0], "Prefer", "respond-async").statusCode()).isEqualTo(400);
    assertThat(
            Api.as(server(), "wear-ada", SECRET, "patient/*.cruds")
                .exchange(
                    "POST",
                    "Patient/wear-ada/$ingest-wearable?format=omh",
                    "application/json",
                    "{}",
                    "Prefer",
                    "respond-async")
                .body())
        .contains("source");
    assertThat(
            Api.as(server(), "wear-ada", SECRET, "patient/*.cruds")
                .exchange(
                    "POST",
                    "Patient/wear-ada/$ingest-wearable?format=omh&source=Watch&since=2026",
                    "application/json",
                    "{}",
                    "Prefer",
                    "respond-async")
                .body())
        .contains("no parameter 'since'", "format, input, requestId, source");
  }

  @Test
  void ingest_whenCompressionIsBroken_then400() {
    byte[] whole =
        Uploads.gzip(
            heartRates("2026-06-02T08:00:00Z", 500, i -> "64").getBytes(StandardCharsets.UTF_8));
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length / 2);
    Uploads ada = own("ada");

    assertThat(ada.send("omh", cut, "Prefer", "respond-async").statusCode()).isEqualTo(400);
    assertThat(
            ada.send("omh", cut, "Prefer", "respond-async", "Content-Encoding", "gzip")
                .statusCode())
        .isEqualTo(400);
    assertThat(
            ada.send("omh", new byte[] {0x1f, (byte) 0x8b}, "Prefer", "respond-async").statusCode())
        .isEqualTo(400);
  }

  @Test
  void ingest_whenTheFileNamesItsDeviceInTwoWays_thenNoValueIsLost() {
    Uploads eli = own("eli");
    eli.done("omh", heartRates("2026-04-20T00:00:00Z", 20, i -> "70"));
    String device = eli.ofDay("2026-04-20", HEART_RATE).get(0).getDevice().getReference();
    StringBuilder file = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      file.append(
              fhir(
                  Instant.parse("2026-04-21T00:00:00Z").plusSeconds(60L * i).toString(),
                  Integer.toString(60 + i),
                  i % 2 == 0 ? "\"reference\":\"" + device + "\"" : "\"display\":\"Heartly band\""))
          .append('\n');
    }

    Parameters outcome = eli.done("fhir", file.toString());

    assertThat(count(outcome, "accepted")).isEqualTo(40);
    Map<Instant, BigDecimal> values = eli.values(HEART_RATE);
    for (int i = 0; i < 40; i++) {
      assertThat(values.get(Instant.parse("2026-04-21T00:00:00Z").plusSeconds(60L * i)))
          .isEqualTo(Integer.toString(60 + i));
    }
    assertThat(eli.ofDay("2026-04-21", HEART_RATE)).hasSize(1);
  }

  private static String fhir(String time, String value, String device) {
    return "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":"
        + "\"http://loinc.org\",\"code\":\"8867-4\"}]},\"effectiveDateTime\":\""
        + time
        + "\",\"device\":{"
        + device
        + "},\"valueQuantity\":{\"value\":"
        + value
        + ",\"system\":\"http://unitsofmeasure.org\",\"code\":\"/min\"}}";
  }

  @Test
  void ingest_whenARicherOneContradictsTheSeries_thenRefused_andOneThatAgreesIsKept() {
    Uploads dee = own("dee");
    dee.done("omh", heartRates("2026-04-22T00:00:00Z", 20, i -> "70"));
    String device = dee.ofDay("2026-04-22", HEART_RATE).get(0).getDevice().getReference();
    String noted =
        fhir("2026-04-22T00:05:00Z", "80", "\"reference\":\"" + device + "\"")
            .replace("\"status\"", "\"note\":[{\"text\":\"on the stairs\"}],\"status\"");

    Parameters outcome =
        dee.done(
            "fhir",
            noted
                + "\n"
                + noted.replace("\"value\":80", "\"value\":70").replace("00:05:00Z", "00:06:00Z"));

    assertThat(count(outcome, "rejected")).isEqualTo(1);
    assertThat(count(outcome, "accepted")).isEqualTo(1);
  }

  @Test
  void ingest_whenLanguagesAndTypesAreOfTheClientsInvention_thenTheyAreBounded() {
    StringBuilder file = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      file.append("{\"header\":{\"schema_id\":{\"name\":\"x")
          .append(i)
          .append("\"}},\"body\":{")
          .append("\"effective_time_frame\":{\"date_time\":\"2026-06-02T08:00:00Z\"}}}\n");
    }
    Uploads ada = own("ada");

    HttpResponse<String> upload =
        ada.send(
            "omh",
            file.toString().getBytes(StandardCharsets.UTF_8),
            "Prefer",
            "respond-async",
            "Accept-Language",
            "en-US-u-ca-gregory-nu-latn");

    assertThat(count(ada.done(upload), "rejected")).isEqualTo(300);
    assertThat(
            jdbc.queryForObject(
                "select count(*) from eqp_ingest_refused where ingest_id = ?",
                Long.class,
                Uploads.status(upload).replaceFirst(".*job=", "")))
        .isEqualTo(201);
  }

  // ---- who may

  @Test
  void ingest_whenTheRecordIsSomebodyElses_then404() {
    HttpResponse<String> foreign =
        as("wear-ben", "wear-ada").sendAsync("omh", heartRate("2026-06-02T08:00:00Z", "64"));
    HttpResponse<String> nobody =
        as("wear-ben", "no-such").sendAsync("omh", heartRate("2026-06-02T08:00:00Z", "64"));

    assertThat(foreign.statusCode()).isEqualTo(404);
    assertThat(nobody.statusCode()).isEqualTo(404);
  }

  @Test
  void ingest_whenAClinicianOrATokenThatOnlyReads_then403() {
    Uploads doctor =
        new Uploads(server(), Api.as(server(), "wear-doctor", SECRET, "user/*.cruds"), "wear-ada");
    Uploads reader =
        new Uploads(
            server(), Api.as(server(), "wear-ada", SECRET, "patient/Observation.rs"), "wear-ada");

    assertThat(doctor.sendAsync("omh", heartRate("2026-06-02T08:00:00Z", "64")).statusCode())
        .isEqualTo(403);
    assertThat(reader.sendAsync("omh", heartRate("2026-06-02T08:00:00Z", "64")).statusCode())
        .isEqualTo(403);
  }

  @Test
  void ingest_whenRefusedAndSentAsNdjson_thenToldInJson() {
    for (String[] headers :
        new String[][] {
          {}, {"Accept", "*/*"}, {"Accept", "application/fhir+ndjson"},
        }) {
      for (String query : List.of("", "&_format=ndjson")) {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(
                    URI.create(
                        server()
                            + "/fhir/Patient/wear-ada/$ingest-wearable?source=Heartly&format=fhir"
                            + query))
                .header(
                    "Authorization",
                    "Bearer " + Api.as(server(), "wear-ada", SECRET, "patient/*.cruds").token())
                .header("Content-Type", "application/fhir+ndjson")
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
        if (headers.length > 0) {
          request.headers(headers);
        }
        HttpResponse<String> answer = Api.send(request.build());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
            .startsWith("application/fhir+json");
        assertThat(new Api.Answer(answer).issue().getDiagnostics()).contains("respond-async");
      }
    }
  }

  @Test
  void status_whenSomebodyElseAsks_then404() {
    Uploads ada = own("ada");
    HttpResponse<String> upload = ada.sendAsync("omh", heartRate("2026-06-03T08:00:00Z", "64"));
    String status = Uploads.status(upload);
    ada.done(upload);
    Api ben = Api.as(server(), "wear-ben", SECRET, "patient/*.cruds");

    assertThat(ben.get(status).status()).isEqualTo(404);
    assertThat(ben.get(status.replace("wear-ada", "wear-ben")).status()).isEqualTo(404);
    assertThat(ben.delete(status.replace("wear-ada", "wear-ben")).status()).isEqualTo(404);
    assertThat(Api.as(server(), "wear-doctor", SECRET, "user/*.cruds").get(status).status())
        .isEqualTo(404);
    assertThat(ada.await(status)).isNotNull();
  }

  @Test
  void ingest_whenOneIsUnderWay_then429WithRetryAfter() {
    String id = UUID.randomUUID().toString();
    jdbc.update(
        "insert into eqp_ingest (id, patient_id, client_id, caller, language, format, source, state,"
            + " lease_until, created_at, changed_at) values (?, 'wear-dee', 'x', '{}', 'en', 'omh', 'x',"
            + " 'running', timestamp with time zone '2099-01-01 00:00:00+00', current_timestamp,"
            + " current_timestamp)",
        id);
    try {
      HttpResponse<String> answer =
          own("dee").sendAsync("omh", heartRate("2026-06-02T08:00:00Z", "64"));

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    } finally {
      jdbc.update("delete from eqp_ingest where id = ?", id);
    }
  }

  // ---- crash and cancel

  /** Fails the n-th write of background work, as if the power had gone. */
  @Interceptor
  public static class PowerCut {

    private final AtomicInteger left;
    private final AtomicInteger cuts = new AtomicInteger();

    PowerCut(int after) {
      this.left = new AtomicInteger(after);
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void afterCreate(RequestDetails request) {
      if (request != null
          && request.getClass().getSimpleName().equals("LaterRequest")
          && left.decrementAndGet() == 0) {
        cuts.incrementAndGet();
        throw new IllegalStateException("power cut");
      }
    }
  }

  @Test
  void ingest_whenTheWorkBreaksOffInTheMiddle_thenItIsTakenUpWithoutLossOrRepeat() {
    Uploads ben = own("ben");
    String file = heartRates("2026-08-01T00:00:00Z", 60 * 1440, i -> Integer.toString(50 + i % 90));
    int before = ben.values(HEART_RATE).size();
    PowerCut cut = new PowerCut(50);
    interceptors.registerInterceptor(cut);
    try {
      Parameters outcome = ben.done("omh", file);

      assertThat(cut.cuts.get()).isEqualTo(1);
      assertThat(count(outcome, "accepted")).isEqualTo(60 * 1440);
      assertThat(count(outcome, "duplicate")).isZero();
    } finally {
      interceptors.unregisterInterceptor(cut);
    }
    Map<Instant, BigDecimal> values = ben.values(HEART_RATE);
    assertThat(values).hasSize(before + 60 * 1440);
    assertThat(values.get(Instant.parse("2026-08-31T12:34:00Z")))
        .isEqualTo(Integer.toString(50 + (30 * 1440 + 12 * 60 + 34) % 90));
    assertThat(jdbc.queryForObject("select count(*) from eqp_ingest_staged", Long.class)).isZero();
  }

  /** Fails whenever background work writes this body weight. */
  @Interceptor
  public static class Poison {

    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
    public void beforeCreate(org.hl7.fhir.instance.model.api.IBaseResource resource) {
      if (resource instanceof Observation one
          && one.getValue() instanceof org.hl7.fhir.r4.model.Quantity weight
          && "66.613".equals(weight.getValue().toPlainString())) {
        throw new IllegalStateException("a fault of the server");
      }
    }
  }

  @Test
  void ingest_whenTheServerFailsAtOneRecord_thenThatOneIsLeftOutAndTheRestIsTaken() {
    Uploads cy = own("cy");
    Poison poison = new Poison();
    interceptors.registerInterceptor(poison);
    try {
      String file =
          String.join(
              "\n",
              weight("08:00:00", "66.1"),
              weight("08:01:00", "66.613"),
              weight("08:02:00", "66.2"));

      Parameters outcome = cy.done("omh", file);

      assertThat(count(outcome, "accepted")).isEqualTo(2);
      assertThat(((OperationOutcome) outcome.getParameter("outcome").getResource()).getIssue())
          .singleElement()
          .satisfies(
              issue ->
                  assertThat(issue.getDiagnostics()).startsWith("Record 2: The server failed"));
    } finally {
      interceptors.unregisterInterceptor(poison);
    }
  }

  private static String weight(String time, String kilograms) {
    return heartRate("2026-04-10T" + time + "Z", "1")
        .replace("heart-rate", "body-weight")
        .replace(
            "\"heart_rate\":{\"value\":1,\"unit\":\"beats/min\"}",
            "\"body_weight\":{\"value\":" + kilograms + ",\"unit\":\"kg\"}");
  }

  @Test
  void ingest_whenTheSeriesWasChangedByHand_thenNothingIsAddedToItAndTheReasonIsTold() {
    Uploads eli = own("eli");
    Api api = Api.as(server(), "wear-eli", SECRET, "patient/*.cruds");
    eli.done("omh", heartRates("2026-04-11T00:00:00Z", 20, i -> "70"));
    Observation series = eli.ofDay("2026-04-11", HEART_RATE).get(0);
    series.getComponentFirstRep().getValueSampledData().setFactor(2);
    api.put(series).ok(Observation.class);

    Parameters outcome = eli.done("omh", heartRates("2026-04-11T01:00:00Z", 20, i -> "70"));

    assertThat(count(outcome, "rejected")).isEqualTo(20);
    assertThat(
            ((OperationOutcome) outcome.getParameter("outcome").getResource())
                .getIssue()
                .get(0)
                .getDiagnostics())
        .contains("was changed so that none can be added");
  }

  /** Ends who sent it while the first transaction writes. */
  @Interceptor
  public static class EndInTheMiddle {

    private final Runnable end;
    private final AtomicInteger written = new AtomicInteger();

    EndInTheMiddle(Runnable end) {
      this.end = end;
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void afterCreate(
        RequestDetails request, org.hl7.fhir.instance.model.api.IBaseResource created) {
      if (request != null
          && request.getClass().getSimpleName().equals("LaterRequest")
          && created instanceof Observation
          && written.incrementAndGet() == 10) {
        end.run();
      }
    }
  }

  /** Two transactions' worth of days. */
  private static String sixtyDays() {
    return IntStream.range(0, 60)
        .mapToObj(
            day ->
                heartRates(
                    Instant.parse("2026-01-01T08:00:00Z").plus(Duration.ofDays(day)).toString(),
                    20,
                    i -> "70"))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void ingest_whenTheRepresentationEndsInTheMiddle_thenItStopsAndTheReportSaysWhy() {
    Uploads aunt = as("wear-gils-aunt", "wear-gil");
    EndInTheMiddle end =
        new EndInTheMiddle(() -> scribe().put(aunt(false)).ok(RelatedPerson.class));
    interceptors.registerInterceptor(end);
    Parameters outcome;
    String status;
    try {
      HttpResponse<String> taken = aunt.sendAsync("omh", sixtyDays());
      status = Uploads.status(taken);
      outcome = own("gil").await(status);
    } finally {
      interceptors.unregisterInterceptor(end);
    }

    assertThat(count(outcome, "accepted")).isEqualTo(40 * 20);
    assertThat(outcome.getParameter("stopped").getValue().primitiveValue())
        .contains("does not stand for the patient any more")
        .contains("What was written stands");
    assertThat(own("gil").text(status.replace("ingest-wearable-status", "ingest-wearable-report")))
        .contains("does not stand for the patient any more");
    assertThat(own("gil").values(HEART_RATE)).hasSize(40 * 20);
    Parameters again = own("gil").done("omh", sixtyDays());
    assertThat(count(again, "accepted")).isEqualTo(20 * 20);
    assertThat(count(again, "duplicate")).isEqualTo(40 * 20);
    assertThat(again.getParameter("stopped")).isNull();
  }

  /** By somebody else, once the transaction that writes has ended. */
  private static Runnable afterTheTransaction(Runnable end) {
    return () ->
        TransactionSynchronizationManager.registerSynchronization(
            new TransactionSynchronization() {
              @Override
              public void afterCommit() {
                CompletableFuture.runAsync(end).join();
              }
            });
  }

  private String registered(String client) {
    return jdbc.queryForObject(
        "select id from oauth2_registered_client where client_id = ?", String.class, client);
  }

  private Parameters stoppedInTheMiddle(Uploads sender, Runnable end) {
    EndInTheMiddle inTheMiddle = new EndInTheMiddle(afterTheTransaction(end));
    interceptors.registerInterceptor(inTheMiddle);
    try {
      HttpResponse<String> taken = sender.sendAsync("omh", sixtyDays());
      Parameters outcome = sender.await(Uploads.status(taken));
      assertThat(count(outcome, "accepted")).isEqualTo(40 * 20);
      assertThat(outcome.getParameter("stopped").getValue().primitiveValue())
          .contains("What was written stands");
      assertThat(
              sender.text(
                  Uploads.status(taken)
                      .replace("ingest-wearable-status", "ingest-wearable-report")))
          .contains(outcome.getParameter("stopped").getValue().primitiveValue());
      assertThat(sender.values(HEART_RATE)).hasSize(40 * 20);
      return outcome;
    } finally {
      interceptors.unregisterInterceptor(inTheMiddle);
    }
  }

  @Test
  void ingest_whenWhatTheAppWasAllowedIsTakenBackInTheMiddle_thenItStopsAndTheStatusSaysWhy() {
    Uploads ivy = own("ivy");

    Parameters outcome =
        stoppedInTheMiddle(
            ivy,
            () ->
                bean(AllowedApps.class)
                    .revoke("Patient/wear-ivy", registered("wear-ivy"), "127.0.0.1"));

    assertThat(outcome.getParameter("stopped").getValue().primitiveValue())
        .contains("allowed was taken back");
    Parameters again = ivy.done("omh", sixtyDays());
    assertThat(count(again, "accepted")).isEqualTo(20 * 20);
    assertThat(again.getParameter("stopped")).isNull();
  }

  @Test
  void ingest_whenSomebodyElseTakesTheAppBack_thenItGoesOn() {
    Uploads jo = own("jo");
    EndInTheMiddle inTheMiddle =
        new EndInTheMiddle(
            afterTheTransaction(
                () -> {
                  bean(AllowedApps.class)
                      .revoke("Patient/wear-ivy", registered("wear-jo"), "127.0.0.1");
                  bean(AllowedApps.class)
                      .revoke("Patient/wear-jo", registered("wear-ivy"), "127.0.0.1");
                }));
    interceptors.registerInterceptor(inTheMiddle);
    try {
      Parameters outcome = jo.done("omh", sixtyDays());

      assertThat(count(outcome, "accepted")).isEqualTo(60 * 20);
      assertThat(outcome.getParameter("stopped")).isNull();
    } finally {
      interceptors.unregisterInterceptor(inTheMiddle);
    }
  }

  @Test
  void ingest_whenTheAppIsShutInTheMiddle_thenItStopsAndTheStatusSaysWhy() {
    Uploads kim = own("kim");
    String client = registered("wear-kim");
    EndInTheMiddle inTheMiddle =
        new EndInTheMiddle(
            afterTheTransaction(
                () -> jdbc.update("update eqp_client set state = 'shut' where id = ?", client)));
    interceptors.registerInterceptor(inTheMiddle);
    Parameters outcome;
    try {
      HttpResponse<String> taken = kim.sendAsync("omh", sixtyDays());
      // Its own tokens count no more: another app of the patient asks.
      outcome = as("wear-kims-other-app", "wear-kim").await(Uploads.status(taken));
    } finally {
      interceptors.unregisterInterceptor(inTheMiddle);
      jdbc.update("update eqp_client set state = 'active' where id = ?", client);
    }

    assertThat(count(outcome, "accepted")).isEqualTo(40 * 20);
    assertThat(outcome.getParameter("stopped").getValue().primitiveValue())
        .contains("may not use this server any more", "What was written stands");
  }

  @Test
  void ingest_whenTakenBackWhileTheFileIsSent_thenItIsRefusedAndNothingIsKept() throws IOException {
    URI server = URI.create(server());
    byte[] half =
        heartRates("2026-07-01T08:00:00Z", 20, i -> "70").getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /fhir/Patient/wear-ivy/$ingest-wearable?source=Heartly&format=omh HTTP/1.1\r\n"
                  + "Host: "
                  + server.getAuthority()
                  + "\r\nAuthorization: Bearer "
                  + Api.as(server(), "wear-ivy", SECRET, "patient/*.cruds").token()
                  + "\r\nPrefer: respond-async\r\nContent-Type: application/octet-stream\r\n"
                  + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                  + Integer.toHexString(half.length)
                  + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(half);
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      await().until(() -> receivedOf("wear-ivy") == 1 || socket.getInputStream().available() > 0);

      bean(AllowedApps.class).revoke("Patient/wear-ivy", registered("wear-ivy"), "127.0.0.1");
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 403")
          .contains("was taken back");
    }
    assertThat(receivedOf("wear-ivy")).isZero();
  }

  private int receivedOf(String client) {
    return jdbc.queryForObject(
        "select count(*) from eqp_ingest where client_id = ? and state = 'receiving'",
        Integer.class,
        client);
  }

  @Test
  void ingest_whenARecordHoldsHalfACharacter_thenThatOneIsRefusedByName() {
    Uploads jo = own("jo");
    String whole = heartRate("2026-05-01T08:00:00Z", "64");
    String broken =
        heartRate("2026-05-01T08:01:00Z", "65").replace("Heartly band", "Heartly \\ud800 band");
    String escaped =
        heartRate("2026-05-01T08:02:00Z", "66").replace("Heartly band", "\\ud83d\\ude00");
    String fhir =
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"note\":[{\"text\":\"\\udc00\"}]}";

    for (String file :
        List.of(
            String.join("\n", whole, broken, escaped),
            "[" + String.join(",", whole, broken, escaped) + "]")) {
      Parameters outcome = jo.done("omh", file);
      assertThat(count(outcome, "accepted") + count(outcome, "duplicate")).isEqualTo(2);
      assertThat(count(outcome, "rejected")).isEqualTo(1);
      assertThat(diagnostics(outcome))
          .contains("half a character", "header.acquisition_provenance.source_name");
    }
    Parameters outcome = jo.done("fhir", fhir);
    assertThat(count(outcome, "rejected")).isEqualTo(1);
    assertThat(diagnostics(outcome)).contains("half a character", "Observation.note[0].text");
  }

  private static String diagnostics(Parameters outcome) {
    return ((OperationOutcome) outcome.getParameter("outcome").getResource())
        .getIssueFirstRep()
        .getDiagnostics();
  }

  @Test
  void standing_whenTheAppIsShutOrTheAccountClosed_thenNothingIsDoneForThem() {
    StandingCallers standing = bean(StandingCallers.class);
    TestUsers.create(this, "wear-gil-user", "Gil", List.of("Patient/wear-gil"));
    String user =
        jdbc.queryForObject(
            "select id from eqp_user where username = 'wear-gil-user'", String.class);
    Caller gil = caller("wear-gil", user);
    standing.require(gil);
    String client =
        jdbc.queryForObject(
            "select id from oauth2_registered_client where client_id = 'wear-gil'", String.class);
    jdbc.update("update eqp_client set state = 'shut' where id = ?", client);
    try {
      assertThatThrownBy(() -> standing.require(gil))
          .isInstanceOf(StandingCallers.Ended.class)
          .hasMessageContaining("the app");
    } finally {
      jdbc.update("update eqp_client set state = 'active' where id = ?", client);
    }
    jdbc.update("update eqp_user set enabled = false where id = ?", user);

    assertThatThrownBy(() -> standing.require(gil))
        .isInstanceOf(StandingCallers.Ended.class)
        .hasMessageContaining("account");
    assertThatThrownBy(() -> standing.require(caller("no-such-client", "no-such-client")))
        .isInstanceOf(StandingCallers.Ended.class);
  }

  private static Caller caller(String client, String subject) {
    return new Caller(client, subject, new IdType("Patient/wear-gil"), "wear-gil", Set.of());
  }

  @Test
  void attempts_whenEachEndedTheServer_thenItIsGivenUpAndTheStatusSaysSo() {
    String id = UUID.randomUUID().toString();
    jdbc.update(
        "insert into eqp_ingest (id, patient_id, client_id, caller, language, format, source, state,"
            + " attempts, lease_until, created_at, changed_at) select ?, 'wear-gil', 'wear-gil',"
            + " ?, 'en', 'omh', 'x', 'running', 6, current_timestamp, current_timestamp,"
            + " current_timestamp",
        id,
        "{\"clientId\":\"wear-gil\",\"subject\":\"wear-gil\",\"user\":\"Patient/wear-gil\","
            + "\"patientId\":\"wear-gil\",\"scopes\":[]}");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                jdbc.queryForObject("select state from eqp_ingest where id = ?", String.class, id)
                    .equals("failed"));

    Api.Answer answer =
        Api.as(server(), "wear-gil", SECRET, "patient/*.cruds")
            .get("Patient/wear-gil/$ingest-wearable-status?job=" + id);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("send it again", id);
  }

  @Test
  void ingest_whenADayHasMoreValuesThanOneTransactionTakes_thenAllStandInOneObservation() {
    int values = 86_400;
    Instant start = Instant.parse("2026-10-01T00:00:00Z");
    String file =
        IntStream.range(0, values + 3_600)
            .mapToObj(
                i ->
                    heartRate(start.plusMillis(900L * i).toString(), Integer.toString(50 + i % 99)))
            .collect(Collectors.joining("\n"));
    Uploads dee = own("dee");

    Parameters outcome = dee.done("omh", file);

    assertThat(count(outcome, "accepted")).isEqualTo(values);
    assertThat(count(outcome, "rejected")).isEqualTo(3_600);
    assertThat(Api.json(outcome)).contains("more than one value a second");
    Observation day = dee.ofDay("2026-10-01", HEART_RATE).get(0);
    SampledData sampled = day.getComponentFirstRep().getValueSampledData();
    assertThat(sampled.getPeriod()).isEqualByComparingTo("900");
    String[] data = sampled.getData().split(" ");
    assertThat(data).hasSize(values);
    assertThat(data[values - 1]).isEqualTo(Integer.toString(50 + (values - 1) % 99));
    assertThat(day.getMeta().getVersionId()).as("in parts").isNotEqualTo("1");
  }

  @Test
  void contribute_whenAValueOfASeriesComesAlone_thenKnownAsTheSame() {
    Uploads hal = own("hal");
    hal.done("omh", heartRates("2026-11-01T08:00:00Z", 20, i -> Integer.toString(60 + i)));
    Observation series = hal.ofDay("2026-11-01", HEART_RATE).get(0);
    Observation value = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    value
        .setCode(
            new CodeableConcept(new Coding().setSystem("http://loinc.org").setCode(HEART_RATE)))
        .setEffective(new DateTimeType("2026-11-01T09:05:00+01:00"))
        .setValue(
            new Quantity()
                .setValue(new BigDecimal("65.0"))
                .setUnit("/min")
                .setSystem("http://unitsofmeasure.org")
                .setCode("/min"))
        .setSubject(new Reference("Patient/wear-hal"))
        .setDevice(series.getDevice());
    Observation other = value.copy();
    other.getValueQuantity().setValue(66);
    Observation typedIn = value.copy().setDevice(null);
    Observation annotated = value.copy();
    annotated.addNote().setText("I ran for the bus");
    Api api = Api.as(server(), "wear-hal", SECRET, "patient/*.cruds");

    Parameters answer =
        api.post(
                "Patient/wear-hal/$contribute",
                TestContributions.call(value.copy(), other.copy(), typedIn, annotated))
            .ok(Parameters.class);

    List<Bundle.BundleEntryComponent> entries =
        ((Bundle) answer.getParameterFirstRep().getResource()).getEntry();
    assertThat(entries)
        .extracting(entry -> entry.getResponse().getStatus().substring(0, 3))
        .containsExactly("200", "409", "201", "201");
    assertThat(entries.get(0).getResource().getIdElement().getIdPart())
        .isEqualTo(series.getIdElement().getIdPart());
    value.setEffective(new DateTimeType("2026-11-01T08:06:00Z")).setValue(other.getValue().copy());
    assertThat(api.post("Observation", value).status()).isEqualTo(200);
    value.getValueQuantity().setValue(67);
    assertThat(api.post("Observation", value).status()).isEqualTo(409);
  }

  @Test
  void waiting_whenDaysCame_thenEachRecentOneWaitsOnceAndHistoryDoesNot() {
    Uploads hal = own("hal");
    Api api = Api.as(server(), "wear-hal", SECRET, "patient/*.cruds");
    String waiting = "Patient/wear-hal/$waiting?_count=500";
    int before = api.get(waiting).ok(Bundle.class).getTotal();
    Instant yesterday = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(20));

    hal.done("omh", heartRates("2026-02-20T08:00:00Z", 20, i -> "60"));
    hal.done("omh", heartRates(yesterday.toString(), 20, i -> "60"));

    Bundle one = api.get(waiting).ok(Bundle.class);
    assertThat(one.getTotal()).isEqualTo(before + 1);
    Observation day = hal.ofDay(yesterday.toString().substring(0, 10), HEART_RATE).get(0);
    assertThat(one.getEntry().subList(1, one.getEntry().size()))
        .anyMatch(
            entry ->
                entry
                    .getResource()
                    .getIdElement()
                    .getIdPart()
                    .equals(day.getIdElement().getIdPart()));
    assertThat(Api.json(day)).contains("pending");

    hal.done("omh", heartRates(yesterday.toString(), 30, i -> "60"));
    assertThat(api.get(waiting).ok(Bundle.class).getTotal()).isEqualTo(before + 1);
  }

  @Test
  void delete_whenUnderWay_thenItEndsAndIsNotKnownAnyMore() {
    Uploads eli = own("eli");
    HttpResponse<String> upload =
        eli.sendAsync("omh", heartRates("2026-09-01T00:00:00Z", 40 * 1440, i -> "70"));
    Api api = Api.as(server(), "wear-eli", SECRET, "patient/*.cruds");

    Api.Answer deleted = api.delete(Uploads.status(upload));

    assertThat(deleted.status()).isEqualTo(202);
    assertThat(api.get(Uploads.status(upload)).status()).isEqualTo(404);
    assertThat(
            jdbc.queryForObject(
                "select count(*) from eqp_ingest_staged s where not exists"
                    + " (select 1 from eqp_ingest i where i.id = s.ingest_id)",
                Long.class))
        .isZero();
  }
}
