package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfCharactersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"resourceType":"Patient","name":[{"family":"\\ud800"}]} | Patient.name[0].family
          {"name":[{"given":["a","b\\uDFFFc"]}],"resourceType":"Patient"} | Patient.name[0].given[1]
          {"resourceType":"Patient","_birthDate":{"extension":[{"valueString":"\\udc00\\ud800"}]}} | Patient.birthDate.extension[0].valueString
          {"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"\\ud83d"}}]} | Bundle.entry[0].resource.id
          {"resourceType":"Patient","a\\ud800":1,"name":[]} | Patient
          [{"op":"replace","path":"/name","value":"\\ud800"}] | [0].value
          """)
  void in_whenAHalfStandsAlone_thenItsElement(String json, String where) {
    assertThat(HalfCharacters.in(json)).hasValue(where);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"resourceType":"Patient","name":[{"family":"\\ud83d\\ude00"}]}
          {"resourceType":"Patient","name":[{"family":"a backslash \\\\ud800"}]}
          <Patient><id value="\\ud800"/></Patient>
          nonsense \\ud800
          """)
  void in_whenTextIsWholeOrNoJson_thenNowhere(String json) {
    assertThat(HalfCharacters.in(json)).isEmpty();
  }

  @Property
  void areIn_whenTextSurvivesUtf8_thenThereAreNone(@ForAll String text) {
    boolean survives =
        new String(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                java.nio.charset.StandardCharsets.UTF_8)
            .equals(text);

    assertThat(HalfCharacters.areIn(text)).isEqualTo(!survives);
  }
}
