package org.equipoise.consent.recording;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.equipoise.consent.statement.TestConsents;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.WriteRule.Write;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class SignedConsentRuleTest {

  private final SignedConsentRule rule = new SignedConsentRule();

  @Test
  void beforeStore_whenClientClaimsThatPermitCounts_thenRefuses() {
    assertThatThrownBy(() -> write(TestConsents.permit(), null, TestCallers.patient("ana")))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("Consent.status");
    Consent proposed = TestConsents.permit().setStatus(ConsentState.PROPOSED);
    assertThatThrownBy(() -> write(TestConsents.permit(), proposed, TestCallers.patient("ana")))
        .isInstanceOf(UnprocessableEntityException.class);
  }

  @Test
  void beforeStore_whenPatientDeniesProposesOrWithdraws_thenAccepts() {
    Consent withdrawn = TestConsents.permit().setStatus(ConsentState.INACTIVE);

    assertThatCode(() -> write(TestConsents.deny(), null, TestCallers.patient("ana")))
        .doesNotThrowAnyException();
    assertThatCode(() -> write(withdrawn, TestConsents.permit(), TestCallers.patient("ana")))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                write(
                    TestConsents.permit().setStatus(ConsentState.PROPOSED),
                    null,
                    TestCallers.patient("ana")))
        .doesNotThrowAnyException();
  }

  @Test
  void beforeStore_whenSomebodyElseSigns_thenForbids() {
    assertForbidden(TestConsents.deny(), null, TestCallers.clinician("lee"));
    assertForbidden(TestConsents.deny(), null, TestCallers.service());
    assertForbidden(TestConsents.deny(), null, TestCallers.representative("mum", "ana"));
  }

  @Test
  void beforeStore_whenClinicianTakesThePurposeAway_thenForbids() {
    Consent bare = TestConsents.deny();
    bare.getProvision().setPurpose(null);

    assertForbidden(bare, TestConsents.deny(), TestCallers.clinician("lee"));
  }

  @Test
  void beforeStore_whenOperationWritesOrConsentIsOfAnotherKind_thenAccepts() {
    Consent other = new Consent().addPerformer(new Reference("Patient/ana"));

    assertThatCode(() -> write(other, null, TestCallers.clinician("lee")))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                rule.beforeStore(
                    TestConsents.permit(),
                    null,
                    new Write(TestCallers.patient("ana"), true, FakeConsentRecord.NOW)))
        .doesNotThrowAnyException();
  }

  private void assertForbidden(Consent incoming, Consent stored, Caller caller) {
    assertThatThrownBy(() -> write(incoming, stored, caller))
        .isInstanceOf(ForbiddenOperationException.class);
  }

  private void write(Consent incoming, Consent stored, Caller caller) {
    rule.beforeStore(incoming, stored, new Write(caller, false, FakeConsentRecord.NOW));
  }
}
