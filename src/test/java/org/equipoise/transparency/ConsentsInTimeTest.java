package org.equipoise.transparency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.equipoise.fhir.AiUseDecisions.Said;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.junit.jupiter.api.Test;

class ConsentsInTimeTest {

  private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
  private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");

  /** What a version says, for the test: its status. */
  private record Status(ConsentState status) implements Said {
    @Override
    public boolean isAboutAi() {
      return true;
    }
  }

  private static Consent version(int number, ConsentState status, Instant given, Instant stored) {
    Consent consent = new Consent().setStatus(status);
    consent.setId("Consent/c/_history/" + number);
    consent.getMeta().setVersionId("" + number).setLastUpdated(Date.from(stored));
    if (given != null) {
      consent.setDateTime(Date.from(given));
    }
    return consent;
  }

  private static List<ConsentState> at(Instant moment, Consent... versions) {
    return new ConsentsInTime(
            List.of(versions[versions.length - 1]),
            versions.length > 1 ? List.of(versions) : List.of(),
            consent -> new Status(consent.getStatus()))
        .at(moment).stream().map(said -> ((Status) said).status()).toList();
  }

  @Test
  void at_whenWithdrawnLater_thenItStoodBefore() {
    Consent given = version(1, ConsentState.ACTIVE, MAY, MAY);
    Consent withdrawn = version(2, ConsentState.INACTIVE, MAY, JULY);

    assertThat(at(JUNE, given, withdrawn)).containsExactly(ConsentState.ACTIVE);
    assertThat(at(JULY, given, withdrawn)).containsExactly(ConsentState.INACTIVE);
  }

  @Test
  void at_whenGivenLater_thenItDidNotExist() {
    assertThat(at(MAY, version(1, ConsentState.ACTIVE, JUNE, JUNE))).isEmpty();
  }

  @Test
  void at_whenRecordedLaterAboutAnEarlierDay_thenItCountsAsFirstRecorded() {
    Consent recorded = version(1, ConsentState.ACTIVE, MAY, JULY);
    Consent withdrawn = version(2, ConsentState.INACTIVE, MAY, JULY.plusSeconds(60));

    assertThat(at(JUNE, recorded)).containsExactly(ConsentState.ACTIVE);
    assertThat(at(JUNE, recorded, withdrawn)).containsExactly(ConsentState.ACTIVE);
  }

  @Test
  void at_whenItSaysNoDay_thenFromWhenItWasStored() {
    Consent undated = version(1, ConsentState.ACTIVE, null, JUNE);

    assertThat(at(MAY, undated)).isEmpty();
    assertThat(at(JUNE, undated)).hasSize(1);
  }

  @Test
  void at_whenVersionsComeInAnyOrder_thenByTheirNumber() {
    Consent given = version(1, ConsentState.PROPOSED, MAY, MAY);
    Consent counted = version(10, ConsentState.ACTIVE, MAY, JUNE);
    Consent witnessed = version(9, ConsentState.PROPOSED, MAY, MAY.plusSeconds(5));

    assertThat(
            new ConsentsInTime(
                    List.of(counted),
                    List.of(counted, given, witnessed),
                    consent -> new Status(consent.getStatus()))
                .at(MAY.plusSeconds(60)))
        .containsExactly(new Status(ConsentState.PROPOSED));
  }
}
