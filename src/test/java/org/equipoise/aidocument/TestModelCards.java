package org.equipoise.aidocument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.Assumptions;

/** Model cards as developers send them. */
final class TestModelCards {

  static final String MARKDOWN = "text/markdown";
  static final String XML = "application/xml";
  static final String AT = "DocumentReference.content[0].attachment.data";

  private TestModelCards() {}

  /**
   * A card in the manner of the Hugging Face template, comments and unanswered questions included.
   */
  static String huggingFace() {
    return """
        ---
        language: en
        license: apache-2.0
        pipeline_tag: summarization
        datasets:
          - clinic/visits
          - clinic/letters
        ---

        # Model Card for Visit Writer

        <!-- Provide a quick summary.
        # This is advice, not a heading
        -->

        ## Model Details

        ### Model Description

        Writes a draft note of a visit.

        - **Developed by:** Example Lab
        - **Funded by [optional]:** [More Information Needed]
        - **Model type:** encoder and decoder
        - **Language:** English visits only

        ## Uses

        ### Direct Use

        Drafts of **outpatient** notes.

        ### Out-of-Scope Use

        Not for emergencies; not for children under 2.

        ## Bias, Risks, and Limitations

        - **Invention:** about p<0.4 of sentences
        - wrong names

        ```
        # not a heading
        ```

        ### Recommendations

        A clinician <b>reads</b> every line.

        ## How to Get Started with the Model

        ```python
        run()
        ```

        ## Training Details

        ### Training Data

        67 recorded visits.

        ### Training Procedure

        15 epochs.

        ## Evaluation

        N/A

        ## Model Card Contact

        lab@example.org
        """;
  }

  /** The smallest CHAI card of version 0.1 with this content below its root. */
  static String chai(String content) {
    return "<AppliedModelCard xmlns=\"https://mc.chai.org/v0.1/schema.xsd\">"
        + content
        + "</AppliedModelCard>";
  }

  static DocumentReference document(String contentType, String card) {
    DocumentReference document = new DocumentReference();
    document
        .getType()
        .addCoding()
        .setSystem(Canonical.System.AI_INPUTS)
        .setCode(Canonical.AI_MODEL_CARD);
    document
        .addContent()
        .getAttachment()
        .setContentType(contentType)
        .setData(card.getBytes(StandardCharsets.UTF_8));
    return document;
  }

  /** What the card says, by attribute; silent attributes are left out. */
  static Map<String, String> read(String contentType, String card) {
    return said(ModelCardReader.read(contentType, card.getBytes(StandardCharsets.UTF_8), AT));
  }

  static Map<String, String> said(List<SourceAttribute> attributes) {
    assertThat(attributes).extracting(SourceAttribute::code).isEqualTo(SourceAttribute.CODES);
    return attributes.stream()
        .filter(attribute -> attribute.text().isPresent())
        .collect(
            Collectors.toMap(SourceAttribute::code, attribute -> attribute.text().orElseThrow()));
  }

  /** The one issue that a refusal tells its caller. */
  static OperationOutcome.OperationOutcomeIssueComponent refusal(
      int status, ThrowingCallable call) {
    BaseServerResponseException refusal =
        catchThrowableOfType(BaseServerResponseException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.getStatusCode()).isEqualTo(status);
    return ((OperationOutcome) refusal.getOperationOutcome()).getIssueFirstRep();
  }

  /** A real card of the Coalition for Health AI; the test is skipped where the data is absent. */
  static byte[] real(String name) throws IOException {
    String folder = System.getProperty("equipoise.test-data", "");
    Assumptions.assumeFalse(
        folder.isBlank(), "equipoise.test-data is not set: no real model cards here");
    return Files.readAllBytes(Path.of(folder, "model-cards", name));
  }
}
