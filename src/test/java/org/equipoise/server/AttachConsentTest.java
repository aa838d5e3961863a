package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;

/** {@code $attach-consent} as its callers see it. */
class AttachConsentTest extends OperationTest {

  private static final String TRAINING = "ai-training";

  private Parameters decided(Api caller, Parameters body) {
    return consent(caller, body).ok(Parameters.class);
  }

  private Consent stored(Parameters answer) {
    return read(Consent.class, reference(returned(answer, Consent.class).get(0)));
  }

  /** What the next generated explanation tells the patient about their choices. */
  private String choicesNowTold() {
    Parameters answer = explain(scribe(), TestCalls.generate("en")).ok(Parameters.class);
    return part(returned(answer, DocumentReference.class).get(0), "your-choices");
  }

  @Test
  void permit_whenUnderstoodAndFree_thenActiveAndEffective() {
    Parameters answer = decided(patient("anna"), TestCalls.permit(TRAINING));

    assertThat(isTrue(answer, "effective")).isTrue();
    Consent consent = stored(answer);
    assertThat(consent.getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(consent.getProvision().getType()).isEqualTo(ConsentProvisionType.PERMIT);
    assertThat(consent.getPerformerFirstRep().getReference()).isEqualTo("Patient/anna");
    assertThat(consent.getProvision().getDataFirstRep().getReference().getReference())
        .isEqualTo(note);
    assertThat(consent.getText().getDivAsString())
        .contains("You said yes to using this document to train AI");
    assertThat(choicesNowTold()).contains("You said yes to the use of your facts to teach AI.");
    assertThat(read(DocumentReference.class, note).getMeta().getVersionId())
        .as("the note is not rewritten")
        .isEqualTo("1");
  }

  @Test
  void permit_whenTwoPurposes_thenOneConsentForEach() {
    Parameters answer = decided(patient("anna"), TestCalls.permit(TRAINING, "ai-decision-use"));

    assertThat(returned(answer, Consent.class)).hasSize(2);
    assertThat(consents())
        .allMatch(consent -> consent.getStatus() == ConsentState.ACTIVE)
        .flatExtracting(consent -> consent.getProvision().getPurpose())
        .filteredOn(purpose -> ((Coding) purpose).getSystem().equals(Canonical.System.AI_PURPOSE))
        .extracting(purpose -> ((Coding) purpose).getCode())
        .containsExactlyInAnyOrder(TRAINING, "ai-decision-use");
  }

  @Test
  void permit_whenBelowThreshold_thenStoredAsProposedToldWhyAndDenied() {
    Parameters answer = decided(patient("anna"), TestCalls.permit(3, TRAINING));

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(told(answer))
        .anySatisfy(
            sentence ->
                assertThat(sentence).contains("does not count yet, so it is treated as a no"))
        .anySatisfy(
            sentence ->
                assertThat(sentence)
                    .contains("3 of 5 teach-back answers were right, and 4 are needed"));
    Consent consent = stored(answer);
    assertThat(consent.getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(consent.getText().getDivAsString()).contains("3 of 5 teach-back answers were right");
    assertThat(choicesNowTold()).contains("this yes does not count yet. For now it is a no.");
  }

  @Test
  void permit_whenPressureWasSeen_thenStoredAsProposedAndToldWhy() {
    Parameters body = TestCalls.without(TestCalls.permit(TRAINING), "voluntariness");

    Parameters answer = decided(patient("anna"), TestCalls.voluntariness(body, "time-pressure"));

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(told(answer))
        .anySatisfy(sentence -> assertThat(sentence).contains("there was too little time"));
    assertThat(stored(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);
  }

  @Test
  void permit_whenNoEvidence_thenStoredAsProposed() {
    Parameters answer =
        decided(patient("anna"), TestCalls.expiring(TestCalls.decision("permit", TRAINING), 30));

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(stored(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);
  }

  @Test
  void deny_whenNoProofIsGiven_thenCountsAtOnceAndDoesNotLapse() {
    Parameters answer = decided(patient("anna"), TestCalls.deny(TRAINING));

    assertThat(isTrue(answer, "effective")).isTrue();
    Consent consent = stored(answer);
    assertThat(consent.getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(consent.getProvision().getPeriod().hasEnd()).isFalse();
    assertThat(choicesNowTold()).contains("You said no to the use of your facts to teach AI.");
  }

  @Test
  void permit_whenWithoutExpiry_thenRefused() {
    Api anna = patient("anna");

    assertRefused(
        422,
        () -> consent(anna, TestCalls.without(TestCalls.permit(TRAINING), "expires")),
        "expires");
  }

  @Test
  void permit_whenExpired_thenRefused() {
    Api anna = patient("anna");
    Parameters body =
        TestCalls.expiring(TestCalls.without(TestCalls.permit(TRAINING), "expires"), -1);

    assertRefused(422, () -> consent(anna, body), "expires", "in the past");
  }

  @Test
  void permit_whenLongerThanAYear_thenRefusedAndNotCut() {
    Api anna = patient("anna");
    Parameters body =
        TestCalls.expiring(TestCalls.without(TestCalls.permit(TRAINING), "expires"), 400);

    assertRefused(422, () -> consent(anna, body), "expires", "365");
  }

  @Test
  void permit_whenExpiryIsOnlyAYear_thenRefused() {
    Api anna = patient("anna");
    Parameters body = TestCalls.without(TestCalls.permit(TRAINING), "expires");
    TestCalls.with(body, "expires", new DateType("2099"));

    assertRefused(400, () -> consent(anna, body), "expires", "full date");
  }

  @Test
  void deny_whenItHasAnEnd_thenRefused() {
    Api anna = patient("anna");

    assertRefused(
        422, () -> consent(anna, TestCalls.expiring(TestCalls.deny(TRAINING), 30)), "expires");
  }

  @Test
  void consent_whenFutureDated_thenRefused() {
    Api anna = patient("anna");
    Consent finished = new Consent();
    finished.setStatus(ConsentState.ACTIVE);
    finished.setPatient(new Reference("Patient/anna"));
    finished.setDateTimeElement(new DateTimeType("2099-01-01"));
    finished
        .getProvision()
        .setType(ConsentProvisionType.DENY)
        .addPurpose()
        .setSystem(Canonical.System.AI_PURPOSE)
        .setCode(TRAINING);

    assertRefused(
        422,
        () -> consent(anna, TestCalls.with(new Parameters(), "consent", finished)),
        "dateTime",
        "in the future");
  }

  @Test
  void permit_whenTeachBackIsFutureDated_thenRefused() {
    Api anna = patient("anna");
    Parameters body = TestCalls.without(TestCalls.permit(TRAINING), "teachBack");
    QuestionnaireResponse answers = TestCalls.answers(5);
    answers.setAuthoredElement(new DateTimeType("2099-01-01T00:00:00Z"));

    assertRefused(
        422,
        () -> consent(anna, TestCalls.with(body, "teachBack", answers)),
        "QuestionnaireResponse.authored");
  }

  @Test
  void permit_whenAnswersAreToAnotherQuestionnaire_thenRefused() {
    Api anna = patient("anna");
    Parameters body = TestCalls.without(TestCalls.permit(TRAINING), "teachBack");
    QuestionnaireResponse answers =
        TestCalls.answers(5).setQuestionnaire("http://example.org/Questionnaire/diet");

    assertRefused(
        422,
        () -> consent(anna, TestCalls.with(body, "teachBack", answers)),
        "QuestionnaireResponse.questionnaire",
        "http://example.org/Questionnaire/diet");
  }

  @Test
  void consent_whenClinicianSigns_thenForbidden() {
    Api clinician = practitioner();

    assertRefused(
        403, () -> consent(clinician, TestCalls.permit(TRAINING)), "A clinician cannot sign");
  }

  @Test
  void consent_whenServiceSigns_thenForbidden() {
    Api scribe = scribe();

    assertRefused(403, () -> consent(scribe, TestCalls.permit(TRAINING)), "Only the patient");
  }

  @Test
  void consent_whenDocumentIsAnotherPatients_thenNotFound() {
    Api ben = patient("ben");

    assertRefused(404, () -> consent(ben, TestCalls.permit(TRAINING)), note);
    assertRefused(404, () -> consent(ben, TestCalls.deny(TRAINING)), note);
  }

  @Test
  void consent_whenRepresentativeSigns_thenTheirNameStandsUnderIt() {
    Parameters answer = decided(annasBrother(), TestCalls.permit(TRAINING));

    assertThat(isTrue(answer, "effective")).isTrue();
    Consent consent = stored(answer);
    assertThat(consent.getPerformerFirstRep().getReference())
        .isEqualTo("RelatedPerson/annas-brother");
    assertThat(consent.getPatient().getReference()).isEqualTo("Patient/anna");
    assertThat(consent.getText().getDivAsString()).contains("Your representative said yes");
    Provenance provenance =
        read(Provenance.class, reference(answer.getParameter("provenance").getResource()));
    assertThat(provenance.getAgentFirstRep().getOnBehalfOf().getReference())
        .isEqualTo("Patient/anna");
  }

  @Test
  void consent_whenRepresentativeOfAnotherSigns_thenNotFound() {
    note = newNote("ben");
    Api brother = annasBrother();

    assertRefused(404, () -> consent(brother, TestCalls.permit(TRAINING)), note);
  }

  @Test
  void permit_whenRepresentativeLiftsThePatientsNo_thenNoStands() {
    Consent no = stored(decided(patient("anna"), TestCalls.deny(TRAINING)));

    Parameters answer = decided(annasBrother(), TestCalls.permit(TRAINING));

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(told(answer))
        .anySatisfy(sentence -> assertThat(sentence).contains("An earlier no still stands"));
    assertThat(read(Consent.class, reference(no)).getStatus()).isEqualTo(ConsentState.ACTIVE);
  }

  @Test
  void permit_whenPatientSaidNoBefore_thenNoIsWithdrawnAndYesCounts() {
    Consent no = stored(decided(patient("anna"), TestCalls.deny(TRAINING)));

    Parameters answer = decided(patient("anna"), TestCalls.permit(TRAINING));

    assertThat(isTrue(answer, "effective")).isTrue();
    Consent old = read(Consent.class, reference(no));
    assertThat(old.getStatus()).isEqualTo(ConsentState.INACTIVE);
    assertThat(old.hasExtension(Canonical.Extension.WITHDRAWAL)).isTrue();
    assertThat(stored(answer).getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(consents()).hasSize(2);
  }

  @Test
  void deny_whenPatientSaidYesBefore_thenYesEndsAndUsesAreTold() {
    Consent yes = stored(decided(patient("anna"), TestCalls.permit(TRAINING)));

    Parameters answer =
        decided(
            patient("anna"),
            TestCalls.with(
                TestCalls.deny(TRAINING), "statement", new StringType("I have changed my mind.")));

    assertThat(read(Consent.class, reference(yes)).getStatus()).isEqualTo(ConsentState.INACTIVE);
    assertThat(told(answer))
        .anySatisfy(sentence -> assertThat(sentence).contains("This was allowed from"));
    assertThat(new String(stored(answer).getSourceAttachment().getData()))
        .isEqualTo("I have changed my mind.");
  }

  @Test
  void permit_whenSecondTryIsRight_thenProposedOneIsRejected() {
    Consent tried = stored(decided(patient("anna"), TestCalls.permit(2, TRAINING)));

    Parameters answer = decided(patient("anna"), TestCalls.permit(5, TRAINING));

    assertThat(isTrue(answer, "effective")).isTrue();
    assertThat(read(Consent.class, reference(tried)).getStatus()).isEqualTo(ConsentState.REJECTED);
  }

  @Test
  void witness_whenClinicianAddsThemself_thenRecordedAndDecisionIsUnchanged() {
    Consent signed = stored(decided(patient("anna"), TestCalls.permit(3, TRAINING)));

    Parameters answer =
        decided(
            practitioner(), TestCalls.witness(reference(signed), "Practitioner/demo-practitioner"));

    Consent witnessed = stored(answer);
    assertThat(
            ((Reference)
                    witnessed.getExtensionByUrl(Canonical.Extension.CONSENT_WITNESS).getValue())
                .getReference())
        .isEqualTo("Practitioner/demo-practitioner");
    assertThat(witnessed.getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(witnessed.getPerformerFirstRep().getReference()).isEqualTo("Patient/anna");
  }

  @Test
  void witness_whenClinicianNamesSomebodyElse_thenForbidden() {
    Consent signed = stored(decided(patient("anna"), TestCalls.deny(TRAINING)));
    Api clinician = practitioner();

    assertRefused(
        403,
        () -> consent(clinician, TestCalls.witness(reference(signed), "Practitioner/other")),
        "witness");
  }

  @Test
  void witness_whenConsentDoesNotExist_thenNotFound() {
    Api clinician = practitioner();

    assertRefused(
        404,
        () ->
            consent(clinician, TestCalls.witness("Consent/none", "Practitioner/demo-practitioner")),
        "Consent/none");
  }

  @Test
  void consent_whenNamedWitnessDoesNotExist_thenRefused() {
    Api anna = patient("anna");
    Parameters body =
        TestCalls.with(TestCalls.deny(TRAINING), "witness", new Reference("Practitioner/nobody"));

    assertRefused(422, () -> consent(anna, body), "witness", "Practitioner/nobody");
  }

  @Test
  void search_whenAnotherPatientAsks_thenNothingIsFound() {
    decided(patient("anna"), TestCalls.permit(TRAINING));
    explain(scribe(), TestCalls.generate("en")).ok(Parameters.class);
    explain(patient("anna"), TestCalls.generate("en")).ok(Parameters.class);

    for (String query :
        List.of(
            "Consent?patient=Patient/anna",
            "Consent?data=" + note,
            "DocumentReference?_id=" + note.substring(note.indexOf('/') + 1),
            "DocumentReference?relatesto=" + note,
            "QuestionnaireResponse?subject=Patient/anna",
            "Provenance?record-patient=Patient/anna",
            "Task?focus=" + note)) {
      Bundle found = patient("ben").get(query).ok(Bundle.class);
      assertThat(found.getEntry()).as(query).isEmpty();
      assertThat(patient("anna").get(query).ok(Bundle.class).getEntry()).as(query).isNotEmpty();
    }
  }
}
