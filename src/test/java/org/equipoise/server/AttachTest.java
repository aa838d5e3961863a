package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttachTest extends ServerTest {

  private String note;

  @BeforeEach
  void writeNote() {
    scribe().post("", TestRecords.household()).ok(Bundle.class);
    Bundle written = scribe().post("", TestRecords.noteWithProvenance("anna")).ok(Bundle.class);
    note = "DocumentReference/" + new IdType(written.getEntry().get(0).getResponse().getLocation()).getIdPart();
  }

  @Test
  void attachExplanation_whenGenerated_thenOneForEachLanguage() {
    Parameters input = new Parameters();
    input.addParameter("generate", new BooleanType(true));
    input.addParameter("language", new CodeType("en"));
    input.addParameter("language", new CodeType("es"));

    Parameters answer = scribe().post(note + "/$attach-explanation", input).ok(Parameters.class);

    System.out.println(org.equipoise.fhir.FhirR4.context().newJsonParser().setPrettyPrint(true).encodeResourceToString(answer));
    assertThat(answer.getParameter().stream().filter(p -> p.getName().equals("return"))).hasSize(2);
  }
}
