package org.equipoise.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.fhir.AccessEvent.Door;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AskedTest {

  private static Asked entry(HTTPVerb method, String url) {
    BundleEntryComponent entry = new BundleEntryComponent();
    entry.getRequest().setMethod(method).setUrl(url);
    return Asked.of(entry);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, Patient/a, READ, Patient/a",
    "GET, /Patient/a/_history/2, VREAD, Patient/a",
    "GET, Patient/a/_history, HISTORY, Patient/a",
    "GET, Observation?patient=a, SEARCH,",
    "GET, Observation?patient=a&_offset=20, PAGE,",
    "POST, Observation, CREATE,",
    "PUT, Observation/1, UPDATE, Observation/1",
    "PATCH, Observation/1, PATCH, Observation/1",
    "DELETE, Observation?_id=1, DELETE,",
    "GET, Patient/a/$everything, OPERATION, Patient/a",
    "GET, Patient/a%20b, READ,",
  })
  void of_whenEntry_thenDoorAndWhatItNames(HTTPVerb method, String url, Door door, String key) {
    assertThat(entry(method, url).door()).isEqualTo(door);
    assertThat(entry(method, url).key()).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource({
    "Patient/a, a",
    "Observation?patient=a, a",
    "Observation?subject=Patient/a, a",
    "Observation?subject:Patient=a, a",
    "Observation?performer=Patient/a, a",
    "Observation?performer=Practitioner/a,",
    "Patient?_id=a, a",
    "Observation?_id=a,",
    "Provenance?record-patient=a, a",
    "Observation?patient.name=a,",
    "Observation?patient=https://example.org/fhir/Patient/a, a",
    "Observation?patient=%3Cscript%3E,",
  })
  void patients_whenAddressOrParametersNameOne_thenThatOne(String url, String patient) {
    assertThat(entry(HTTPVerb.GET, url).patients())
        .isEqualTo(patient == null ? Set.of() : Set.of(patient));
  }

  @Test
  void query_whenItAsksAboutPersons_thenEachIsToldOfThemselvesAlone() {
    Asked asked =
        entry(
            HTTPVerb.GET,
            "Observation?subject=Patient/a,Patient/b&_id=1,2&code=http://x|y&patient.family=Jones");

    assertThat(asked.patients()).containsExactlyInAnyOrder("a", "b");
    assertThat(asked.query("a"))
        .isEqualTo("Observation?_id=&code=http://x|y&patient.family=&subject=a");
    assertThat(asked.query("found"))
        .isEqualTo("Observation?_id=&code=http://x|y&patient.family=&subject=");
    assertThat(entry(HTTPVerb.GET, "Patient?identifier=urn:mrn|1,urn:mrn|2").query("a"))
        .isEqualTo("Patient?identifier=");
  }

  @Test
  void query_whenLong_thenCutAndQuick() {
    String long15k = "a".repeat(15_000);
    assertTimeout(
        Duration.ofSeconds(1),
        () ->
            assertThat(
                    entry(HTTPVerb.GET, "Observation?code=" + long15k + "&x=" + long15k).query("a"))
                .hasSizeLessThan(300)
                .contains("..."));
  }

  @Test
  void patients_whenMoreThanCanBeTold_thenNone() {
    String many =
        IntStream.range(0, 4_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
    assertThat(entry(HTTPVerb.GET, "Observation?patient=" + many).patients()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Patient/a?patient=b", "Patient/a?_tag=Patient/b", "Observation/1?x=Patient/b"})
  void patients_whenARead_thenParametersNameNobody(String url) {
    assertThat(entry(HTTPVerb.GET, url).patients()).doesNotContain("b");
  }

  @Test
  void of_whenTheAddressCannotBeRead_thenItNamesNobody() {
    assertThat(entry(HTTPVerb.GET, "Observation?patient=%zz").patients()).isEmpty();
    assertThat(entry(null, null).key()).isNull();
    assertThat(entry(HTTPVerb.GET, "?&=&patient").patients()).isEmpty();
  }

  @Test
  void patients_whenParametersOfAnOperationNameOne_thenThatOne() {
    BundleEntryComponent entry = new BundleEntryComponent();
    entry.getRequest().setMethod(HTTPVerb.POST).setUrl("Consent/$evaluate-ai-use");
    Parameters given = new Parameters();
    given.addParameter().setName("patient").setValue(new Reference("Patient/a"));
    given.addParameter().setName("subject").setValue(new IdType("b"));
    given.addParameter().setName("purpose").setValue(new StringType("c"));
    given.addParameter();
    entry.setResource(given);

    assertThat(Asked.of(entry).patients()).containsExactlyInAnyOrder("a", "b");
    assertThat(Asked.of(entry).operation()).isEqualTo("evaluate-ai-use");
  }

  @Test
  void query_whenItIsNoSearch_thenNone() {
    assertThat(entry(HTTPVerb.GET, "Patient/a?_elements=name").query("a")).isNull();
  }
}
