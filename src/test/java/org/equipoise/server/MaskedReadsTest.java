package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A yes to training on de-identified data alone: what the AI gets, and what it never gets. */
class MaskedReadsTest extends ServerTest {

  private static final String DEE = "flow-dee";
  private static final String PURPOSE = "ai-training";

  @BeforeEach
  void decision() {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    jdbc.update("delete from eqp_consent_statement where patient_id = ?", DEE);
    self()
        .post(
            "Patient/" + DEE + "/$decide-ai-use",
            TestCalls.with(
                TestCalls.with(
                    new Parameters(), "consent", ConsentRecords.deidentified(DEE, PURPOSE)),
                "teachBack",
                TestCalls.answers(5)))
        .ok(Parameters.class);
  }

  private Api self() {
    return Api.as(server(), DEE, SECRET, "patient/*.cruds");
  }

  private Api trainer() {
    return Api.as(server(), "ai-trainer", SECRET, "system/*.cruds");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient/flow-dee",
        "Observation/flow-dee-weight-0",
        "Observation/flow-dee-weight-0?_elements=note,code",
        "Observation/flow-dee-weight-0?_pretty=true",
        "Observation?patient=Patient/flow-dee",
        "Observation?patient=Patient/flow-dee&_include=Observation:patient",
        "Patient?_id=flow-dee&_revinclude=Observation:patient",
        "Encounter/flow-dee-visit",
        "Observation?_id=flow-dee-weight-0&_summary=false"
      })
  void read_whenDeidentified_thenNothingThatTellsWhoAndMarked(String path) {
    Api.Answer answer = trainer().get(path);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    // A page has a time of its own.
    assertThat(
            answer
                .body()
                .replaceFirst("(\"Bundle\",\"id\":\"[^\"]+\",\"meta\":\\{)\"lastUpdated\"", "$1"))
        .doesNotContain("Secret", "1980-02", "2026-03", "Practitioner", "versionId", "lastUpdated");
    if (!path.contains("_elements")) {
      assertThat(answer.body()).contains("REDACTED", "SUBSETTED");
    }
    assertThat(answer.header("ETag")).isEmpty();
    if (!answer.body().startsWith("{\"resourceType\":\"Bundle\"")) {
      assertThat(answer.header("Last-Modified")).isEmpty();
    }
    assertThat(answer.header("Cache-Control").orElse("")).contains("no-store");
  }

  @Test
  void read_whenAskedAsXml_thenMaskedToo() {
    HttpResponse<String> answer =
        Api.send(
            HttpRequest.newBuilder(URI.create(server() + "/fhir/Observation/" + DEE + "-weight-0"))
                .header("Accept", "application/fhir+xml")
                .header("Authorization", "Bearer " + trainer().token())
                .build());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("REDACTED").doesNotContain("Secret");
  }

  @Test
  void read_whenNoneMatchNamesTheOriginal_thenItIsNotConfirmed() {
    String version =
        scribe()
            .get("Observation/" + DEE + "-weight-0")
            .ok(Observation.class)
            .getMeta()
            .getVersionId();
    HttpResponse<String> answer =
        Api.send(
            HttpRequest.newBuilder(URI.create(server() + "/fhir/Observation/" + DEE + "-weight-0"))
                .header("If-None-Match", "W/\"" + version + "\"")
                .header("If-Modified-Since", "Wed, 01 Jan 2098 00:00:00 GMT")
                .header("Authorization", "Bearer " + trainer().token())
                .build());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("REDACTED");
  }

  @Test
  void search_whenByWhatWasRemoved_thenNotFound() {
    assertThat(total("Patient?family=Secretname&_id=" + DEE)).isZero();
    assertThat(total("Patient?birthdate=1980-02-03")).isZero();
    assertThat(total("Observation?patient=Patient/" + DEE + "&date=2026-03-04")).isZero();
    assertThat(total("Observation?patient=Patient/" + DEE + "&subject:Patient.family=Secretname"))
        .isZero();
    String own = String.join(",", DEE + "-weight-0", DEE + "-weight-1", DEE + "-weight-2");
    assertThat(total("Observation?patient=Patient/" + DEE + "&code=29463-7&_id=" + own))
        .isEqualTo(3);
    assertThat(
            trainer()
                .get("Observation?patient=Patient/" + DEE + "&_sort=date")
                .ok(Bundle.class)
                .getEntry())
        .isEmpty();
  }

  @Test
  void read_whenNothingIsLeftOfTheType_thenNotThere() {
    permitDocumentation(self(), DEE);
    scribe().post("DocumentReference", FlowRecords.note(DEE));

    assertThat(total("DocumentReference?patient=Patient/" + DEE)).isZero();
    assertThat(total("CareTeam?patient=" + DEE)).isZero();
    assertThat(trainer().get("Observation/" + DEE + "-weight-0/_history").status()).isEqualTo(404);
    assertThat(trainer().get("Observation/" + DEE + "-weight-0/_history/1").status())
        .isEqualTo(404);
  }

  @Test
  void put_whenMasked_thenRefusedWhoeverSendsIt() {
    Observation masked = trainer().get("Observation/" + DEE + "-weight-0").ok(Observation.class);

    assertThat(trainer().put(masked).status()).isEqualTo(404);
    Api.Answer refused = scribe().put(masked);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body()).contains("REDACTED");
    assertThat(scribe().get("Observation/" + DEE + "-weight-0").body()).contains("Secretword");
  }

  @Test
  void read_whenOthersRead_thenTheyGetTheOriginal() {
    trainer().get("Observation/" + DEE + "-weight-0");
    for (Api other : List.of(scribe(), self())) {
      assertThat(other.get("Observation/" + DEE + "-weight-0").body())
          .contains("Secretword")
          .doesNotContain("REDACTED");
    }
    trainer().get("Observation?patient=Patient/" + DEE);
    assertThat(self().get("Observation?patient=Patient/" + DEE).body()).contains("Secretword");
    assertThat(trainer().get("Observation/" + DEE + "-weight-0").body())
        .doesNotContain("Secretword");
  }

  private int total(String search) {
    return trainer().get(search + "&_summary=count").ok(Bundle.class).getTotal();
  }
}
