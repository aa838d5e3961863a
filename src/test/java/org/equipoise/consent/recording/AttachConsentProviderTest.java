package org.equipoise.consent.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.Comprehension;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.statement.Extensions;
import org.equipoise.consent.statement.TestConsents;
import org.equipoise.consent.statement.TestDocuments;
import org.equipoise.consent.statement.Voluntariness;
import org.equipoise.consent.teachback.TestAnswers;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a caller of $attach-consent gets and what is on record afterwards, on a record in memory.
 */
class AttachConsentProviderTest {

  private final FakeConsentRecord record = new FakeConsentRecord();

  @Test
  void attach_whenPermitIsProven_thenStoresActiveConsentWithItsEvidence() {
    Parameters answer = record.attach(TestRequests.permit("ai-training"));

    assertThat(effective(answer)).isTrue();
    Consent consent = only(answer);
    assertThat(consent.getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(consent.getMeta().hasProfile(Canonical.Profile.AI_USE_CONSENT)).isTrue();
    assertThat(consent.getScope().getCodingFirstRep().getCode()).isEqualTo("patient-privacy");
    assertThat(consent.getCategory())
        .extracting(category -> category.getCodingFirstRep().getCode())
        .containsExactly("59284-0", "INFA");
    assertThat(consent.getPatient().getReference()).isEqualTo("Patient/ana");
    assertThat(consent.getDateTimeElement().getValueAsString())
        .isEqualTo("2026-08-06T10:00:00.000Z");
    assertThat(consent.getPerformer())
        .extracting(Reference::getReference)
        .containsExactly("Patient/ana");
    assertThat(consent.getOrganization())
        .extracting(Reference::getReference)
        .containsExactly("Organization/clinic");
    assertThat(consent.getPolicy()).hasSize(1).allMatch(policy -> policy.hasUri());
    assertThat(consent.getProvision().getType().toCode()).isEqualTo("permit");
    assertThat(consent.getProvision().getPeriod().getStartElement().getValueAsString())
        .isEqualTo("2026-08-06T10:00:00.000Z");
    assertThat(consent.getProvision().getPeriod().getEndElement().getValueAsString())
        .isEqualTo("2027-02-01T23:59:59+00:00");
    assertThat(consent.getProvision().getPurpose())
        .extracting(coding -> coding.getCode())
        .containsExactly("ai-training", "MLTRAINING");
    assertThat(consent.getProvision().getActor()).hasSize(1);
    assertThat(consent.getProvision().getActorFirstRep().getReference().getReference())
        .isEqualTo("Device/scribe");
    assertThat(consent.getProvision().getActorFirstRep().getRole().getCodingFirstRep().getCode())
        .isEqualTo("IRCP");
    assertThat(Consents.documents(consent)).containsExactly("DocumentReference/note");
    assertThat(Comprehension.of(consent)).contains(new Comprehension(5, 5, "en"));
    assertThat(Voluntariness.of(consent))
        .contains(new Voluntariness(true, true, List.of("none-observed"), null));
    QuestionnaireResponse answers = record.all(QuestionnaireResponse.class).get(0);
    assertThat(consent.getSourceReference().getReference()).isEqualTo(reference(answers));
    assertThat(answers.getSubject().getReference()).isEqualTo("Patient/ana");
    assertThat(answers.getSource().getReference()).isEqualTo("Patient/ana");
  }

  @Test
  void attach_whenPermitIsProven_thenProvenanceTellsWhoAndFromWhat() {
    Parameters answer = record.attach(TestRequests.permit("ai-training", "ai-sharing"));

    Provenance provenance = (Provenance) answer.getParameter("provenance").getResource();
    assertThat(provenance.getTarget())
        .extracting(Reference::getReference)
        .containsExactlyElementsOf(
            consents(answer).stream().map(AttachConsentProviderTest::reference).toList());
    assertThat(provenance.getExtensionByUrl(Canonical.Extension.PROVENANCE_PATIENT).getValue())
        .isInstanceOfSatisfying(
            Reference.class,
            patient -> assertThat(patient.getReference()).isEqualTo("Patient/ana"));
    assertThat(provenance.getAgentFirstRep().getWho().getReference()).isEqualTo("Patient/ana");
    assertThat(provenance.getEntityFirstRep().getWhat().getReference())
        .isEqualTo(reference(record.all(QuestionnaireResponse.class).get(0)));
  }

  @ParameterizedTest
  @CsvSource({
    "ai-documentation,ICOL,",
    "ai-decision-use,INFA,TREATDS",
    "ai-training,INFA,MLTRAINING",
    "ai-sharing,IDSCL,"
  })
  void attach_whenPurposeDiffers_thenCategoryAndStandardPurposeFollow(
      String purpose, String category, String standard) {
    Consent consent = only(record.attach(TestRequests.permit(purpose)));

    assertThat(consent.getCategory().get(1).getCodingFirstRep().getCode()).isEqualTo(category);
    assertThat(consent.getProvision().getPurpose())
        .extracting(coding -> coding.getCode())
        .containsExactlyElementsOf(
            standard == null ? List.of(purpose) : List.of(purpose, standard));
  }

  @Test
  void attach_whenSeveralPurposes_thenOneConsentEachInOrderLockedAndOneSearch() {
    Parameters answer = record.attach(TestRequests.permit("ai-training", "ai-documentation"));

    assertThat(consents(answer))
        .extracting(consent -> AiPurpose.of(consent).get(0))
        .containsExactly(AiPurpose.AI_TRAINING, AiPurpose.AI_DOCUMENTATION);
    assertThat(record.locked)
        .containsExactly("consent:note:ai-documentation", "consent:note:ai-training");
    assertThat(record.searches).isEqualTo(1);
    assertThat(record.reads).isEqualTo(1);
    assertThat(record.all(QuestionnaireResponse.class)).hasSize(1);
  }

  @Test
  void attach_whenNotUnderstood_thenStoredAsProposedAndSaysWhyInPlainWords() {
    Parameters body = TestRequests.without(TestRequests.permit("ai-training"), "teachBack");

    Parameters answer = record.attach(TestRequests.answered(body, TestAnswers.withRight(3)));

    assertThat(effective(answer)).isFalse();
    assertThat(only(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(told(answer))
        .contains(
            "3 of 5 teach-back answers were right, and 4 are needed. You can ask to have it explained again.");
    assertThat(codes(answer)).contains("not-understood");
    assertThat(only(answer).getText().getDivAsString())
        .contains("3 of 5 teach-back answers were right");
  }

  @Test
  void attach_whenPatientSpeaksSpanish_thenSaysWhyInSpanish() {
    QuestionnaireResponse answers =
        (QuestionnaireResponse) TestAnswers.withRight(3).setLanguage("es-MX");
    Parameters body = TestRequests.without(TestRequests.permit("ai-training"), "teachBack");

    Parameters answer = record.attach(TestRequests.answered(body, answers), "en");

    assertThat(told(answer))
        .contains(
            "Usted dijo que sí a usar este documento para entrenar inteligencia artificial. "
                + "Esto todavía no vale, así que se trata como un no.");
    assertThat(only(answer).getLanguage()).isEqualTo("es");
  }

  @Test
  void attach_whenPermitHasNoEvidence_thenStoredAsProposedNeverActive() {
    Parameters answer =
        record.attach(
            TestRequests.saying(
                TestRequests.expiring(TestRequests.decision("permit", "ai-training")),
                "Yes, go ahead."));

    assertThat(effective(answer)).isFalse();
    assertThat(only(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(codes(answer)).contains("comprehension-missing", "voluntariness-missing");
    assertThat(only(answer).getSourceAttachment().getData())
        .isEqualTo("Yes, go ahead.".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void attach_whenPressureWasSeen_thenDoesNotCount() {
    Parameters body = TestRequests.without(TestRequests.permit("ai-training"), "voluntariness");

    Parameters answer =
        record.attach(TestRequests.voluntariness(body, true, true, "incentive", "distress"));

    assertThat(effective(answer)).isFalse();
    assertThat(told(answer))
        .contains(
            "Something may have pushed towards a yes: something was offered for a yes. It counts once a"
                + " neutral person has asked and found that the choice is free.",
            "Something may have pushed towards a yes: it was a moment of distress.");
  }

  @Test
  void attach_whenDenied_thenCountsAtOnceWithoutProofAndKeepsTheWordsVerbatim() {
    String words = "No. <script>alert('not for you')</script> ¡Nunca!";

    Parameters answer = record.attach(TestRequests.saying(TestRequests.deny("ai-sharing"), words));

    assertThat(effective(answer)).isTrue();
    Consent consent = only(answer);
    assertThat(consent.getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(consent.getProvision().getPeriod().hasEnd()).isFalse();
    assertThat(consent.getSourceAttachment().getContentType()).startsWith("text/plain");
    assertThat(new String(consent.getSourceAttachment().getData(), StandardCharsets.UTF_8))
        .isEqualTo(words);
    assertThat(consent.getText().getDivAsString()).doesNotContain("script");
  }

  @Test
  void attach_whenDeniedWithoutWords_thenSaysSoAndCounts() {
    Parameters answer = record.attach(TestRequests.deny("ai-sharing"));

    assertThat(effective(answer)).isTrue();
    assertThat(only(answer).getSourceAttachment().getTitle()).isEqualTo("No words were recorded");
  }

  @Test
  void attach_whenPermitHasWords_thenTheyStandInVoluntariness() {
    Parameters body =
        TestRequests.saying(TestRequests.permit("ai-training"), "If it helps others.");

    Consent consent = only(record.attach(body));

    assertThat(Voluntariness.of(consent).orElseThrow().patientStatement())
        .isEqualTo("If it helps others.");
    assertThat(consent.hasSourceReference()).isTrue();
  }

  @Test
  void attach_whenDeniedAfterPermit_thenPermitIsWithdrawnAndUsesAreTold() {
    Consent permit = only(record.attach(TestRequests.permit("ai-training")));
    record.at(FakeConsentRecord.NOW.plus(Duration.ofDays(3)));

    Parameters answer =
        record.attach(TestRequests.saying(TestRequests.deny("ai-training"), "I changed my mind."));

    Consent old = (Consent) record.resources.get(reference(permit));
    assertThat(old.getStatus()).isEqualTo(ConsentState.INACTIVE);
    assertThat(old.getIdElement().getVersionIdPart()).isEqualTo("2");
    assertThat(
            old.getExtensionByUrl(Canonical.Extension.WITHDRAWAL)
                .getExtensionString("reasonInPatientWords"))
        .isEqualTo("I changed my mind.");
    assertThat(told(answer))
        .contains(
            "This was allowed from August 6, 2026 until today: using this document to train AI. "
                + "What was done in that time may not be undone.");
    assertThat(((Provenance) answer.getParameter("provenance").getResource()).getEntity())
        .extracting(entity -> entity.getWhat().getReference())
        .contains(reference(permit) + "/_history/1");
    assertThat(codes(record.attach(TestRequests.deny("ai-training")))).contains("use-allowed");
  }

  @Test
  void attach_whenDocumentWasUsed_thenDenyTellsTheUses() {
    DocumentReference signed = TestDocuments.aiNote();
    signed.setAuthenticator(new Reference("Practitioner/lee"));
    record.put(signed);

    assertThat(told(record.attach(TestRequests.deny("ai-documentation"))))
        .contains("AI has already written this document.");
    assertThat(told(record.attach(TestRequests.deny("ai-decision-use"))))
        .contains(
            "A clinician has signed this document, so it may already have been used in care.");
  }

  @Test
  void attach_whenPermittedAfterDeny_thenDenyIsWithdrawn() {
    Consent deny = only(record.attach(TestRequests.deny("ai-training")));

    Parameters answer = record.attach(TestRequests.permit("ai-training"));

    assertThat(effective(answer)).isTrue();
    assertThat(((Consent) record.resources.get(reference(deny))).getStatus())
        .isEqualTo(ConsentState.INACTIVE);
  }

  @Test
  void attach_whenPermitWithoutProofFollowsDeny_thenDenyStands() {
    Consent deny = only(record.attach(TestRequests.deny("ai-training")));

    Parameters answer =
        record.attach(TestRequests.expiring(TestRequests.decision("permit", "ai-training")));

    assertThat(effective(answer)).isFalse();
    assertThat(codes(answer)).contains("denied-before");
    assertThat(((Consent) record.resources.get(reference(deny))).getStatus())
        .isEqualTo(ConsentState.ACTIVE);
  }

  @Test
  void attach_whenProposedIsProvenLater_thenProposedIsRejectedAndNewOneCounts() {
    Consent proposed =
        only(record.attach(TestRequests.expiring(TestRequests.decision("permit", "ai-training"))));

    assertThat(effective(record.attach(TestRequests.permit("ai-training")))).isTrue();

    Consent old = (Consent) record.resources.get(reference(proposed));
    assertThat(old.getStatus()).isEqualTo(ConsentState.REJECTED);
    assertThat(old.hasExtension(Canonical.Extension.WITHDRAWAL)).isFalse();
  }

  @Test
  void attach_whenOtherPurposeWasDecided_thenItIsLeftAlone() {
    Consent sharing = only(record.attach(TestRequests.deny("ai-sharing")));

    record.attach(TestRequests.permit("ai-training"));

    assertThat(record.resources.get(reference(sharing)).getIdElement().getVersionIdPart())
        .isEqualTo("1");
  }

  @Test
  void attach_whenEarlierPermitNamesMoreDocuments_thenItStaysForThose() {
    Consent both = TestConsents.permit();
    both.getProvision().addData(both.getProvision().getDataFirstRep().copy());
    both.getProvision().getData().get(1).setReference(new Reference("DocumentReference/other"));
    record.put(both);

    record.attach(TestRequests.deny("ai-training"));

    Consent left = (Consent) record.resources.get("Consent/earlier");
    assertThat(left.getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(Consents.documents(left)).containsExactly("DocumentReference/other");
  }

  @Test
  void attach_whenRepresentativeSigns_thenSignsForThePatient() {
    givenRepresentative();

    Parameters answer = record.attach(TestRequests.permit("ai-training"));

    assertThat(effective(answer)).isTrue();
    assertThat(only(answer).getPerformerFirstRep().getReference()).isEqualTo("RelatedPerson/mum");
    Provenance provenance = (Provenance) answer.getParameter("provenance").getResource();
    assertThat(provenance.getAgentFirstRep().getOnBehalfOf().getReference())
        .isEqualTo("Patient/ana");
    assertThat(told(answer).get(0)).startsWith("Your representative said yes");
  }

  @Test
  void attach_whenRepresentativePermitsAfterPatientDenied_thenDenyStands() {
    Consent deny = only(record.attach(TestRequests.deny("ai-training")));
    givenRepresentative();

    Parameters answer = record.attach(TestRequests.permit("ai-training"));

    assertThat(effective(answer)).isFalse();
    assertThat(only(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(((Consent) record.resources.get(reference(deny))).getStatus())
        .isEqualTo(ConsentState.ACTIVE);
  }

  @Test
  void attach_whenPatientNamesWitness_thenWitnessIsOnTheConsent() {
    Practitioner lee = new Practitioner();
    lee.setId("Practitioner/lee/_history/1");
    record.put(lee);
    Parameters body = TestRequests.permit("ai-training");
    TestRequests.with(body, "witness", new Reference("Practitioner/lee"));

    assertThat(Extensions.witnesses(only(record.attach(body))).map(Reference::getReference))
        .containsExactly("Practitioner/lee");
  }

  @Test
  void attach_whenClinicianWitnesses_thenOnlyTheWitnessIsAdded() {
    Consent signed = only(record.attach(TestRequests.permit("ai-training")));
    record.as(TestCallers.clinician("lee"));

    Parameters answer = record.attach(TestRequests.witness(reference(signed), "Practitioner/lee"));

    Consent witnessed = only(answer);
    assertThat(reference(witnessed)).isEqualTo(reference(signed));
    assertThat(Extensions.witnesses(witnessed).map(Reference::getReference))
        .containsExactly("Practitioner/lee");
    witnessed.getExtension().removeIf(e -> Canonical.Extension.CONSENT_WITNESS.equals(e.getUrl()));
    // That this witness is independent is what the server found out about them.
    GuardedPermit.unmark(witnessed);
    assertThat(json(witnessed)).isEqualTo(json(signed));
    assertThat(effective(answer)).isTrue();
    Provenance provenance = (Provenance) answer.getParameter("provenance").getResource();
    assertThat(provenance.getAgentFirstRep().getWho().getReference()).isEqualTo("Practitioner/lee");
    assertThat(provenance.getAgentFirstRep().getOnBehalfOf().getReference())
        .isEqualTo("Organization/clinic");
  }

  @Test
  void attach_whenClinicianWitnessesProposedPermit_thenItStillDoesNotCount() {
    Consent proposed =
        only(record.attach(TestRequests.expiring(TestRequests.decision("permit", "ai-training"))));
    record.as(TestCallers.clinician("lee"));

    Parameters answer =
        record.attach(TestRequests.witness(reference(proposed), "Practitioner/lee"));

    assertThat(effective(answer)).isFalse();
    assertThat(only(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);
  }

  @Test
  void attach_whenFinishedConsentIsGiven_thenItIsCompletedAndItsClaimIsScoredAnew() {
    Consent finished = finished();
    TestConsents.understood(finished, new Comprehension(9, 9, "en"));
    Parameters body = TestRequests.with(new Parameters(), "consent", finished);

    Parameters answer = record.attach(TestRequests.answered(body, TestAnswers.withRight(4)));

    assertThat(effective(answer)).isTrue();
    assertThat(Comprehension.of(only(answer))).contains(new Comprehension(5, 4, "en"));
    assertThat(only(answer).getCategory()).hasSize(2);
    assertThat(reference(only(answer))).isNotEqualTo("Consent/earlier");
  }

  @Test
  void attach_whenFinishedConsentOnlyClaimsUnderstanding_thenItDoesNotCount() {
    Parameters answer = record.attach(TestRequests.with(new Parameters(), "consent", finished()));

    assertThat(effective(answer)).isFalse();
    assertThat(codes(answer)).contains("comprehension-missing");
    assertThat(Comprehension.of(only(answer))).isEmpty();
  }

  @Test
  void attach_whenFinishedConsentNamesAnswersOnRecord_thenTheseAreScoredAndNotCopied() {
    QuestionnaireResponse answers = TestAnswers.allRight();
    answers.setId("QuestionnaireResponse/asked/_history/1");
    answers.setSubject(new Reference("Patient/ana"));
    record.put(answers);
    Consent finished = finished();
    finished.setSource(new Reference("QuestionnaireResponse/asked"));

    Parameters answer = record.attach(TestRequests.with(new Parameters(), "consent", finished));

    assertThat(effective(answer)).isTrue();
    assertThat(only(answer).getSourceReference().getReference())
        .isEqualTo("QuestionnaireResponse/asked");
    assertThat(record.all(QuestionnaireResponse.class)).hasSize(1);
  }

  @Test
  void attach_whenSignalIsGivenAsText_thenItIsUnderstood() {
    Parameters body = TestRequests.without(TestRequests.permit("ai-training"), "decision");

    assertThat(
            effective(record.attach(TestRequests.with(body, "decision", new StringType("permit")))))
        .isTrue();
  }

  private void givenRepresentative() {
    RelatedPerson mum = new RelatedPerson();
    mum.setId("RelatedPerson/mum/_history/1");
    mum.setPatient(new Reference("Patient/ana"));
    record.put(mum);
    record.as(TestCallers.representative("mum", "ana"));
  }

  private static Consent finished() {
    Consent finished = TestConsents.permit();
    finished.setDateTime(null);
    finished.getProvision().getPeriod().setStart(null);
    return finished;
  }

  private static boolean effective(Parameters answer) {
    return ((BooleanType) answer.getParameter("effective").getValue()).booleanValue();
  }

  private static Consent only(Parameters answer) {
    assertThat(consents(answer)).hasSize(1);
    return consents(answer).get(0);
  }

  private static List<Consent> consents(Parameters answer) {
    return answer.getParameter().stream()
        .filter(parameter -> "return".equals(parameter.getName()))
        .map(parameter -> (Consent) parameter.getResource())
        .toList();
  }

  private static List<String> told(Parameters answer) {
    return outcome(answer).getIssue().stream().map(issue -> issue.getDetails().getText()).toList();
  }

  private static List<String> codes(Parameters answer) {
    return outcome(answer).getIssue().stream().map(issue -> issue.getDiagnostics()).toList();
  }

  private static OperationOutcome outcome(Parameters answer) {
    return (OperationOutcome) answer.getParameter("outcome").getResource();
  }

  private static String json(Consent consent) {
    Consent copy = consent.copy();
    copy.setId("any").getMeta().setVersionId(null);
    return FhirR4.context().newJsonParser().encodeResourceToString(copy);
  }

  private static String reference(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }
}
