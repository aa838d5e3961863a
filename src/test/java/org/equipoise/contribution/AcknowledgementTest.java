package org.equipoise.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.equipoise.contribution.TestObservations.NOW;
import static org.equipoise.contribution.TestObservations.weight;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.equipoise.contribution.Acknowledgement.Status;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;

class AcknowledgementTest {

  private static final Reference DOCTOR = new Reference("Practitioner/doctor");

  @Property
  void next_whenWalkedFromAnywhere_thenNeverUnseenAgain(@ForAll List<Status> walk) {
    Status now = Status.PENDING;
    for (Status wanted : walk) {
      if (now.next().contains(wanted)) {
        assertThat(wanted).isNotEqualTo(Status.PENDING).isNotEqualTo(now);
        if (wanted == Status.SEEN) {
          assertThat(now).isEqualTo(Status.PENDING);
        }
        now = wanted;
      }
    }
    assertThat(now.next()).as("what was said can be put right").isNotEmpty();
  }

  @Property
  void look_whenAgain_thenOneExtensionThatKeepsSinceWhenItWaited(
      @ForAll Status first, @ForAll Status second) {
    Observation observation = weight("68.4");
    Acknowledgement.await(observation, NOW);
    Acknowledgement.look(
        observation, first, DOCTOR, Optional.of("Thanks"), NOW.plus(Duration.ofDays(1)));
    Acknowledgement.look(
        observation, second, DOCTOR, Optional.empty(), NOW.plus(Duration.ofDays(2)));

    List<Extension> told = observation.getExtensionsByUrl(Canonical.Extension.ACKNOWLEDGEMENT);
    assertThat(told).hasSize(1);
    assertThat(told.get(0).getExtensionByUrl("since").getValue().primitiveValue())
        .isEqualTo("2026-11-22T12:00:00+00:00");
    assertThat(told.get(0).getExtensionByUrl("when").getValue().primitiveValue())
        .isEqualTo("2026-11-24T12:00:00+00:00");
    assertThat(told.get(0).hasExtension("note")).isFalse();
    assertThat(Acknowledgement.statusOf(observation)).contains(second);
  }

  @Example
  void keep_whenSomebodyWritesTheirOwn_thenWhatStoodStays() {
    Observation stored = weight("68.4");
    Acknowledgement.await(stored, NOW);
    Observation incoming = weight("68.4");
    Acknowledgement.look(incoming, Status.USED_IN_CARE, DOCTOR, Optional.empty(), NOW);

    Acknowledgement.keep(incoming, stored);

    assertThat(Acknowledgement.statusOf(incoming)).contains(Status.PENDING);
  }

  @Example
  void howLong_whenDaysOrHoursOrLess_thenInWords() {
    ContributionWords words = ContributionWords.of("en");
    ContributionWords spanish = ContributionWords.of("es-MX, en;q=0.5");

    assertThat(Waiting.howLong(Duration.ofHours(50), words)).isEqualTo("2 days");
    assertThat(Waiting.howLong(Duration.ofHours(24), words)).isEqualTo("1 day");
    assertThat(Waiting.howLong(Duration.ofMinutes(61), words)).isEqualTo("1 hour");
    assertThat(Waiting.howLong(Duration.ofMinutes(59), words)).isEqualTo("less than an hour");
    assertThat(Waiting.howLong(Duration.ofDays(3), spanish)).isEqualTo("3 días");
  }
}
