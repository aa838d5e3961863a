package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultWordsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HAPI-1861: Failed to parse: HAPI-1859: No JSON | Failed to parse: No JSON
          HAPI-1222: Unknown search parameter "x" | Unknown search parameter "x"
          com.ctc.wstx.exc.WstxEOFException: Unexpected EOF | Unexpected EOF
          no class org.hl7.fhir.r4.model.Patient$Inner here | no here
          http://hl7.org/fhir/StructureDefinition/Patient is unknown | http://hl7.org/fhir/StructureDefinition/Patient is unknown
          Unexpected EOF at [row,col {unknown-source}]: [1,9] | Unexpected EOF; line 1, column 9
          Bad ('x') at [Source: REDACTED (`A.B` disabled); line: 1, column: 3] | Bad ('x'); line 1, column 3
          HAPI-1: | The request cannot be handled as it was sent
          """)
  void clear_whenOfTheProgramsInside_thenWithoutIt(String said, String told) {
    assertThat(FaultWords.clear(said).replaceAll(" +", " ")).isEqualTo(told);
  }
}
