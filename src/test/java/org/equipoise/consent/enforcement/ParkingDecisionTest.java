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
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.equipoise.consent.ConsentPolicy;
import org.equipoise.consent.ConsentSettings;
import org.equipoise.consent.RecordedConsents;
import org.equipoise.consent.enforcement.Parking.Undecided;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the patient was not asked. */
class ParkingDecisionTest {

  private static final Caller SCRIBE = new Caller("scribe", "scribe", null, null, Set.of());
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
}
