package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.equipoise.fhir.FhirR4;
import org.equipoise.visits.LoadReport;
import org.equipoise.visits.TestVisits;
import org.equipoise.visits.VisitLoader;
import org.junit.jupiter.api.Test;

/** The main job on real input: 40 visits, each with the notes of three real models, mistakes included. */
class VisitsTest extends ServerTest {

  @Test
  void load_whenAllVisits_thenEachNoteIsExplainedAndConsentedTo() throws Exception {
    LoadReport report =
        new VisitLoader(FhirR4.context(), URI.create(server()), TestVisits.real(), SECRET, line -> {}).load();

    assertThat(report.failures()).as(report.print()).isEmpty();
    System.out.println(report.print());
  }
}
