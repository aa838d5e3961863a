package org.equipoise.consent.recording;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.TestConsents;
import org.equipoise.consent.teachback.TestAnswers;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ProfileSelection;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever $attach-consent stores meets the published profiles, with the validator that the server
 * writes with.
 */
class ConsentProfileTest {

  private final FakeConsentRecord record = new FakeConsentRecord();

  @ParameterizedTest
  @EnumSource(AiPurpose.class)
  void attach_whenPermitted_thenAllIsValid(AiPurpose purpose) {
    Practitioner lee = new Practitioner();
    lee.setId("Practitioner/lee/_history/1");
    record.put(lee);
    Parameters body =
        TestRequests.saying(TestRequests.permit(purpose.code()), "Yes <b>please</b>.");
    record.attach(TestRequests.with(body, "witness", new Reference("Practitioner/lee")));

    assertAllValid(1);
    assertThat(ProfileSelection.of(record.all(Consent.class).get(0)))
        .contains(Canonical.Profile.AI_USE_CONSENT);
    assertThat(ProfileSelection.of(record.all(QuestionnaireResponse.class).get(0)))
        .contains(Canonical.Profile.TEACH_BACK);
  }

  @ParameterizedTest
  @EnumSource(AiPurpose.class)
  void attach_whenDenied_thenAllIsValid(AiPurpose purpose) {
    record.attach(
        TestRequests.saying(TestRequests.deny(purpose.code()), "No.\n<script>x()</script>"));
    assertAllValid(1);
  }

  @Test
  void attach_whenDeniedWithoutWords_thenAllIsValid() {
    record.attach(TestRequests.deny("ai-training"));
    assertAllValid(1);
  }

  @Test
  void attach_whenPermitDoesNotCount_thenAllIsValid() {
    record.attach(TestRequests.expiring(TestRequests.decision("permit", "ai-training")));
    record.attach(
        TestRequests.voluntariness(
            TestRequests.answered(
                TestRequests.expiring(TestRequests.decision("permit", "ai-sharing")),
                TestAnswers.withRight(0)),
            false,
            false,
            "distress",
            "incentive"));
    assertThat(record.all(Consent.class))
        .allMatch(consent -> consent.getStatus() == ConsentState.PROPOSED);
    assertAllValid(2);
  }

  @Test
  void attach_whenEndsToday_thenAllIsValid() {
    Parameters body = TestRequests.without(TestRequests.permit("ai-training"), "expires");
    record.attach(TestRequests.with(body, "expires", new DateType("2026-08-06")));
    assertAllValid(1);
  }

  @Test
  void attach_whenDecisionsReplaceEachOther_thenOldOnesStayValid() {
    record.attach(TestRequests.expiring(TestRequests.decision("permit", "ai-training")));
    record.attach(TestRequests.permit("ai-training"));
    record.attach(TestRequests.saying(TestRequests.deny("ai-training"), "I changed my mind."));
    record.attach(TestRequests.permit("ai-training"), "es");

    assertThat(record.all(Consent.class))
        .extracting(Consent::getStatus)
        .containsExactly(
            ConsentState.REJECTED,
            ConsentState.INACTIVE,
            ConsentState.ACTIVE,
            // A yes after a yes, with the answers to that one, does not lift the no.
            ConsentState.PROPOSED);
    assertAllValid(4);
  }

  @Test
  void attach_whenRepresentativeSignsAndClinicianWitnesses_thenAllIsValid() {
    RelatedPerson mum = new RelatedPerson();
    mum.setId("RelatedPerson/mum/_history/1");
    mum.setPatient(new Reference("Patient/ana"));
    record.put(mum);
    record.as(TestCallers.representative("mum", "ana"));
    QuestionnaireResponse answers = TestAnswers.withRight(5);
    answers.setAuthor(new Reference("RelatedPerson/mum"));
    Parameters body = TestRequests.without(TestRequests.permit("ai-training"), "teachBack");
    Parameters answer = record.attach(TestRequests.answered(body, answers));
    record.as(TestCallers.clinician("lee"));
    String signed =
        answer.getParameter("return").getResource().getIdElement().toVersionless().getValue();
    record.attach(TestRequests.witness(signed, "Practitioner/lee"));

    assertAllValid(1);
    assertThat(record.all(Provenance.class)).hasSize(2);
  }

  @Test
  void validate_whenActivePermitLosesItsScore_thenIsAnError() {
    Consent consent =
        (Consent)
            record.attach(TestRequests.permit("ai-training")).getParameter("return").getResource();
    TestConsents.without(consent, Canonical.Extension.COMPREHENSION);

    assertThat(RecordValidation.shared().validate(consent).isSuccessful()).isFalse();
  }

  private void assertAllValid(int consents) {
    assertThat(record.all(Consent.class)).hasSize(consents);
    Stream.of(
            record.all(Consent.class),
            record.all(QuestionnaireResponse.class),
            record.all(Provenance.class))
        .flatMap(List::stream)
        .forEach(ConsentProfileTest::assertValid);
  }

  private static void assertValid(Resource resource) {
    assertThat(RecordValidation.shared().validate(resource).getMessages())
        .filteredOn(
            message -> message.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal())
        .as(resource.getId())
        .isEmpty();
  }
}
