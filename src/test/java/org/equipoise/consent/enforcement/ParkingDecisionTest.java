package org.equipoise.consent.enforcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.equipoise.consent.enforcement.Parking.Undecided;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.RecordedConsents;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the patient was not asked. */
class ParkingDecisionTest {

  private static final Caller SCRIBE = new Caller("scribe", "scribe", null, null, Set.of());
  private static final Caller AI =
      new Caller("advisor", "advisor", null, null, Set.of(), "Device/a", "ai-decision-use", null);
  private static final Caller CLINICIAN =
      new Caller("ehr", "7", new IdType("Practitioner/7"), null, Set.of());

  private final RecordedConsents consents = mock(RecordedConsents.class);
  private final ParkedDocuments parked = mock(ParkedDocuments.class);
  private final DaoRegistry records = mock(DaoRegistry.class);

  @BeforeEach
  void silence() {
    when(consents.of(anyString())).thenReturn(List.of());
  }

  private Parking parking(Undecided undecided) {
    return new Parking(
        consents,
        new ConsentPolicy(ConsentSettings.DEFAULT),
        parked,
        mock(ResponsibleClinicians.class),
        records,
        undecided,
        Clock.systemUTC());
  }

  private static DocumentReference note(String text, String... authors) {
    DocumentReference note = new DocumentReference();
    note.setId("DocumentReference/note");
    note.getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    note.setSubject(new Reference("Patient/1"));
    for (String author : authors) {
      note.addAuthor(new Reference(author));
    }
    note.addContent()
        .setAttachment(new Attachment().setData(text.getBytes(StandardCharsets.UTF_8)));
    return note;
  }

  @Test
  void afterCreate_whenConfiguredToRefuse_thenRefusedByNameAndNothingIsKept() {
    assertThatThrownBy(
            () -> parking(Undecided.REFUSE).afterCreate(note("x", "Device/a"), SCRIBE, false))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("DocumentReference.author")
        .hasMessageContaining("has not been asked");
    verify(parked, never()).park(any(), any(), any(), any(), any(), any());
    verifyNoInteractions(records);
  }

  @Test
  void afterCreate_whenNoAiIsAmongTheAuthors_thenItsVisibilityIsThatOfItsOrigin() {
    assertThat(parking(Undecided.PARK).afterCreate(note("x", "Practitioner/7"), SCRIBE, false))
        .isFalse();
  }

  @Test
  void afterUpdate_whenAPersonChangesTheText_thenNoNewWritingOfTheAi() {
    parking(Undecided.PARK)
        .afterUpdate(note("x", "Device/a"), note("y", "Device/a"), CLINICIAN, false);
  }

  @Test
  void afterUpdate_whenAMachineChangesTheText_thenRefused() {
    assertThatThrownBy(
            () ->
                parking(Undecided.PARK)
                    .afterUpdate(note("x", "Device/a"), note("y", "Device/a"), SCRIBE, false))
        .isInstanceOf(UnprocessableEntityException.class);
  }

  @Test
  void afterUpdate_whenAMachineChangesNoText_thenTaken() {
    parking(Undecided.PARK)
        .afterUpdate(
            note("x", "Device/a"), note("x", "Device/a").setDescription("seen"), SCRIBE, false);
  }

  @Test
  void afterUpdate_whenAnotherAiOrPatientComes_thenRefused() {
    assertThatThrownBy(
            () ->
                parking(Undecided.PARK)
                    .afterUpdate(
                        note("x", "Device/a"), note("x", "Device/a", "Device/b"), CLINICIAN, false))
        .isInstanceOf(UnprocessableEntityException.class);
    assertThatThrownBy(
            () ->
                parking(Undecided.PARK)
                    .afterUpdate(
                        note("x", "Device/a"),
                        note("x", "Device/a").setSubject(new Reference("Patient/2")),
                        CLINICIAN,
                        false))
        .isInstanceOf(UnprocessableEntityException.class);
  }

  private static Observation finding(String value, String... devices) {
    Observation finding = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    finding.setId("Observation/finding");
    finding.setSubject(new Reference("Patient/1"));
    finding.setValue(new StringType(value));
    for (String device : devices) {
      finding.setDevice(new Reference(device));
    }
    return finding;
  }

  @SuppressWarnings("unchecked")
  private void deviceOnRecord(String id) {
    Device device = new Device();
    device.setId("Device/" + id);
    device
        .getType()
        .addCoding()
        .setSystem(Canonical.System.AI_DEVICE_TYPE)
        .setCode(Canonical.ARTIFICIAL_INTELLIGENCE);
    IFhirResourceDao<Resource> devices = mock(IFhirResourceDao.class);
    when(records.isResourceTypeSupported("Device")).thenReturn(true);
    when(records.getResourceDao("Device")).thenReturn(devices);
    when(devices.read(any(IIdType.class), any(RequestDetails.class))).thenReturn(device);
  }

  private void change(Observation before, Observation after, Caller caller) {
    parking(Undecided.PARK).requireConsent(before, after, caller);
  }

  private void assertRefused(Observation before, Observation after, Caller caller) {
    assertThatThrownBy(() -> change(before, after, caller))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("has not been asked");
  }

  @Test
  void requireConsent_whenAnAiChangesAnything_thenRefused() {
    assertRefused(finding("x"), finding("y"), AI);
    assertRefused(finding("x"), finding("x").setStatus(Observation.ObservationStatus.AMENDED), AI);
    Observation moved = finding("x");
    moved.setSubject(new Reference("Patient/2"));
    assertRefused(finding("x"), moved, AI);
  }

  @Test
  void requireConsent_whenAnAiTakesItBackOrTouchesMetadata_thenTaken() {
    Observation back = finding("x").setStatus(Observation.ObservationStatus.ENTEREDINERROR);
    change(finding("x"), back, AI);
    Observation tagged = finding("x");
    tagged.getMeta().addTag().setCode("seen");
    change(finding("x"), tagged, AI);
  }

  @Test
  void requireConsent_whenAnybodyAddsAnAiToItsWriters_thenRefused() {
    deviceOnRecord("a");
    assertRefused(finding("x"), finding("x", "Device/a"), SCRIBE);
    assertRefused(finding("x"), finding("x", "Device/a"), CLINICIAN);
  }

  @Test
  void requireConsent_whenAMachineRewritesWhatAnAiConcluded_thenRefused() {
    deviceOnRecord("a");
    assertRefused(finding("x", "Device/a"), finding("y", "Device/a"), SCRIBE);
    change(finding("x", "Device/a"), finding("y", "Device/a"), CLINICIAN);
    change(
        finding("x", "Device/a"),
        finding("x", "Device/a").setStatus(Observation.ObservationStatus.AMENDED),
        SCRIBE);
  }

  @Test
  void requireConsent_whenAMachineLabelsIt_thenRefused() {
    Observation labelled = finding("x");
    labelled
        .getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    assertRefused(finding("x"), labelled, SCRIBE);
    change(finding("x"), labelled, CLINICIAN);
  }

  @Test
  void requireConsent_whenAServiceChangesWhatNoAiWrote_thenTaken() {
    change(finding("x"), finding("y"), SCRIBE);
  }
}
