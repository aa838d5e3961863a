package org.equipoise.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.Narrative;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "<table><tr><th>Of</th><th>Ill</th></tr><tr><td>1000</td><td>5</td></tr></table>; Of | Ill/1000 | 5",
        "<table><tr><td>5</td><td></td><td>6</td></tr></table>; 5 |  | 6",
        "<ol><li>Rest</li><li>Drink</li></ol>; 1. Rest/2. Drink",
        "<ol start=\"3\"><li>Rest</li><li>Drink</li></ol>; 3. Rest/4. Drink",
        "<p>Do</p><ul><li>Rest</li><li>Drink</li></ul>; Do/- Rest/- Drink",
        "<p>One</p><p>Two</p>; One/Two"
      })
  void of_whenMarkedUp_thenNumbersAndCellsStayApart(String markup, String lines) {
    Narrative narrative = new Narrative();
    narrative.setDivAsString("<div xmlns=\"http://www.w3.org/1999/xhtml\">" + markup + "</div>");

    assertThat(PlainText.of(narrative.getDiv())).isEqualTo(lines.replace('/', '\n'));
  }
}
