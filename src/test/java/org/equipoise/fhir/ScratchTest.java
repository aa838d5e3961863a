package org.equipoise.fhir;

import ca.uhn.fhir.validation.*;
import org.hl7.fhir.r4.model.*;
import org.junit.jupiter.api.Test;

class ScratchTest {
  @Test
  void run() {
    long t0 = System.nanoTime();
    Definitions.shared();
    System.out.printf("definitions %d ms%n", (System.nanoTime() - t0) / 1_000_000);
    RecordValidation v = RecordValidation.shared();
    System.out.printf("chain %d ms%n", (System.nanoTime() - t0) / 1_000_000);
    for (int round = 0; round < 12; round++) {
      long r0 = System.nanoTime();
      for (Resource r : Definitions.examples()) {
        long t = System.nanoTime();
        ValidationResult result = v.validate(r);
        long ms = (System.nanoTime() - t) / 1_000_000;
        if (round == 0 || round == 11) {
          System.out.printf("%d %s/%s %s %d ms%n", round, r.fhirType(), r.getIdElement().getIdPart(), ProfileSelection.of(r).orElse("-").replaceAll(".*/", ""), ms);
          if (round == 0) for (SingleValidationMessage m : result.getMessages()) System.out.println("     " + m.getSeverity() + " " + m.getMessageId() + " " + m.getLocationString() + " " + m.getMessage());
        }
      }
      System.out.printf("round %d %d ms%n", round, (System.nanoTime() - r0) / 1_000_000);
    }
  }
}
