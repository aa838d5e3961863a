package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttachExplanationTest {

  private static final IdType NOTE = new IdType("DocumentReference", "note");

  private final TestTransaction record = record(TestTransaction.practitioner());

  @Test
  void attach_whenPartsGiven_thenOneExplanationThatAppendsTheNoteAndItsProvenance() {
    Parameters answer = run(parts("en"));
    DocumentReference explanation = explanations(answer).get(0);
    assertThat(explanation.getRelatesToFirstRep().getCode())
        .isEqualTo(DocumentRelationshipType.APPENDS);
    assertThat(explanation.getRelatesToFirstRep().getTarget().getReference())
        .isEqualTo("DocumentReference/note");
    assertThat(explanation.getDocStatus()).isEqualTo(ReferredDocumentStatus.PRELIMINARY);
    assertThat(explanation.getSubject().getReference()).isEqualTo("Patient/ana");
    assertThat(explanation.getCustodian().getReference()).isEqualTo("Organization/clinic");
    assertThat(explanation.getAuthorFirstRep().getReference()).isEqualTo("Practitioner/ruiz");
    assertThat(text(explanation)).startsWith("What did the AI do?\nThe AI wrote it.");
    assertThat(explanation.getExtensionsByUrl(Canonical.Extension.EXPLANATION_PART)).hasSize(6);
    Provenance provenance = (Provenance) answer.getParameter("provenance").getResource();
    assertThat(provenance.getTargetFirstRep().getReference()).isEqualTo(key(explanation));
    assertThat(provenance.getAgentFirstRep().getWho().getReference())
        .isEqualTo("Practitioner/ruiz");
    assertThat(provenance.getAgentFirstRep().getOnBehalfOf().getReference())
        .isEqualTo("Organization/clinic");
    assertThat(provenance.getExtensionByUrl(Canonical.Extension.PROVENANCE_PATIENT)).isNotNull();
    assertThat(answer.getParameter("outcome")).isNull();
  }

  @Test
  void attach_whenPartsGiven_thenOnlyTheNoteIsReadAndItsExplanationsAreSearched() {
    run(parts("en"));
    assertThat(record.asked)
        .containsExactly("read DocumentReference/note", "search DocumentReference");
  }

  @Test
  void attach_whenTwoLanguages_thenBothAreLockedAndOneProvenanceHasBoth() {
    Parameters input = parts("es");
    parts("en").getParameter().forEach(input::addParameter);
    Parameters answer = run(input);
    assertThat(record.locks).containsExactly("explanation:note:en", "explanation:note:es");
    assertThat(explanations(answer)).hasSize(2);
    assertThat(((Provenance) answer.getParameter("provenance").getResource()).getTarget())
        .hasSize(2);
  }

  @Test
  void attach_whenOneIsCurrentInTheLanguage_thenItIsSupersededAndTheOtherLanguageIsNot() {
    DocumentReference english = explanations(run(parts("en"))).get(0);
    DocumentReference spanish = explanations(run(parts("es"))).get(0);
    DocumentReference second = explanations(run(parts("en"))).get(0);
    assertThat(stored(english).getStatus()).isEqualTo(DocumentReferenceStatus.SUPERSEDED);
    assertThat(stored(spanish).getStatus()).isEqualTo(DocumentReferenceStatus.CURRENT);
    assertThat(second.getRelatesTo())
        .anyMatch(
            relation ->
                relation.getCode() == DocumentRelationshipType.REPLACES
                    && relation.getTarget().getReference().equals(key(english)));
    assertThat(text(stored(english))).isEqualTo(text(english));
  }

  @Test
  void attach_whenGenerate_thenEachLanguageIsWrittenByEquipoise() {
    Parameters answer = run(generate("en", "es"));
    assertThat(explanations(answer))
        .hasSize(2)
        .allSatisfy(
            explanation -> {
              assertThat(explanation.getAuthorFirstRep().getReference())
                  .isEqualTo("Device/equipoise");
              assertThat(explanation.getMeta().getSecurity()).isEmpty();
              assertThat(explanation.getContext().getRelated())
                  .extracting(Reference::getReference)
                  .contains("Provenance/made", "Device/scribe", "DocumentReference/card")
                  .doesNotContain("DocumentReference/note");
            });
    assertThat(((Device) record.stored.get("Device/equipoise")).getDeviceNameFirstRep().getName())
        .isEqualTo("Equipoise");
    run(generate("en"));
    assertThat(record.stored.keySet()).filteredOn(key -> key.startsWith("Device/")).hasSize(2);
  }

  @Test
  void attach_whenGenerateWithoutLanguage_thenThatOfTheDocument() {
    ((DocumentReference) record.stored.get("DocumentReference/note"))
        .getContentFirstRep()
        .getAttachment()
        .setLanguage("es");
    assertThat(ExplanationDocument.language(explanations(run(generate())).get(0))).contains("es");
  }

  @Test
  void attach_whenServiceGivesParts_thenItsClientIsTheAuthor() {
    TestTransaction service = record(TestTransaction.service());
    DocumentReference explanation = explanations(run(service, parts("en"))).get(0);
    assertThat(explanation.getAuthorFirstRep().getIdentifier().getValue())
        .isEqualTo("scribe-backend");
    assertThat(explanation.getAuthorFirstRep().getType()).isEqualTo("Device");
  }

  @Test
  void attach_whenHarderThanTheTarget_thenWarnedInWordsAndStored() {
    Parameters input = parts("en");
    setText(
        input,
        0,
        "Notwithstanding institutional considerations, computational documentation methodologies necessitate"
            + " comprehensive interdisciplinary verification.");
    input.addParameter("targetGrade", new DecimalType("3"));
    Parameters answer = run(input);
    OperationOutcome outcome = (OperationOutcome) answer.getParameter("outcome").getResource();
    assertThat(outcome.getIssueFirstRep().getSeverity())
        .isEqualTo(OperationOutcome.IssueSeverity.WARNING);
    assertThat(outcome.getIssueFirstRep().getDiagnostics())
        .contains("'en'", "above the target of 3");
    assertThat(part(answer.getParameter("readability"), "target")).isEqualTo("3");
    assertThat(explanations(answer)).hasSize(1);
  }

  @Test
  void attach_whenLanguageHasNoFormula_thenStoredNotComputedAndWarned() {
    Parameters answer = run(parts("haw"));
    assertThat(part(answer.getParameter("readability"), "formula")).isEqualTo("not-computed");
    assertThat(part(answer.getParameter("readability"), "grade")).isNull();
    assertThat(
            ((OperationOutcome) answer.getParameter("outcome").getResource())
                .getIssueFirstRep()
                .getDiagnostics())
        .contains("'haw'", "not computed");
    assertThat(explanations(answer).get(0).getDescription()).isNotBlank();
  }

  @Test
  void attach_whenClientSendsItsOwnGrade_thenMeasuredAgain() {
    DocumentReference given = finished("en");
    given.getContentFirstRep().addExtension(Canonical.Extension.READABILITY, new StringType("-99"));
    DocumentReference explanation = explanations(run(explanation(given))).get(0);
    assertThat(explanation.getContentFirstRep().getExtensionsByUrl(Canonical.Extension.READABILITY))
        .hasSize(1)
        .allSatisfy(
            extension ->
                assertThat(extension.getExtensionByUrl("formula").getValue().primitiveValue())
                    .isEqualTo("flesch-kincaid"));
  }

  @Test
  void attach_whenMarkdownOnly_thenPlainTextIsAddedInTheSameLanguage() {
    DocumentReference given = finished("en");
    given
        .getContentFirstRep()
        .getAttachment()
        .setContentType("text/markdown")
        .setData("# Hello\n\nThe **AI** wrote it.".getBytes(StandardCharsets.UTF_8));
    DocumentReference explanation = explanations(run(explanation(given))).get(0);
    assertThat(explanation.getContent()).hasSize(2);
    assertThat(
            new String(
                explanation.getContent().get(1).getAttachment().getData(), StandardCharsets.UTF_8))
        .isEqualTo("Hello\n\nThe AI wrote it.");
  }

  @Test
  void attach_whenAiWroteIt_thenAiastStaysAndProvenanceNamesTheAiAndItsCard() {
    DocumentReference given = finished("en");
    given.addAuthor(new Reference("Device/scribe"));
    Parameters answer = run(explanation(given));
    assertThat(AiRole.isAsserted(explanations(answer).get(0))).isTrue();
    Provenance provenance = (Provenance) answer.getParameter("provenance").getResource();
    assertThat(provenance.getAgent())
        .anyMatch(
            agent ->
                AiRole.isIn(agent)
                    && agent.getWho().getReference().equals("Device/scribe")
                    && agent.hasOnBehalfOf());
    assertThat(provenance.getEntity())
        .anyMatch(
            entity ->
                entity.getRole() == Provenance.ProvenanceEntityRole.DERIVATION
                    && entity.getWhat().getReference().equals("DocumentReference/card"));
    assertThat(
            provenance.getReasonFirstRep().hasCoding(Canonical.System.OBSERVATION_VALUE, "AIAST"))
        .isTrue();
  }

  @Test
  void attach_whenSourceProvenance_thenItsAiIsTheAuthorAndTheTextIsLabelled() {
    Parameters input = parts("en");
    input.addParameter("sourceProvenance", new Reference("Provenance/made"));
    DocumentReference explanation = explanations(run(input)).get(0);
    assertThat(AiRole.isAsserted(explanation)).isTrue();
    assertThat(explanation.getAuthorFirstRep().getReference()).isEqualTo("Device/scribe");
    assertThat(explanation.getDescription()).contains("An AI wrote this");
  }

  @Test
  void attach_whenTheCallingClinicianStandsBehindIt_thenFinal() {
    DocumentReference given = finished("en");
    given.setAuthenticator(new Reference("Practitioner/ruiz"));
    assertThat(explanations(run(explanation(given))).get(0).getDocStatus())
        .isEqualTo(ReferredDocumentStatus.FINAL);
  }

  @Test
  void attach_whenPatientAsks_thenATaskAndTheSameWhileItIsOpen() {
    TestTransaction patient = record(TestTransaction.patient());
    Parameters input = new Parameters().addParameter("language", new CodeType("es"));
    Task task = (Task) run(patient, input).getParameterFirstRep().getResource();
    assertThat(task.getStatus()).isEqualTo(Task.TaskStatus.REQUESTED);
    assertThat(task.getCode().hasCoding(Canonical.System.TASK, "explanation-request")).isTrue();
    assertThat(task.getFocus().getReference()).isEqualTo("DocumentReference/note");
    assertThat(task.getFor().getReference()).isEqualTo("Patient/ana");
    assertThat(task.getRequester().getReference()).isEqualTo("Patient/ana");
    assertThat(task.getOwner().getReference()).isEqualTo("Organization/clinic");
    assertThat(run(patient, input).getParameterFirstRep().getResource()).isSameAs(task);
    task.setStatus(Task.TaskStatus.COMPLETED);
    assertThat(run(patient, input).getParameterFirstRep().getResource()).isNotSameAs(task);
  }

  @Test
  void attach_whenPatientSendsAText_thenForbidden() {
    refused(record(TestTransaction.patient()), parts("en"), 403, null);
  }

  @Test
  void attach_whenTargetIsNotExplainable_thenRefused() {
    withNote(note -> note.getMeta().getSecurity().clear(), 422, "DocumentReference.meta.security");
    withNote(
        note -> note.setStatus(DocumentReferenceStatus.ENTEREDINERROR),
        409,
        "DocumentReference.status");
    withNote(
        note ->
            note.getType()
                .addCoding()
                .setSystem(Canonical.System.DOCUMENT_TYPE)
                .setCode(Canonical.AI_EXPLANATION),
        422,
        "DocumentReference.type");
    withNote(note -> note.setCustodian(null), 422, "DocumentReference.custodian");
  }

  @Test
  void attach_whenAMandatoryPartIsMissing_thenNamed() {
    Parameters input = parts("en");
    input.getParameter().remove(2);
    assertThatThrownBy(() -> run(input))
        .isInstanceOfSatisfying(
            BaseServerResponseException.class,
            refusal -> {
              assertThat(refusal.getStatusCode()).isEqualTo(422);
              assertThat(refusal.getMessage()).contains("'limits'", "'en'");
              assertThat(
                      ((OperationOutcome) refusal.getOperationOutcome())
                          .getIssueFirstRep()
                          .getCode())
                  .isEqualTo(OperationOutcome.IssueType.REQUIRED);
            });
  }

  @Test
  void attach_whenNothingOrTooMuchIsAsked_thenRefused() {
    refused(record, new Parameters(), 400, "Parameters.parameter");
    refused(
        record,
        new Parameters().addParameter("generte", new BooleanType(true)),
        400,
        "Parameters.parameter[0].name");
    refused(
        record,
        parts("en")
            .addParameter("generate", new BooleanType(true))
            .addParameter("language", new CodeType("en")),
        400,
        "Parameters.parameter.where(name='language')");
    refused(record, generate("de"), 400, "Parameters.parameter.where(name='language')");
    refused(
        record, generate("en", "en"), 400, "Parameters.parameter.where(name='language')[1].value");
    refused(
        record, generate("english"), 400, "Parameters.parameter.where(name='language')[0].value");
    refused(
        record,
        parts("en").addParameter("targetGrade", new StringType("6")),
        400,
        "Parameters.parameter.where(name='targetGrade').value");
    refused(
        record,
        parts("en").addParameter("targetGrade", new DecimalType("-1")),
        400,
        "Parameters.parameter.where(name='targetGrade').value");
    refused(
        record,
        parts("en").addParameter("sourceProvenance", new Reference("Provenance/none")),
        422,
        "Parameters.parameter.where(name='sourceProvenance')");
    Parameters twice = explanation(finished("en"));
    explanation(finished("EN")).getParameter().forEach(twice::addParameter);
    refused(record, twice, 400, "Parameters.parameter.where(name='explanation')[1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<b>x</b>", "<script>alert(1)</script>", "[x](javascript:alert(1))"})
  void attach_whenPartHoldsHtmlOrScript_thenRefusalNamesIt(String text) {
    Parameters input = parts("en");
    setText(input, 3, text);
    refused(
        record,
        input,
        422,
        "Parameters.parameter.where(name='part')[3].part.where(name='text').value");
  }

  @Test
  void attach_whenFinishedExplanationIsBad_thenRefusalNamesTheElement() {
    String at = "Parameters.parameter.where(name='explanation')[0].resource";
    bad(
        given -> given.getContentFirstRep().getAttachment().setContentType("text/html"),
        400,
        at + ".content[0].attachment.contentType");
    bad(
        given ->
            given.getContentFirstRep().getAttachment().setContentType("text/plain;charset=latin1"),
        400,
        at + ".content[0].attachment.contentType");
    bad(
        given -> given.getContentFirstRep().getAttachment().setData("<i>x</i>".getBytes()),
        422,
        at + ".content[0].attachment.data");
    bad(
        given -> given.getContentFirstRep().getAttachment().setData(new byte[] {(byte) 0xC3, 0x28}),
        400,
        at + ".content[0].attachment.data");
    bad(
        given ->
            given.getContentFirstRep().getAttachment().setData(null).setUrl("https://example.org"),
        400,
        at + ".content[0].attachment.url");
    bad(
        given -> given.getContentFirstRep().getAttachment().setLanguage("xx"),
        400,
        at + ".content[0].attachment.language");
    bad(
        given ->
            given
                .addContent(given.getContentFirstRep().copy())
                .getContent()
                .get(1)
                .getAttachment()
                .setLanguage("es"),
        400,
        at + ".content[1].attachment.language");
    bad(given -> given.setSubject(new Reference("Patient/other")), 422, at + ".subject");
    bad(
        given ->
            given
                .addRelatesTo()
                .setCode(DocumentRelationshipType.APPENDS)
                .setTarget(new Reference("DocumentReference/else")),
        422,
        at + ".relatesTo");
    bad(
        given -> given.setAuthenticator(new Reference("Practitioner/other")),
        422,
        at + ".authenticator");
    bad(given -> given.setStatus(DocumentReferenceStatus.SUPERSEDED), 422, at + ".status");
    bad(given -> given.setDocStatus(ReferredDocumentStatus.FINAL), 422, at + ".docStatus");
    bad(given -> given.setDescription("<b>"), 422, at + ".description");
    bad(
        given ->
            given
                .getMeta()
                .addSecurity()
                .setSystem(Canonical.System.OBSERVATION_VALUE)
                .setCode("AIAST"),
        422,
        at + ".author");
  }

  @Test
  void attach_whenTenMegabytes_thenTooLongAtOnce() {
    Parameters input = parts("en");
    setText(input, 1, "<a ".repeat(10 * 1024 * 1024 / 3));
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            refused(
                record,
                input,
                413,
                "Parameters.parameter.where(name='part')[1].part.where(name='text').value"));
    DocumentReference given = finished("en");
    given.getContentFirstRep().getAttachment().setData(new byte[10 * 1024 * 1024]);
    refused(
        record,
        explanation(given),
        413,
        "Parameters.parameter.where(name='explanation')[0].resource.content[0].attachment.data");
  }

  private void bad(Consumer<DocumentReference> change, int status, String expression) {
    DocumentReference given = finished("en");
    change.accept(given);
    refused(record, explanation(given), status, expression);
  }

  private void withNote(Consumer<DocumentReference> change, int status, String expression) {
    TestTransaction other = record(TestTransaction.practitioner());
    change.accept((DocumentReference) other.stored.get("DocumentReference/note"));
    refused(other, parts("en"), status, expression);
  }

  private static void refused(
      TestTransaction record, Parameters input, int status, String expression) {
    int before = record.stored.size();
    assertThatThrownBy(() -> run(record, input))
        .isInstanceOfSatisfying(
            BaseServerResponseException.class,
            refusal -> {
              assertThat(refusal.getStatusCode()).as(refusal.getMessage()).isEqualTo(status);
              if (expression != null) {
                assertThat(TestTransaction.expressions(refusal)).containsExactly(expression);
              }
            });
    assertThat(record.stored).hasSize(before);
  }

  static TestTransaction record(Caller caller) {
    DocumentFacts facts = TestFacts.ofDraft();
    return new TestTransaction(
        caller,
        facts.document(),
        facts.provenances().get(0),
        facts.devices().get(0),
        facts.modelCards().get(0),
        facts.organizations().get(0),
        TestFacts.ruiz());
  }

  private Parameters run(Parameters input) {
    return run(record, input);
  }

  static Parameters run(TestTransaction record, Parameters input) {
    return new AttachExplanationExecutor(
            new PlainLanguageWriter(),
            (transaction, document) -> TestFacts.consents(),
            AttachExplanationSettings.defaults())
        .run(record, NOTE, input);
  }

  static Parameters parts(String language) {
    Parameters input = new Parameters();
    for (PartCode code : PartCode.mandatory()) {
      ParametersParameterComponent part = input.addParameter().setName("part");
      part.addPart().setName("language").setValue(new CodeType(language));
      part.addPart().setName("code").setValue(new CodeType(code.code()));
      part.addPart().setName("text").setValue(new MarkdownType("The AI wrote it. You can ask."));
    }
    return input;
  }

  static Parameters generate(String... languages) {
    Parameters input = new Parameters().addParameter("generate", new BooleanType(true));
    List.of(languages).forEach(language -> input.addParameter("language", new CodeType(language)));
    return input;
  }

  static DocumentReference finished(String language) {
    DocumentReference given = new DocumentReference();
    ExplanationDocument.addParts(
        given,
        PartCode.mandatory().stream()
            .map(
                code ->
                    new ExplanationPart(code, "The AI wrote it.", "The AI wrote it.", List.of()))
            .toList());
    ExplanationDocument.addPlainText(
        given, "The AI wrote this note. You can ask about it.", new LanguageTag(language));
    return given;
  }

  static Parameters explanation(DocumentReference given) {
    Parameters input = new Parameters();
    input.addParameter().setName("explanation").setResource(given);
    return input;
  }

  private static void setText(Parameters input, int index, String text) {
    input.getParameter().get(index).getPart().get(2).setValue(new MarkdownType(text));
  }

  static List<DocumentReference> explanations(Parameters answer) {
    return answer.getParameter().stream()
        .filter(parameter -> parameter.getName().equals("return"))
        .map(parameter -> (DocumentReference) parameter.getResource())
        .toList();
  }

  private DocumentReference stored(Resource resource) {
    return (DocumentReference) record.stored.get(key(resource));
  }

  private static String key(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }

  private static String text(DocumentReference explanation) {
    return new String(
        explanation.getContentFirstRep().getAttachment().getData(), StandardCharsets.UTF_8);
  }

  private static String part(ParametersParameterComponent parameter, String name) {
    return parameter.getPart().stream()
        .filter(part -> part.getName().equals(name))
        .map(part -> part.getValue().primitiveValue())
        .findFirst()
        .orElse(null);
  }
}
