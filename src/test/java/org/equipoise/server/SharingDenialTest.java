package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A patient's no to sharing, held against those who work for another organisation. */
class SharingDenialTest extends ServerTest {

  private static final String ADA = "flow-ada";

  @BeforeEach
  void people() {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    jdbc.update("delete from eqp_consent_statement where patient_id = ?", ADA);
    permitDocumentation(self(), ADA);
  }

  private Api self() {
    return Api.as(server(), ADA, SECRET, "patient/*.cruds");
  }

  private Api foreignDoctor() {
    return Api.as(server(), "flow-foreign", SECRET, "user/*.cruds");
  }

  private Api foreignService() {
    return Api.as(server(), "other-clinic", SECRET, "system/*.cruds");
  }

  private Api colleague() {
    return Api.as(server(), "flow-colleague", SECRET, "user/*.cruds");
  }

  private String note() {
    return "DocumentReference/"
        + scribe()
            .post("DocumentReference", FlowRecords.note(ADA))
            .ok(DocumentReference.class)
            .getIdElement()
            .getIdPart();
  }

  private static int documents(Api as) {
    return as.get("DocumentReference?patient=Patient/" + ADA + "&_summary=count")
        .ok(Bundle.class)
        .getTotal();
  }

  @Test
  void read_whenPatientSaidNothing_thenHumansOfAllOrganisationsSee() {
    String note = note();

    assertThat(foreignDoctor().get(note).status()).isEqualTo(200);
    assertThat(foreignService().get(note).status()).isEqualTo(200);
  }

  @Test
  void read_whenPatientDenied_thenHiddenFromOtherOrganisationsAlone() {
    String note = note();
    int all = documents(self());
    self()
        .post("Patient/" + ADA + "/$decide-ai-use", TestCalls.deny("ai-sharing"))
        .ok(Parameters.class);

    for (Api foreign : new Api[] {foreignDoctor(), foreignService()}) {
      assertThat(foreign.get(note).status()).isEqualTo(404);
      assertThat(foreign.get(note + "/_history").status()).isEqualTo(404);
      assertThat(documents(foreign)).isZero();
    }
    for (Api own : new Api[] {self(), colleague(), scribe()}) {
      assertThat(own.get(note).status()).isEqualTo(200);
      assertThat(documents(own)).isEqualTo(all);
    }
    assertThat(
            foreignDoctor()
                .get("Observation?patient=Patient/" + ADA + "&_summary=count")
                .ok(Bundle.class)
                .getTotal())
        .as("what no AI wrote, here and by other tests")
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void read_whenOneDocumentIsDenied_thenThatOneAlone() {
    String denied = note();
    String shared = note();
    int all = documents(self());
    self().post(denied + "/$attach-consent", TestCalls.deny("ai-sharing")).ok(Parameters.class);

    assertThat(foreignDoctor().get(denied).status()).isEqualTo(404);
    assertThat(foreignDoctor().get(shared).status()).isEqualTo(200);
    assertThat(documents(foreignDoctor())).isEqualTo(all - 1);
    assertThat(documents(self())).isEqualTo(all);
  }

  @Test
  void read_whenDeniedToOneOrganisation_thenToThatOneAlone() {
    String note = note();
    self()
        .post(
            "Patient/" + ADA + "/$decide-ai-use",
            FlowRecords.about(TestCalls.deny("ai-sharing"), "Organization/third-clinic"))
        .ok(Parameters.class);

    assertThat(foreignDoctor().get(note).status()).isEqualTo(200);
  }
}
