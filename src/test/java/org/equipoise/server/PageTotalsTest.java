package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A total is right, or there is none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTotalsTest extends ServerTest {

  private static final String SEARCH = "Patient?family=Beyondtheend&_count=2";

  @BeforeAll
  void fivePatients() {
    for (int i = 0; i < 5; i++) {
      Patient patient = new Patient();
      patient.addName().setFamily("Beyondtheend");
      scribe().post("Patient", patient).ok(Patient.class);
    }
  }

  private static void assertTotal(Bundle page, int... right) {
    if (page.hasTotal()) {
      assertThat(page.getTotal()).as(page.getLink("self").getUrl()).isEqualTo(5);
    } else {
      assertThat(right).as(page.getLink("self").getUrl()).isEmpty();
    }
  }

  @Test
  void search_whenThePageIsBeyondTheEnd_thenTheTotalIsRightOrAbsent() {
    for (int offset : List.of(0, 2, 4, 5, 6, 100, 999_999_999)) {
      String page = SEARCH + "&_offset=" + offset;

      assertTotal(scribe().get(page).ok(Bundle.class));
      assertTotal(scribe().get(page + "&_total=accurate").ok(Bundle.class), 5);
      Bundle batch = new Bundle().setType(Bundle.BundleType.BATCH);
      batch.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(page);
      assertTotal(
          (Bundle) scribe().post("", batch).ok(Bundle.class).getEntryFirstRep().getResource());
      Api.Answer posted =
          scribe()
              .exchange(
                  "POST",
                  "Patient/_search",
                  "application/x-www-form-urlencoded",
                  page.replaceFirst("Patient[?]", ""));
      assertTotal(posted.ok(Bundle.class));
    }
  }

  @Test
  void search_whenTheLastPageIsShown_thenItTellsTheTotal() {
    Bundle last = scribe().get(SEARCH + "&_offset=4").ok(Bundle.class);

    assertThat(last.getEntry()).hasSize(1);
    assertThat(last.getTotal()).isEqualTo(5);
  }
}
