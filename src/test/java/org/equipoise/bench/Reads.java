package org.equipoise.bench;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;

/**
 * What is read again and again where the cost of reading is measured: one of a patient's fifty
 * measurements, and all of them.
 *
 * @param callers by what they are called: a service, the patient, their clinician
 * @param calls paths, by what they are called: {@link #READ} and a search
 */
record Reads(Map<String, Client> callers, Map<String, String> calls) {

  static final String READ = "read Observation";

  private static final int OBSERVATIONS = 50;

  /** Writes the measurements to a server. */
  static Reads on(URI address, Clients clients) {
    Client scribe = clients.scribe(address);
    scribe.post("", TestRecords.household()).ok(Bundle.class);
    String id = null;
    for (int i = 0; i < OBSERVATIONS; i++) {
      id =
          scribe
              .post("Observation", Cases.observation(i))
              .ok(Observation.class)
              .getIdElement()
              .getIdPart();
    }
    Map<String, Client> callers = new LinkedHashMap<>();
    callers.put("a service", scribe);
    callers.put("the patient", clients.patient(address));
    callers.put("their clinician", clients.clinician(address));
    Map<String, String> calls = new LinkedHashMap<>();
    calls.put(READ, "Observation/" + id);
    calls.put(
        "search 50 Observations",
        "Observation?patient=" + Cases.PATIENT + "&category=vital-signs&_count=50");
    return new Reads(callers, calls);
  }
}
