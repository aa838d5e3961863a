package org.equipoise.consent.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.recording.FakeConsentRecord;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConsentReaderTest {

  private static final Instant NOW = FakeConsentRecord.NOW;

  private final ConsentReader reader = new ConsentReader(ConsentSettings.DEFAULT.zone());
  private final ConsentPolicy policy = new ConsentPolicy(ConsentSettings.DEFAULT);

  @Test
  void read_whenPermit_thenSaysAllThatCounts() {
    ConsentStatement statement = reader.read(TestConsents.permit()).get(0);

    assertThat(statement.consent()).isEqualTo("Consent/earlier");
    assertThat(statement.patient()).isEqualTo("Patient/ana");
    assertThat(statement.permit()).isTrue();
    assertThat(statement.purpose()).isEqualTo(AiPurpose.AI_TRAINING);
    assertThat(statement.actors()).containsExactly(TestDocuments.DEVICE);
    assertThat(statement.documents()).containsExactly("DocumentReference/note");
    assertThat(statement.start()).isEqualTo("2026-07-01T09:00:00Z");
    assertThat(statement.end()).isEqualTo("2027-02-02T00:00:00Z");
    assertThat(statement.givenAt()).isEqualTo("2026-07-01T09:00:00Z");
    assertThat(statement.evidence().comprehension()).isEqualTo(new Comprehension(5, 5, "en"));
  }

  @ParameterizedTest
  @CsvSource({"MLTRAINING,AI_TRAINING", "TREATDS,AI_DECISION_USE"})
  void read_whenPurposeIsOfHl7_thenMeansOurs(String code, AiPurpose purpose) {
    Consent foreign = foreignDeny();
    foreign.getProvision().getPurposeFirstRep().setCode(code);

    assertThat(reader.read(foreign))
        .singleElement()
        .extracting(ConsentStatement::purpose)
        .isEqualTo(purpose);
  }

  @Test
  void read_whenConsentDoesNotSpeakOfAi_thenEmptyWhateverStandsInIt() {
    Consent other = foreignDeny();
    other.getProvision().getPurposeFirstRep().setCode("TREAT");
    other.getProvision().addAction(new CodeableConcept().setText("disclose"));

    assertThat(reader.read(other)).isEmpty();
  }

  @Test
  void read_whenDeviceIsRefusedWithoutPurpose_thenIsANoToAllItDoes() {
    Consent deny = foreignDeny();
    deny.getProvision().setPurpose(null);
    deny.getProvision().addActor().setReference(new Reference("Device/scribe"));

    assertThat(reader.read(deny))
        .extracting(ConsentStatement::purpose)
        .containsExactlyInAnyOrder(AiPurpose.values());
  }

  @ParameterizedTest
  @MethodSource("unheeded")
  void read_whenSomethingWouldBeIgnored_thenRefusesByName(
      String element, Consumer<Consent> addition) {
    Consent deny = foreignDeny();
    addition.accept(deny);

    assertThatThrownBy(() -> reader.read(deny))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageStartingWith(element + ": ");
  }

  static Stream<Arguments> unheeded() {
    Extension limit = new Extension("http://example.org/limit", new StringType("x"));
    return Stream.of(
        with("Consent.implicitRules", consent -> consent.setImplicitRules("http://example.org/r")),
        with("Consent.modifierExtension", consent -> consent.addModifierExtension(limit.copy())),
        with("Consent.patient", consent -> consent.setPatient(null)),
        with(
            "Consent.patient",
            consent ->
                consent.setPatient(new Reference().setIdentifier(new Identifier().setValue("1")))),
        with("Consent.patient", consent -> consent.setPatient(new Reference("Group/1"))),
        with(
            "Consent.policyRule",
            consent ->
                consent
                    .getPolicyRule()
                    .addCoding()
                    .setSystem(Canonical.System.ACT_CODE)
                    .setCode("OPTOUT")),
        with(
            "Consent.verification.verified",
            consent -> consent.addVerification().setVerified(false)),
        with(
            "Consent.verification.modifierExtension",
            consent ->
                consent.addVerification().setVerified(true).addModifierExtension(limit.copy())),
        with("Consent.provision.type", consent -> consent.getProvision().setType(null)),
        with(
            "Consent.provision.modifierExtension",
            consent -> consent.getProvision().addModifierExtension(limit.copy())),
        with(
            "Consent.provision.action",
            consent -> consent.getProvision().addAction(new CodeableConcept().setText("use"))),
        with(
            "Consent.provision.class",
            consent -> consent.getProvision().addClass_(new Coding().setCode("Observation"))),
        with(
            "Consent.provision.code",
            consent -> consent.getProvision().addCode(new CodeableConcept().setText("HIV"))),
        with(
            "Consent.provision.securityLabel",
            consent -> consent.getProvision().addSecurityLabel(new Coding().setCode("R"))),
        with(
            "Consent.provision.dataPeriod",
            consent ->
                consent
                    .getProvision()
                    .setDataPeriod(new Period().setStartElement(new DateTimeType("2020")))),
        with(
            "Consent.provision.period.end",
            consent -> consent.getProvision().getPeriod().setEndElement(new DateTimeType("2027"))),
        with(
            "Consent.provision.purpose",
            consent ->
                consent
                    .getProvision()
                    .addPurpose()
                    .setSystem(Canonical.System.ACT_REASON)
                    .setCode("TREAT")),
        with(
            "Consent.provision.actor.reference",
            consent ->
                consent.getProvision().addActor().setReference(new Reference("Practitioner/1"))),
        with(
            "Consent.provision.actor.role",
            consent ->
                consent
                    .getProvision()
                    .addActor()
                    .setReference(new Reference("Device/1"))
                    .setRole(
                        new CodeableConcept(
                            new Coding()
                                .setSystem(Canonical.System.PARTICIPATION_TYPE)
                                .setCode("AUT")))),
        with(
            "Consent.provision.data.meaning",
            consent ->
                consent
                    .getProvision()
                    .addData()
                    .setMeaning(ConsentDataMeaning.RELATED)
                    .setReference(new Reference("DocumentReference/1"))),
        with(
            "Consent.provision.data.reference",
            consent ->
                consent
                    .getProvision()
                    .addData()
                    .setMeaning(ConsentDataMeaning.INSTANCE)
                    .setReference(new Reference().setDisplay("my note"))),
        with(
            "Consent.provision.provision.type",
            consent -> consent.getProvision().addProvision(new ProvisionComponent())),
        with(
            "Consent.provision.provision.provision",
            consent ->
                nested(consent, ConsentProvisionType.DENY)
                    .addProvision(new ProvisionComponent().setType(ConsentProvisionType.DENY))),
        with(
            "Consent.provision.provision.purpose",
            consent ->
                nested(consent, ConsentProvisionType.DENY)
                    .addPurpose()
                    .setSystem(Canonical.System.AI_PURPOSE)
                    .setCode("ai-sharing")),
        with(
            "Consent.provision.provision.actor",
            consent -> {
              consent.getProvision().addActor().setReference(new Reference("Device/1"));
              nested(consent, ConsentProvisionType.DENY)
                  .addActor()
                  .setReference(new Reference("Device/2"));
            }));
  }

  @Test
  void read_whenExceptionIsNested_thenItInheritsAndWins() {
    Consent consent = foreignDeny();
    nested(consent, ConsentProvisionType.PERMIT)
        .addActor()
        .setReference(new Reference("Device/good"));
    consent
        .getProvision()
        .getProvisionFirstRep()
        .getPeriod()
        .setEndElement(new DateTimeType("2026-12-31"));
    TestConsents.understood(consent, new Comprehension(5, 5, "en"));
    TestConsents.free(consent, new Voluntariness(true, true, List.of(), null));

    List<ConsentStatement> statements = reader.read(consent);

    assertThat(statements)
        .extracting(ConsentStatement::depth, ConsentStatement::permit, ConsentStatement::purpose)
        .containsExactly(
            tuple(0, false, AiPurpose.AI_TRAINING), tuple(1, true, AiPurpose.AI_TRAINING));
    assertThat(decide(statements, "Device/good")).isEqualTo(Verdict.PERMIT);
    assertThat(decide(statements, "Device/other")).isEqualTo(Verdict.DENY);
    assertThat(decide(statements, "Device/good", "Device/other")).isEqualTo(Verdict.DENY);
  }

  @Test
  void read_whenExceptionRefusesWithinAYes_thenTheNoIsExactlyAsWideAsItSays() {
    Consent consent = TestConsents.general(TestConsents.permit());
    nested(consent, ConsentProvisionType.DENY)
        .addActor()
        .setReference(new Reference("Organization/other"));

    List<ConsentStatement> statements = reader.read(consent);

    assertThat(decide(statements, "Device/a")).isEqualTo(Verdict.PERMIT);
    assertThat(decide(statements, "Device/a", "Organization/other")).isEqualTo(Verdict.DENY);
    assertThat(decide(statements, "Device/a", "Organization/own")).isEqualTo(Verdict.PERMIT);
  }

  @Test
  void read_whenExceptionEndsLater_thenTheEndAroundItHolds() {
    Consent consent = TestConsents.general(TestConsents.permit());
    nested(consent, ConsentProvisionType.PERMIT)
        .getPeriod()
        .setEndElement(new DateTimeType("2030-01-01"));

    assertThat(reader.read(consent).get(1).end()).isEqualTo("2027-02-02T00:00:00Z");
  }

  @Test
  void readOnRecord_whenOldConsentIsNotUnderstood_thenIsANo() {
    Consent old = TestConsents.permit();
    old.getProvision().addAction(new CodeableConcept().setText("use"));

    assertThat(reader.readOnRecord(old))
        .singleElement()
        .matches(one -> !one.permit() && one.purpose() == AiPurpose.AI_TRAINING);
    assertThat(reader.readOnRecord(old.setStatus(ConsentState.INACTIVE))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Device/a,true",
    "Device/a Device/b,true",
    "Device/a Organization/o,true",
    "Device/c,false",
    "Device/a Device/c,false",
    "Organization/o,false"
  })
  void speaksOf_whenPermitNamesAis_thenForTheseAloneWhoeverRunsThem(String actors, boolean speaks) {
    Consent permit = TestConsents.general(TestConsents.permit());
    permit.getProvision().addActor().setReference(new Reference("Device/a"));
    permit.getProvision().addActor().setReference(new Reference("Device/b"));

    assertThat(TestConsents.statement(permit).speaksOf(use(actors.split(" ")))).isEqualTo(speaks);
  }

  private Verdict decide(List<ConsentStatement> statements, String... actors) {
    return policy.decide(statements, use(actors), NOW).verdict();
  }

  private static AiUse use(String... actors) {
    return new AiUse("Patient/ana", AiPurpose.AI_TRAINING, null, Set.of(actors));
  }

  private static ProvisionComponent nested(Consent consent, ConsentProvisionType type) {
    return consent.getProvision().addProvision().setType(type);
  }

  /** A no as another system would say it. */
  private static Consent foreignDeny() {
    Consent consent = TestConsents.general(TestConsents.deny());
    consent.getProvision().setPurpose(null);
    consent
        .getProvision()
        .addPurpose()
        .setSystem(Canonical.System.ACT_REASON)
        .setCode("MLTRAINING");
    return consent;
  }

  private static Arguments with(String element, Consumer<Consent> addition) {
    return Arguments.of(element, addition);
  }
}
