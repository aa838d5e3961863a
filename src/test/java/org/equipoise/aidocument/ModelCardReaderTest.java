package org.equipoise.aidocument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.equipoise.aidocument.TestModelCards.AT;
import static org.equipoise.aidocument.TestModelCards.MARKDOWN;
import static org.equipoise.aidocument.TestModelCards.XML;
import static org.equipoise.aidocument.TestModelCards.chai;
import static org.equipoise.aidocument.TestModelCards.read;
import static org.equipoise.aidocument.TestModelCards.real;
import static org.equipoise.aidocument.TestModelCards.refusal;
import static org.equipoise.aidocument.TestModelCards.said;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardReaderTest {

  @Test
  void read_whenChaiScribeCard01_thenAttributesAreItsElements() throws IOException {
    Map<String, String> card =
        said(ModelCardReader.read(XML, real("OrbDoc_Voice-to-SOAP.xml"), AT));
    assertThat(card)
        .containsEntry(
            "sa-01", "Model Developer: OrbDoc\n\nDeveloper Contact: abdus.muwwakkil@orbdoc.com")
        .containsEntry("sa-02", "Company-funded")
        .containsKeys(
            "sa-03", "sa-04", "sa-05", "sa-06", "sa-07", "sa-08", "sa-09", "sa-10", "sa-11",
            "sa-16", "sa-21", "sa-22", "sa-25", "sa-30")
        .doesNotContainKeys("sa-12", "sa-17", "sa-18", "sa-23", "sa-24", "sa-27");
    assertThat(card.get("sa-09"))
        .startsWith("The system is not designed for emergency alerting")
        .endsWith("should not replace clinical judgment.");
    assertThat(card.get("sa-21"))
        .contains(
            "overall Accurate Entity Rate (AER) of 36.5%",
            "Test Type: Internal evaluation with blind clinical review");
    assertThat(card.get("sa-25")).doesNotContain("N/A");
  }

  @Test
  void read_whenChaiScribeCard02_thenResultsAreLabelledValues() throws IOException {
    Map<String, String> card =
        said(ModelCardReader.read(XML, real("v0.2/OrbDoc_Voice-to-SOAP.xml"), AT));
    assertThat(card.get("sa-21"))
        .contains("Accurate Entity Rate (Cardiology): 52.17 %", "Critical omissions: 0 count");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Aidoc_ICH-02-RT.xml", "Penguin-Ai_PA-SLM.xml", "v0.2/Penguin-Ai_PA-SLM.xml"})
  void read_whenAnotherRealCard_thenEveryTextStandsInTheCard(String name) throws IOException {
    byte[] data = real(name);
    String words =
        words(
            new String(data, StandardCharsets.UTF_8).replace("&amp;", "&").replace("&#x200B;", ""));
    Map<String, String> card = said(ModelCardReader.read(XML, data, AT));
    assertThat(card).hasSizeGreaterThan(12);
    assertThat(card.get("sa-05")).isNotBlank();
    card.entrySet().stream()
        // The others are led by the names of their elements, and results are written out.
        .filter(said -> !said.getKey().matches("sa-(01|10|2[1-5])"))
        .forEach(said -> assertThat(words).as(said.getKey()).contains(words(said.getValue())));
  }

  private static String words(String text) {
    return text.replaceAll("[\\s\\u200B]+", " ").strip();
  }

  @Test
  void read_whenTestTypeSaysExternal_thenResultsAreExternal() {
    Map<String, String> card =
        read(
            XML,
            chai(
                """
        <KeyMetrics><FairnessEquity><Result>No gap.</Result><TestType>External, 3 sites</TestType>
        <TestingDataDescription>3 rural clinics</TestingDataDescription></FairnessEquity></KeyMetrics>"""));
    assertThat(card).containsOnlyKeys("sa-17", "sa-24").containsEntry("sa-17", "3 rural clinics");
    assertThat(card.get("sa-24")).isEqualTo("Result: No gap.\n\nTest Type: External, 3 sites");
  }

  @Test
  void read_whenElementSaysNotAvailable_thenAttributeHasNoText() {
    assertThat(
            read(
                XML,
                chai(
                    """
        <UsesAndDirections><IntendedUseAndWorkflow> N/A </IntendedUseAndWorkflow>
        <PrimaryIntendedUsers/><HowToUse>None</HowToUse></UsesAndDirections>""")))
        .containsOnly(Map.entry("sa-08", "None"));
  }

  @Test
  void read_whenElementsAreOfAnotherNamespace_thenTheyAreNotTheCard() {
    assertThat(
            read(
                XML,
                chai(
                    """
        <x:BasicInfo xmlns:x="urn:x"><x:ModelDeveloper>Mallory</x:ModelDeveloper></x:BasicInfo>""")))
        .isEmpty();
  }

  @Test
  void read_whenTextHasMarkup_thenWordsStay() {
    assertThat(
            read(
                XML,
                chai(
                    """
        <UsesAndDirections><HowToUse>Read &lt;b&gt;all&lt;/b&gt;&lt;!-- no --&gt; if p &lt; 0.05</HowToUse>
        </UsesAndDirections>""")))
        .containsEntry("sa-08", "Read all if p < 0.05");
  }

  @Test
  void read_whenDoctypeWithExternalEntity_thenRefused() {
    assertThat(
            refusal(
                422,
                () ->
                    read(
                        XML,
                        """
        <!DOCTYPE AppliedModelCard [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
        """
                            + chai(
                                "<BasicInfo><ModelDeveloper>&secret;</ModelDeveloper></BasicInfo>"))))
        .satisfies(
            issue -> {
              assertThat(issue.getCode()).isEqualTo(IssueType.STRUCTURE);
              assertThat(issue.getExpression().get(0).getValue()).isEqualTo(AT);
              assertThat(issue.getDiagnostics()).contains(AT, "DOCTYPE").doesNotContain("root:");
            });
  }

  @Test
  void read_whenBillionLaughs_thenRefusedAtOnce() {
    StringBuilder laughs = new StringBuilder("<!DOCTYPE AppliedModelCard [<!ENTITY e0 \"ha\">");
    for (int i = 1; i < 30; i++) {
      laughs.append(
          "<!ENTITY e%d \"&e%d;&e%d;&e%d;&e%d;\">".formatted(i, i - 1, i - 1, i - 1, i - 1));
    }
    laughs.append("]>").append(chai("<Bibliography>&e29;</Bibliography>"));
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            assertThat(refusal(422, () -> read(XML, laughs.toString())).getDiagnostics())
                .contains("DOCTYPE"));
  }

  @Test
  void read_whenEntityIsUndeclared_thenRefused() {
    assertThat(
            refusal(
                    422,
                    () ->
                        read(
                            XML,
                            chai("<BasicInfo><ModelDeveloper>&who;</ModelDeveloper></BasicInfo>")))
                .getDiagnostics())
        .contains("BasicInfo/ModelDeveloper", "&who;");
  }

  @Test
  void read_whenNestedWithoutEnd_thenRefused() {
    assertThat(refusal(422, () -> read(XML, chai("<a>".repeat(300_000)))).getDiagnostics())
        .contains("nested deeper");
  }

  @Test
  void read_whenTextElementHasElements_thenRefusedByName() {
    assertThat(
            refusal(
                    422,
                    () ->
                        read(
                            XML,
                            chai(
                                "<BasicInfo><ModelDeveloper><p>X</p></ModelDeveloper></BasicInfo>")))
                .getDiagnostics())
        .contains("'p'", "BasicInfo/ModelDeveloper");
  }

  @Test
  void read_whenSchemaIsUnknown_thenRefusedByNamespace() {
    assertThat(
            refusal(
                    422,
                    () ->
                        read(XML, "<AppliedModelCard xmlns='https://mc.chai.org/v9/schema.xsd'/>"))
                .getDiagnostics())
        .contains("v9", "v0.1", "v0.2");
    assertThat(refusal(422, () -> read(XML, "<AppliedModelCard/>")).getDiagnostics())
        .contains("AppliedModelCard");
  }

  @Test
  void read_whenXmlIsBroken_thenRefusedWithItsPlace() {
    assertThat(refusal(422, () -> read(XML, chai("<BasicInfo>\n</Basic>"))).getDiagnostics())
        .contains("line 2");
    refusal(422, () -> read(XML, ""));
    refusal(422, () -> read(XML, "\0\0\0"));
  }

  @Test
  void read_whenResultLacksItsValue_thenRefused() {
    assertThat(
            refusal(
                    422,
                    () ->
                        read(
                            XML,
                            chai(
                                """
        <KeyMetrics><SafetyReliability><Results><MetricResult><Label>x</Label></MetricResult></Results>
        </SafetyReliability></KeyMetrics>""")))
                .getDiagnostics())
        .contains("SafetyReliability", "ValueJson");
  }

  @Test
  void read_whenCardIsTooLarge_thenRefusedWith413() {
    byte[] card = new byte[ModelCardReader.MAX_BYTES + 1];
    assertThat(refusal(413, () -> ModelCardReader.read(MARKDOWN, card, AT)).getDiagnostics())
        .contains(AT, "1048576");
  }

  @Test
  void read_whenHuggingFaceCard_thenSectionsFeedTheirAttributes() {
    assertThat(read(MARKDOWN, TestModelCards.huggingFace()))
        .containsOnly(
            Map.entry("sa-01", "Example Lab\n\nlab@example.org"),
            Map.entry(
                "sa-03", "Writes a draft note of a visit.\n\n- **Language:** English visits only"),
            Map.entry("sa-04", "summarization"),
            Map.entry("sa-05", "Drafts of **outpatient** notes."),
            Map.entry("sa-09", "Not for emergencies; not for children under 2."),
            Map.entry(
                "sa-10",
                """
                - **Invention:** about p<0.4 of sentences
                - wrong names

                ```
                # not a heading
                ```

                A clinician reads every line."""),
            Map.entry("sa-11", "clinic/visits, clinic/letters\n\n67 recorded visits."));
  }

  @Test
  void read_whenHeadingsAreUnderlined_thenTheyAreHeadings() {
    assertThat(
            read(
                MARKDOWN,
                "Intended Use\n======\nNotes.\n\n- one\n---\nmore\n\nLimitations\n---\nMany."))
        .containsOnly(
            Map.entry("sa-05", "Notes.\n\n- one\n---\nmore"), Map.entry("sa-10", "Many."));
  }

  @Test
  void read_whenMarkdownSaysNothingKnown_thenNoAttributeHasText() {
    assertThat(read(MARKDOWN, "# My model\n\nIt is good.\n\n## Citation\n\nMe, 2024")).isEmpty();
    assertThat(read(MARKDOWN, "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "---\na: [\n---\n",
        "---\na: !!javax.script.ScriptEngineManager [x]\n---\n",
        "---\nlicense: mit\n",
        "---\na: 1\na: 2\n---\n"
      })
  void read_whenFrontMatterIsHostileOrBroken_thenRefused(String card) {
    assertThat(refusal(422, () -> read(MARKDOWN, card)).getDiagnostics())
        .contains(AT, "front matter");
  }

  @Test
  void read_whenFrontMatterIsAYamlBomb_thenRefused() {
    StringBuilder bomb = new StringBuilder("---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, "*a%d, ".formatted(i - 1).repeat(8) + "*a%d".formatted(i - 1)));
    }
    refusal(422, () -> read(MARKDOWN, bomb + "---\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ">", "- ", "[", "*a_", "`", "# ", "<!--", "<a", "**x", "a\n", "- x\n  ", "\u200b "
      })
  void read_whenMarkdownIsBuiltToBeSlow_thenStillFast(String piece) {
    int times = 500_000 / piece.getBytes(StandardCharsets.UTF_8).length;
    String card = "# Uses\n" + piece.repeat(times) + "\n" + "a\n".repeat(200_000);
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> read(MARKDOWN, card));
  }

  @Test
  void read_whenNotUtf8_thenRefused() {
    assertThat(
            refusal(
                    422,
                    () ->
                        ModelCardReader.read(
                            MARKDOWN, new byte[] {(byte) 0xff, (byte) 0xfe, 0x41}, AT))
                .getDiagnostics())
        .contains("UTF-8");
  }

  @Test
  void read_whenMediaTypeIsAnother_thenRefused() {
    assertThat(refusal(400, () -> read("application/pdf", "x")).getDiagnostics())
        .contains("application/pdf");
  }
}
