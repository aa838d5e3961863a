package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.Test;

/**
 * What an operation looks up for itself is never cut at a page, be it the server's or one that the
 * client asks for.
 */
class ManyDecisionsTest extends OperationTest {

  @Test
  void attachConsent_whenMoreDecisionsThanAPage_thenTheNewestIsTheOneThatCounts() {
    for (int i = 0; i < 52; i++) {
      consent(patient("anna"), TestCalls.deny("ai-documentation")).ok(Parameters.class);
    }

    assertThat(consents()).hasSize(52);
    assertThat(consents())
        .filteredOn(consent -> consent.getStatus() == ConsentState.ACTIVE)
        .hasSize(1);
  }

  @Test
  void attachConsent_whenCallerNamesACount_thenAllEarlierDecisionsAreSeen() {
    consent(patient("anna"), TestCalls.deny("ai-documentation", "ai-training"))
        .ok(Parameters.class);

    patient("anna")
        .post(note + "/$attach-consent?_count=1", TestCalls.deny("ai-documentation", "ai-training"))
        .ok(Parameters.class);

    assertThat(consents())
        .filteredOn(consent -> consent.getStatus() == ConsentState.ACTIVE)
        .extracting(consent -> consent.getProvision().getPurposeFirstRep().getCode())
        .doesNotHaveDuplicates()
        .hasSize(2);
  }
}
