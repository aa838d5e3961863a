package org.equipoise.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.equipoise.contribution.TestObservations.ANNA;
import static org.equipoise.contribution.TestObservations.NOW;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Reference;

class DocumentIntakeTest {

  private final DocumentIntake intake = new DocumentIntake(Duration.ofMinutes(5));

  private DocumentReference words(String words) {
    return intake.ofWords(words, Optional.of("es"), ANNA, "at", "at");
  }

  @Property(tries = 300)
  void ofWords_whenAnyText_thenKeptToTheLastByte(@ForAll String words) {
    Assume.that(!words.isBlank());
    DocumentReference document = words(words);

    intake.prepare(document, ANNA, NOW, "at");

    assertThat(document.getContentFirstRep().getAttachment().getData())
        .isEqualTo(words.getBytes(StandardCharsets.UTF_8));
  }

  @Example
  void prepare_whenAnAiWroteIt_thenNotThePatientsWords() {
    DocumentReference labelled = words("Summary");
    labelled.getMeta().addSecurity(Canonical.System.OBSERVATION_VALUE, "AIAST", null);
    DocumentReference byDevice = words("Summary");
    byDevice.addAuthor(new Reference("Device/scribe"));

    assertThatThrownBy(() -> intake.prepare(labelled, ANNA, NOW, "at"))
        .hasMessageStartingWith("at.meta.security: ");
    assertThatThrownBy(() -> intake.prepare(byDevice, ANNA, NOW, "at"))
        .hasMessageStartingWith("at.author: ");
  }

  @Example
  void prepare_whenDateIsToCome_thenRefused() {
    DocumentReference document =
        words("Tomorrow").setDate(Date.from(NOW.plus(Duration.ofMinutes(6))));

    assertThatThrownBy(() -> intake.prepare(document, ANNA, NOW, "at"))
        .hasMessageStartingWith("at.date: ");
  }
}
