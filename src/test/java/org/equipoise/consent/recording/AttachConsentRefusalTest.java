package org.equipoise.consent.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.Date;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.TestConsents;
import org.equipoise.consent.statement.TestDocuments;
import org.equipoise.consent.teachback.TestAnswers;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input gets a refusal that names the element, and nothing is written. */
class AttachConsentRefusalTest {

  private static final String PERMIT = "permit";
  private static final String TRAINING = "ai-training";

  private final FakeConsentRecord record = new FakeConsentRecord();

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("bodies")
  void attach_whenBodyIsWrong_thenRefusesNamingTheElement(
      int status, String element, Parameters body) {
    assertRefused(body, status, element);
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        body(400, "Parameters", null),
        body(400, "'purpose'", TestRequests.decision("deny")),
        body(400, "'purpose'", TestRequests.deny(TRAINING, TRAINING)),
        body(
            400,
            "'purpose'",
            TestRequests.with(TestRequests.deny(TRAINING), "purpose", new CodeType("ai-sharing"))),
        body(422, "'purpose'", TestRequests.deny("ai-anything")),
        body(
            422,
            "'purpose'",
            TestRequests.with(TestRequests.deny(), "purpose", new Coding().setCode(TRAINING))),
        body(400, "'decision'", TestRequests.without(TestRequests.deny(TRAINING), "decision")),
        body(
            400,
            "'decision'",
            TestRequests.with(TestRequests.deny(TRAINING), "decision", new CodeType("deny"))),
        body(400, "'decision'", edit(TRAINING, "decision", new BooleanType(true))),
        body(422, "'decision'", TestRequests.decision("maybe", TRAINING)),
        body(
            400,
            "'mood'",
            TestRequests.with(TestRequests.deny(TRAINING), "mood", new CodeType("good"))),
        body(422, "'expires'", TestRequests.without(TestRequests.permit(TRAINING), "expires")),
        body(400, "'expires'", edit(TRAINING, "expires", new DateType("2027-01"))),
        body(400, "'expires'", edit(TRAINING, "expires", new DateTimeType("2027-01-01T00:00:00Z"))),
        body(422, "'expires'", edit(TRAINING, "expires", new DateType("2026-08-05"))),
        body(422, "'expires'", edit(TRAINING, "expires", new DateType("2027-08-07"))),
        body(422, "'expires'", TestRequests.expiring(TestRequests.deny(TRAINING))),
        body(
            413,
            "'statement'",
            TestRequests.saying(TestRequests.deny(TRAINING), "é".repeat(524_289))),
        body(
            400,
            "'teachBack'",
            TestRequests.with(TestRequests.deny(TRAINING), "teachBack", new Consent())),
        body(
            400,
            "'voluntariness').part.where(name='refusalHasNoEffectOnCare')",
            change(permit(), "voluntariness", v -> v.getPart().remove(1))),
        body(
            400,
            "'voluntariness').part.where(name='ease')",
            change(permit(), "voluntariness", v -> v.addPart().setName("ease"))),
        body(
            422,
            "'voluntariness').part.where(name='signal')",
            TestRequests.voluntariness(
                TestRequests.without(permit(), "voluntariness"), true, true, "bad-weather")),
        body(
            422,
            "'witness'",
            TestRequests.with(permit(), "witness", new Reference("Organization/clinic"))),
        body(
            422,
            "'witness'",
            TestRequests.with(permit(), "witness", new Reference().setDisplay("Lee"))),
        body(
            422,
            "QuestionnaireResponse.questionnaire",
            answers(a -> a.setQuestionnaire("http://x.org/Q"))),
        body(
            422,
            "QuestionnaireResponse.item.where(linkId='zzz')",
            answers(a -> TestAnswers.choose(a, "zzz", "y"))),
        body(
            422,
            "QuestionnaireResponse.subject",
            answers(a -> a.setSubject(new Reference("Patient/bo")))),
        body(
            422,
            "QuestionnaireResponse.source",
            answers(a -> a.setSource(new Reference("RelatedPerson/mum")))),
        body(422, "QuestionnaireResponse.authored", answers(a -> a.setAuthored(null))),
        body(
            422,
            "QuestionnaireResponse.authored",
            answers(a -> a.setAuthored(Date.from(FakeConsentRecord.NOW.plusSeconds(400))))),
        body(422, ".patient", finished(c -> c.setPatient(new Reference("Patient/bo")))),
        body(422, ".patient", finished(c -> c.setPatient(null))),
        body(403, ".performer", finished(c -> c.addPerformer(new Reference("Practitioner/lee")))),
        body(
            422,
            ".dateTime",
            finished(c -> c.setDateTimeElement(new DateTimeType("2026-08-07T10:00:00Z")))),
        body(
            422,
            ".provision.period.start",
            finished(
                c -> c.getProvision().getPeriod().setStartElement(new DateTimeType("2026-09-01")))),
        body(
            422, ".provision.period.end", finished(c -> c.getProvision().getPeriod().setEnd(null))),
        body(422, ".provision.data", finished(c -> c.getProvision().addData())),
        body(
            422,
            ".provision.data",
            finished(
                c ->
                    c.getProvision()
                        .getDataFirstRep()
                        .setReference(new Reference("DocumentReference/x")))),
        body(422, ".provision.type", finished(c -> c.getProvision().setType(null))),
        body(422, ".provision.purpose", finished(c -> c.getProvision().setPurpose(null))),
        body(
            422,
            ".provision.purpose",
            finished(c -> c.getProvision().addPurpose(AiPurpose.AI_SHARING.toCodings().get(0)))),
        body(422, ".status", finished(c -> c.setStatus(ConsentState.INACTIVE))),
        body(
            422,
            ".source",
            finished(c -> c.setSource(new Reference("QuestionnaireResponse/nowhere")))),
        body(
            400,
            ".source",
            TestRequests.answered(
                finished(c -> c.setSource(new Attachment().setTitle("x"))),
                TestAnswers.allRight())),
        body(400, "'purpose'", withTraining(finished(c -> {}))),
        body(
            400,
            "'witness'",
            TestRequests.without(TestRequests.witness("Consent/1", "Practitioner/lee"), "witness")),
        body(400, "'decision'", decide(TestRequests.witness("Consent/1", "Practitioner/lee"))),
        body(400, "'consentReference'", TestRequests.witness("Patient/1", "Practitioner/lee")));
  }

  @Test
  void attach_whenWordsAreGivenTwice_thenRefuses() {
    Parameters body =
        change(
            permit(),
            "voluntariness",
            v -> v.addPart().setName("patientStatement").setValue(text("Yes.")));

    assertRefused(TestRequests.saying(body, "Yes, yes."), 400, "'statement'");
  }

  @Test
  void attach_whenExpiryIsTodayOrTheLatest_thenAccepts() {
    assertThat(
            record
                .attach(edit(TRAINING, "expires", new DateType("2026-08-06")))
                .getParameterBool("effective"))
        .isTrue();
    assertThat(
            new FakeConsentRecord()
                .attach(edit(TRAINING, "expires", new DateType("2027-08-06")))
                .getParameterBool("effective"))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void attach_whenDocumentIsUnfit_thenRefusesSayingWhy(
      int status, String element, UnaryOperator<DocumentReference> unfit) {
    record.put(unfit.apply(TestDocuments.aiNote()));

    assertRefused(permit(), status, element);
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        document(422, "DocumentReference.meta.security", d -> d.getMeta().setSecurity(null)),
        document(
            422,
            "DocumentReference.meta.security",
            d -> d.getMeta().getSecurityFirstRep().setSystem("http://example.org")),
        document(
            409,
            "DocumentReference.status",
            d -> d.setStatus(DocumentReferenceStatus.ENTEREDINERROR)),
        document(
            409,
            "DocumentReference.status",
            d -> d.setDocStatus(ReferredDocumentStatus.ENTEREDINERROR)),
        document(422, "DocumentReference.subject", d -> d.setSubject(null)),
        document(422, "DocumentReference.custodian", d -> d.setCustodian(null)));
  }

  @Test
  void attach_whenDocumentIsUnknown_then404() {
    record.resources.clear();

    assertRefused(permit(), 404, "DocumentReference/note");
  }

  @Test
  void attach_whenClinicianSigns_thenForbidsAndTellsHowToWitness() {
    record.as(TestCallers.clinician("lee"));

    assertRefused(permit(), 403, "A clinician cannot sign a consent for the patient");
  }

  @Test
  void attach_whenServiceSigns_thenForbids() {
    record.as(TestCallers.service());

    assertRefused(TestRequests.deny(TRAINING), 403, "Only the patient");
  }

  @Test
  void attach_whenOtherPatientSigns_thenForbids() {
    record.as(TestCallers.patient("bo"));

    assertRefused(permit(), 403, "Only the patient");
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void attach_whenRelatedPersonDoesNotStandForPatient_thenForbids(Consumer<RelatedPerson> strange) {
    RelatedPerson person = new RelatedPerson();
    person.setId("RelatedPerson/mum/_history/1");
    person.setPatient(new Reference("Patient/ana"));
    strange.accept(person);
    record.put(person);
    record.as(TestCallers.representative("mum", "ana"));

    assertRefused(permit(), 403, "Only the patient");
  }

  static Stream<Consumer<RelatedPerson>> strangers() {
    return Stream.of(
        person -> person.setPatient(new Reference("Patient/bo")),
        person -> person.setActive(false),
        person -> person.getPeriod().setEndElement(new DateTimeType("2026-08-05")),
        person -> person.getPeriod().setStartElement(new DateTimeType("2026-08-07")),
        person -> person.setId("RelatedPerson/somebody-else/_history/1"));
  }

  @Test
  void attach_whenSignerIsOwnWitness_thenRefuses() {
    RelatedPerson mum = new RelatedPerson();
    mum.setId("RelatedPerson/mum/_history/1");
    mum.setPatient(new Reference("Patient/ana"));
    record.put(mum);
    record.as(TestCallers.representative("mum", "ana"));

    assertRefused(
        TestRequests.with(permit(), "witness", new Reference("RelatedPerson/mum")),
        422,
        "'witness'");
  }

  @Test
  void attach_whenClinicianNamesAnotherWitness_thenForbids() {
    record.put(TestConsents.permit());
    record.as(TestCallers.clinician("lee"));

    assertRefused(
        TestRequests.witness("Consent/earlier", "Practitioner/kim"), 403, "names themself");
  }

  @Test
  void attach_whenPatientWitnesses_thenForbids() {
    record.put(TestConsents.permit());

    assertRefused(TestRequests.witness("Consent/earlier", "Patient/ana"), 403, "clinician");
  }

  @Test
  void attach_whenWitnessedConsentIsUnfit_thenRefuses() {
    record.as(TestCallers.clinician("lee"));
    Parameters body = TestRequests.witness("Consent/earlier", "Practitioner/lee");
    assertRefused(body, 404, "Consent/earlier");

    record.put(TestConsents.permit().setStatus(ConsentState.INACTIVE));
    assertRefused(body, 409, "'consentReference'");

    record.put(TestConsents.general(TestConsents.permit()));
    assertRefused(body, 422, "'consentReference'");

    Consent witnessed = TestConsents.permit();
    witnessed
        .addExtension()
        .setUrl(Canonical.Extension.CONSENT_WITNESS)
        .setValue(new Reference("Practitioner/lee"));
    record.put(witnessed);
    assertRefused(body, 409, "'consentReference'");
  }

  private void assertRefused(Parameters body, int status, String named) {
    int before = record.resources.size();
    BaseServerResponseException refusal =
        catchThrowableOfType(BaseServerResponseException.class, () -> record.attach(body));

    assertThat(refusal).as("refused").isNotNull();
    assertThat(refusal.getStatusCode()).isEqualTo(status);
    assertThat(refusal.getMessage()).contains(named);
    if (status == 400 || status == 422) {
      OperationOutcome outcome = (OperationOutcome) refusal.getOperationOutcome();
      assertThat(outcome.getIssueFirstRep().getExpression().get(0).getValue()).contains(named);
    }
    assertThat(record.resources).as("nothing written").hasSize(before);
  }

  private static Arguments body(int status, String element, Parameters body) {
    return Arguments.of(status, element, body);
  }

  private static Arguments document(int status, String element, Consumer<DocumentReference> unfit) {
    UnaryOperator<DocumentReference> edit =
        document -> {
          unfit.accept(document);
          return document;
        };
    return Arguments.of(status, element, edit);
  }

  private static Parameters permit() {
    return TestRequests.permit(TRAINING);
  }

  private static Parameters withTraining(Parameters body) {
    body.getParameter().add(TestRequests.deny(TRAINING).getParameterFirstRep());
    return body;
  }

  private static Parameters decide(Parameters body) {
    return TestRequests.with(body, "decision", new CodeType(PERMIT));
  }

  private static StringType text(String words) {
    return new StringType(words);
  }

  private static Parameters edit(String purpose, String name, Type value) {
    return TestRequests.with(TestRequests.without(TestRequests.permit(purpose), name), name, value);
  }

  private static Parameters change(
      Parameters body, String name, Consumer<Parameters.ParametersParameterComponent> change) {
    change.accept(body.getParameter(name));
    return body;
  }

  private static Parameters answers(Consumer<QuestionnaireResponse> change) {
    QuestionnaireResponse answers = TestAnswers.allRight();
    change.accept(answers);
    return TestRequests.answered(TestRequests.without(permit(), "teachBack"), answers);
  }

  private static Parameters finished(Consumer<Consent> change) {
    Consent finished = TestConsents.permit();
    change.accept(finished);
    return TestRequests.with(new Parameters(), "consent", finished);
  }
}
