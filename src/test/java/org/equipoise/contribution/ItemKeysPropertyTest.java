package org.equipoise.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.equipoise.contribution.TestObservations.NOW;
import static org.equipoise.contribution.TestObservations.weight;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;

class ItemKeysPropertyTest {

  private static final long YEAR_2000 = 946_684_800L;

  private static Observation at(long second, int hours) {
    Observation observation = weight("68.4");
    observation.setEffective(
        new DateTimeType(
            Instant.ofEpochSecond(second)
                .atOffset(ZoneOffset.ofHours(hours))
                .format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx"))));
    return observation;
  }

  private static String key(Observation observation) {
    return ItemKeys.of(observation, "anna", NOW).get(0);
  }

  @Property(tries = 200)
  void of_whenToldInAnotherTimeZone_thenTheSame(
      @ForAll @LongRange(min = YEAR_2000, max = 2 * YEAR_2000) long second,
      @ForAll @IntRange(min = -12, max = 14) int one,
      @ForAll @IntRange(min = -12, max = 14) int other) {
    assertThat(key(at(second, one))).isEqualTo(key(at(second, other)));
  }

  @Property(tries = 200)
  void of_whenAnotherSecond_thenAnother(
      @ForAll @LongRange(min = YEAR_2000, max = 2 * YEAR_2000) long second,
      @ForAll @LongRange(min = 1, max = 1_000_000) long later) {
    assertThat(key(at(second, 0))).isNotEqualTo(key(at(second + later, 0)));
  }

  @Property(tries = 200)
  void of_whenPartsAreCutElsewhere_thenAnother(
      @ForAll @StringLength(min = 1, max = 8) String system,
      @ForAll @StringLength(min = 1, max = 8) String value) {
    Device one = new Device();
    one.addIdentifier().setSystem(system).setValue("x" + value);
    Device other = new Device();
    other.addIdentifier().setSystem(system + "x").setValue(value);

    assertThat(ItemKeys.of(one, "anna", NOW)).isNotEqualTo(ItemKeys.of(other, "anna", NOW));
  }

  @Property(tries = 100)
  void of_whenOneByteDiffers_thenOtherWords(
      @ForAll @Size(min = 1) byte[] words, @ForAll byte extra) {
    DocumentReference one = words(words);
    byte[] longer = Arrays.copyOf(words, words.length + 1);
    longer[words.length] = extra;

    assertThat(ItemKeys.of(one, "anna", NOW)).isEqualTo(ItemKeys.of(words(words), "anna", NOW));
    assertThat(ItemKeys.of(one, "anna", NOW)).isNotEqualTo(ItemKeys.of(words(longer), "anna", NOW));
  }

  private static DocumentReference words(byte[] bytes) {
    DocumentReference document = new DocumentReference();
    document.addContent().getAttachment().setData(bytes);
    return document;
  }

  @Property(tries = 20)
  void of_whenValueOrLocalCodeDiffers_thenTheSame(@ForAll @IntRange(min = 1, max = 500) int kilos) {
    Observation other = weight(Integer.toString(kilos));
    other.getCode().getCoding().add(0, new Coding("urn:app", "gewicht", null));

    assertThat(key(other)).isEqualTo(key(weight("68.4")));
  }

  @Property(tries = 1)
  void of_whenPatientDeviceCodeOrUnitDiffers_thenAnother() {
    Observation onScale = weight("68.4").setDevice(new Reference("Device/scale"));
    Observation inPounds = weight("68.4");
    inPounds.getValueQuantity().setCode("[lb_av]");
    Observation height = weight("68.4");
    height.getCode().getCodingFirstRep().setCode("8302-2");

    assertThat(
            List.of(
                key(weight("68.4")),
                key(onScale),
                key(inPounds),
                key(height),
                ItemKeys.of(weight("68.4"), "ben", NOW).get(0)))
        .doesNotHaveDuplicates();
  }
}
