package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;

/** A test of the operations: each has an AI note of Anna's to work on. */
abstract class OperationTest extends ServerTest {

  private static final Set<String> FURNISHED = ConcurrentHashMap.newKeySet();

  /** {@code DocumentReference/[id]}, an AI note about Anna that nothing is attached to. */
  protected String note;

  @BeforeEach
  void writeNote() {
    if (FURNISHED.add(server())) {
      writeHousehold();
    }
    note = newNote("anna");
  }

  protected String newNote(String patient) {
    Bundle written = scribe().post("", TestRecords.noteWithProvenance(patient)).ok(Bundle.class);
    return reference(new IdType(written.getEntry().get(0).getResponse().getLocation()));
  }

  protected Api annasBrother() {
    return Api.as(server(), "annas-brother", SECRET, "patient/*.cruds");
  }

  protected Api.Answer explain(Api caller, Parameters body, String... headers) {
    return caller.post(note + "/$attach-explanation", body, headers);
  }

  protected Api.Answer consent(Api caller, Parameters body, String... headers) {
    return caller.post(note + "/$attach-consent", body, headers);
  }

  protected <T extends Resource> T read(Class<T> type, String reference) {
    return scribe().get(reference).ok(type);
  }

  protected <T extends Resource> List<T> search(Class<T> type, String query) {
    return scribe().get(query + "&_count=500").ok(Bundle.class).getEntry().stream()
        .map(entry -> type.cast(entry.getResource()))
        .toList();
  }

  /** What is attached to the note, in any status. */
  protected List<DocumentReference> explanations() {
    return search(DocumentReference.class, "DocumentReference?relatesto=" + note);
  }

  protected List<Consent> consents() {
    return search(Consent.class, "Consent?data=" + note);
  }

  static <T extends Resource> List<T> returned(Parameters answer, Class<T> type) {
    return answer.getParameter().stream()
        .filter(parameter -> parameter.getName().equals("return"))
        .map(parameter -> type.cast(parameter.getResource()))
        .toList();
  }

  static boolean isTrue(Parameters answer, String name) {
    return answer.getParameter(name) != null
        && ((BooleanType) answer.getParameter(name).getValue()).booleanValue();
  }

  /** What {@code outcome} tells people. */
  static List<String> told(Parameters answer) {
    Parameters.ParametersParameterComponent outcome = answer.getParameter("outcome");
    return outcome == null
        ? List.of()
        : ((OperationOutcome) outcome.getResource())
            .getIssue().stream().map(issue -> issue.getDetails().getText()).toList();
  }

  /** The text of one part of an explanation. */
  static String part(DocumentReference explanation, String code) {
    return explanation.getExtensionsByUrl(Canonical.Extension.EXPLANATION_PART).stream()
        .filter(part -> code(part).equals(code))
        .map(part -> part.getExtensionByUrl("text").getValue().primitiveValue())
        .findFirst()
        .orElseThrow();
  }

  static String code(Extension part) {
    return ((CodeableConcept) part.getExtensionByUrl("code").getValue())
        .getCodingFirstRep()
        .getCode();
  }

  static String language(DocumentReference explanation) {
    return explanation.getContentFirstRep().getAttachment().getLanguage();
  }

  static String text(DocumentReference explanation) {
    return new String(
        explanation.getContentFirstRep().getAttachment().getData(), StandardCharsets.UTF_8);
  }

  static String reference(Resource resource) {
    return reference(resource.getIdElement());
  }

  static String reference(IdType id) {
    return id.getResourceType() + "/" + id.getIdPart();
  }

  /**
   * Asserts that a call is refused with this status, that the refusal holds {@code words} in its
   * diagnostics or expression, and that nothing was written.
   */
  private static void requireFhirPath(StringType expression) {
    assertThatCode(() -> FhirR4.context().newFhirPath().parse(expression.getValue()))
        .as(expression.getValue())
        .doesNotThrowAnyException();
  }

  protected OperationOutcomeIssueComponent assertRefused(
      int status, Supplier<Api.Answer> call, String... words) {
    Map<String, Long> before = rowCounts();
    Api.Answer answer = call.get();
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    OperationOutcomeIssueComponent issue = answer.issue();
    assertThat(issue.getSeverity()).isEqualTo(OperationOutcome.IssueSeverity.ERROR);
    String told = issue.getDiagnostics() + " " + issue.getExpression();
    assertThat(issue.getDiagnostics()).isNotBlank();
    for (String word : words) {
      assertThat(told).contains(word);
    }
    // A client that highlights the element evaluates it, so it has to be FHIRPath.
    issue.getExpression().forEach(OperationTest::requireFhirPath);
    assertThat(rowCounts()).isEqualTo(before);
    return issue;
  }
}
