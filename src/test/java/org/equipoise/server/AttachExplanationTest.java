package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

/** {@code $attach-explanation} as its callers see it. */
class AttachExplanationTest extends OperationTest {

  private static final String EASY = "An AI wrote this note. A nurse read it.";
  private static final String HARD =
      "Notwithstanding its considerable computational sophistication, the documentation-generating application"
          + " occasionally misrepresents physiological observations, necessitating meticulous professional verification.";

  private DocumentReference attached(Parameters body) {
    return returned(explain(scribe(), body).ok(Parameters.class), DocumentReference.class).get(0);
  }

  private static Extension readability(DocumentReference explanation) {
    return explanation.getContentFirstRep().getExtensionByUrl(Canonical.Extension.READABILITY);
  }

  private static void assertValid(Resource resource) {
    assertThat(RecordValidation.shared().validate(resource).getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();
  }

  @Test
  void attachExplanation_whenGenerated_thenOneValidResourceForEachLanguageWithSixPartsThatCite() {
    Parameters answer = explain(scribe(), TestCalls.generate("en", "es")).ok(Parameters.class);

    Map<String, DocumentReference> stored =
        returned(answer, DocumentReference.class).stream()
            .map(explanation -> read(DocumentReference.class, reference(explanation)))
            .collect(Collectors.toMap(OperationTest::language, explanation -> explanation));
    assertThat(stored).containsOnlyKeys("en", "es");
    for (DocumentReference explanation : stored.values()) {
      List<Extension> parts = explanation.getExtensionsByUrl(Canonical.Extension.EXPLANATION_PART);
      assertThat(parts).extracting(OperationTest::code).containsAll(TestCalls.MANDATORY);
      assertThat(explanation.getMeta().hasProfile(Canonical.Profile.EXPLANATION)).isTrue();
      assertValid(explanation);
      assertThat(explanation.getStatus()).isEqualTo(DocumentReferenceStatus.CURRENT);
      assertThat(explanation.getDocStatus()).isEqualTo(ReferredDocumentStatus.PRELIMINARY);
      assertThat(explanation.getSubject().getReference()).isEqualTo("Patient/anna");
    }
    assertThat(part(stored.get("en"), "what-ai-did"))
        .contains("A computer program with AI wrote", "NoteMaker");
    assertThat(part(stored.get("es"), "what-ai-did")).contains("programa", "NoteMaker");
    assertThat(cited(stored.get("en"), "what-ai-did")).contains(TestRecords.SCRIBE_DEVICE);
    assertThat(cited(stored.get("en"), "limits")).contains(TestRecords.MODEL_CARD);
    assertThat(part(stored.get("en"), "limits")).contains("make up findings that nobody said");
    assertThat(part(stored.get("en"), "your-choices"))
        .as("what she decided in general, before there was a note")
        .contains("You said yes to AI that writes notes about you.");
    assertThat(cited(stored.get("en"), "your-choices")).anyMatch(one -> one.startsWith("Consent/"));
    assertThat(read(DocumentReference.class, note).getMeta().getVersionId())
        .as("the note is not rewritten")
        .isEqualTo("1");
  }

  private static List<String> cited(DocumentReference explanation, String code) {
    return explanation.getExtensionsByUrl(Canonical.Extension.EXPLANATION_PART).stream()
        .filter(part -> code(part).equals(code))
        .flatMap(part -> part.getExtensionsByUrl("reference").stream())
        .map(reference -> ((Reference) reference.getValue()).getReference())
        .toList();
  }

  @Test
  void attachExplanation_whenGenerated_thenProvenanceNamesEachVersionAndItIsFound() {
    Parameters answer = explain(scribe(), TestCalls.generate("en", "es")).ok(Parameters.class);

    Provenance provenance = (Provenance) answer.getParameter("provenance").getResource();
    assertThat(read(Provenance.class, reference(provenance)).getTarget())
        .extracting(Reference::getReference)
        .containsExactlyElementsOf(
            returned(answer, DocumentReference.class).stream()
                .map(explanation -> reference(explanation) + "/_history/1")
                .toList());
    assertThat(explanations())
        .extracting(OperationTest::language)
        .containsExactlyInAnyOrder("en", "es");
  }

  @Test
  void attachExplanation_whenPartsAreGiven_thenStoredWithTheirTextAndReadByTheirPatient() {
    DocumentReference attached = attached(TestCalls.parts("en", EASY));

    DocumentReference stored = patient("anna").get(reference(attached)).ok(DocumentReference.class);
    assertThat(part(stored, "limits")).isEqualTo(EASY);
    assertThat(text(stored)).contains("What can it get wrong?", EASY);
    assertValid(stored);
  }

  @Test
  void attachExplanation_whenFinishedExplanationClaimsAnEasyGrade_thenServerMeasuresItself() {
    DocumentReference given = TestCalls.explanation("en", HARD);
    Extension lie =
        given.getContentFirstRep().addExtension().setUrl(Canonical.Extension.READABILITY);
    lie.addExtension("formula", new CodeType("flesch-kincaid"));
    lie.addExtension("grade", new DecimalType("1.0"));
    lie.addExtension("words", new IntegerType(3));
    lie.addExtension("target", new DecimalType("6"));

    Parameters answer = explain(scribe(), TestCalls.given(given)).ok(Parameters.class);

    DocumentReference stored =
        read(DocumentReference.class, reference(returned(answer, DocumentReference.class).get(0)));
    assertThat(stored.getContentFirstRep().getExtensionsByUrl(Canonical.Extension.READABILITY))
        .hasSize(1);
    assertThat(((DecimalType) readability(stored).getExtensionByUrl("grade").getValue()).getValue())
        .isGreaterThan(BigDecimal.valueOf(12));
    assertThat(((IntegerType) readability(stored).getExtensionByUrl("words").getValue()).getValue())
        .isBetween(16, 20);
    assertThat(told(answer)).singleElement().asString().contains("above the target of 6", "'en'");
    assertValid(stored);
  }

  @Test
  void attachExplanation_whenAnotherInSameLanguage_thenOlderIsSupersededAndBothAreReadable() {
    DocumentReference older = attached(TestCalls.parts("en", EASY));
    DocumentReference spanish =
        attached(TestCalls.parts("es", "Una IA hizo esta nota. Una enfermera la leyó."));

    DocumentReference newer = attached(TestCalls.generate("en"));

    assertThat(read(DocumentReference.class, reference(older)).getStatus())
        .isEqualTo(DocumentReferenceStatus.SUPERSEDED);
    assertThat(read(DocumentReference.class, reference(spanish)).getStatus())
        .isEqualTo(DocumentReferenceStatus.CURRENT);
    DocumentReference stored = read(DocumentReference.class, reference(newer));
    assertThat(stored.getStatus()).isEqualTo(DocumentReferenceStatus.CURRENT);
    assertThat(stored.getRelatesTo())
        .filteredOn(relation -> relation.getCode() == DocumentRelationshipType.REPLACES)
        .extracting(relation -> relation.getTarget().getReference())
        .containsExactly(reference(older));
    assertThat(part(read(DocumentReference.class, reference(older)), "limits")).isEqualTo(EASY);
  }

  @Test
  void attachExplanation_whenAddressAsksForSmallPages_thenAllOlderOnesAreSupersededStill() {
    explain(scribe(), TestCalls.generate("en", "es")).ok(Parameters.class);

    scribe()
        .post(note + "/$attach-explanation?_count=1&_offset=5", TestCalls.generate("en", "es"))
        .ok(Parameters.class);

    assertThat(explanations())
        .filteredOn(explanation -> explanation.getStatus() == DocumentReferenceStatus.CURRENT)
        .extracting(OperationTest::language)
        .containsExactlyInAnyOrder("en", "es");
  }

  @Test
  void attachExplanation_whenGradeIsAboveTarget_thenStoredAndWarned() {
    Parameters answer =
        explain(scribe(), TestCalls.target(TestCalls.parts("en", HARD), "3.5"))
            .ok(Parameters.class);

    assertThat(told(answer)).singleElement().asString().contains("above the target of 3.5");
    assertThat(explanations()).hasSize(1);
  }

  @Test
  void attachExplanation_whenGradeMeetsTarget_thenNoWarning() {
    Parameters answer = explain(scribe(), TestCalls.parts("en", EASY)).ok(Parameters.class);

    assertThat(told(answer)).isEmpty();
  }

  @Test
  void attachExplanation_whenLanguageHasNoFormula_thenStoredAsNotComputedAndWarned() {
    Parameters answer =
        explain(scribe(), TestCalls.parts("ca", "Una IA va escriure aquesta nota."))
            .ok(Parameters.class);

    DocumentReference stored =
        read(DocumentReference.class, reference(returned(answer, DocumentReference.class).get(0)));
    assertThat(readability(stored).getExtensionByUrl("formula").getValue().primitiveValue())
        .isEqualTo("not-computed");
    assertThat(readability(stored).hasExtension("grade")).isFalse();
    assertThat(told(answer)).singleElement().asString().contains("'ca'", "was not computed");
    assertValid(stored);
  }

  @Test
  void attachExplanation_whenPatientCalls_thenTaskIsAcceptedAndRepeatGivesTheSame() {
    Api.Answer first = explain(patient("anna"), TestCalls.generate("es"));
    Api.Answer second = explain(patient("anna"), TestCalls.generate("es"));

    assertThat(first.status()).as(first.body()).isEqualTo(202);
    assertThat(second.status()).isEqualTo(202);
    Task task = returned(first.ok(Parameters.class), Task.class).get(0);
    assertThat(returned(second.ok(Parameters.class), Task.class).get(0).getIdElement().getIdPart())
        .isEqualTo(task.getIdElement().getIdPart());
    Task stored = patient("anna").get(reference(task)).ok(Task.class);
    assertThat(stored.getFocus().getReference()).isEqualTo(note);
    assertThat(stored.getOwner().getReference()).isEqualTo(TestRecords.CLINIC);
    assertThat(stored.getRequester().getReference()).isEqualTo("Patient/anna");
    assertThat(explanations()).isEmpty();
  }

  @Test
  void attachExplanation_whenPatientAsksInAnotherLanguage_thenAnotherTask() {
    explain(patient("anna"), TestCalls.generate("es")).ok(Parameters.class);

    explain(patient("anna"), TestCalls.generate("en")).ok(Parameters.class);

    assertThat(search(Task.class, "Task?focus=" + note)).hasSize(2);
  }

  @Test
  void attachExplanation_whenPatientGivesParts_thenForbidden() {
    Api anna = patient("anna");

    assertRefused(403, () -> explain(anna, TestCalls.parts("en", EASY)), "'part'");
  }

  @Test
  void attachExplanation_whenClinicianSignsIt_thenFinalInTheirName() {
    DocumentReference given = TestCalls.explanation("en", EASY);
    given.setAuthenticator(new Reference("Practitioner/demo-practitioner"));

    Parameters answer = explain(practitioner(), TestCalls.given(given)).ok(Parameters.class);

    DocumentReference stored =
        read(DocumentReference.class, reference(returned(answer, DocumentReference.class).get(0)));
    assertThat(stored.getDocStatus()).isEqualTo(ReferredDocumentStatus.FINAL);
    assertThat(stored.getAuthorFirstRep().getReference())
        .isEqualTo("Practitioner/demo-practitioner");
    assertThat(stored.getDescription()).contains("Signed by a clinician");
    assertValid(stored);
  }

  @Test
  void attachExplanation_whenServiceSignsForClinician_thenRefused() {
    DocumentReference given = TestCalls.explanation("en", EASY);
    given.setAuthenticator(new Reference("Practitioner/demo-practitioner"));
    Api scribe = scribe();

    assertRefused(422, () -> explain(scribe, TestCalls.given(given)), "authenticator");
  }

  @Test
  void attachExplanation_whenAnAiWroteIt_thenLabelStaysAndProvenanceNamesTheAi() {
    DocumentReference given = TestCalls.explanation("en", EASY);
    given
        .getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    given.addAuthor(new Reference(TestRecords.SCRIBE_DEVICE));

    Parameters answer = explain(scribe(), TestCalls.given(given)).ok(Parameters.class);

    DocumentReference stored =
        read(DocumentReference.class, reference(returned(answer, DocumentReference.class).get(0)));
    assertThat(stored.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST))
        .isNotNull();
    Provenance provenance =
        read(Provenance.class, reference(answer.getParameter("provenance").getResource()));
    assertThat(provenance.getAgent())
        .extracting(agent -> agent.getWho().getReference())
        .contains(TestRecords.SCRIBE_DEVICE);
    assertValid(provenance);
  }

  @Test
  void attachExplanation_whenAnAiWroteItButWhichIsNotSaid_thenRefused() {
    DocumentReference given = TestCalls.explanation("en", EASY);
    given
        .getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    Api scribe = scribe();

    assertRefused(422, () -> explain(scribe, TestCalls.given(given)), "author");
  }

  /** The same explanation, to be stored once more by a plain write. */
  private static DocumentReference anew(DocumentReference explanation) {
    DocumentReference copy = explanation.copy();
    copy.setId((String) null);
    copy.getIdentifier().clear();
    return copy;
  }

  private static Bundle.BundleEntryComponent write(
      Bundle transaction, Bundle.HTTPVerb method, String url, DocumentReference explanation) {
    Bundle.BundleEntryComponent entry = transaction.addEntry().setResource(explanation);
    entry.getRequest().setMethod(method).setUrl(url);
    return entry;
  }

  @Test
  void plainWrite_whenTheDocumentHasACurrentExplanationInTheLanguage_thenConflict() {
    Api scribe = scribe();
    DocumentReference first =
        returned(
                explain(scribe, TestCalls.generate("en", "es")).ok(Parameters.class),
                DocumentReference.class)
            .get(0);
    String self = reference(first);
    first = read(DocumentReference.class, self);
    DocumentReference second = anew(first);
    DocumentReference waiting = anew(first);
    waiting.setStatus(DocumentReferenceStatus.SUPERSEDED);

    assertRefused(
        409,
        () -> scribe.post("DocumentReference", second),
        "DocumentReference.relatesTo",
        "$attach-explanation");
    DocumentReference stored =
        scribe.post("DocumentReference", waiting).ok(DocumentReference.class);
    assertRefused(409, () -> scribe.put(stored.copy().setStatus(DocumentReferenceStatus.CURRENT)));
    // What is the current one already stays so.
    assertThat(scribe.put(first.copy().setDescription("How it was written")).status())
        .isEqualTo(200);
  }

  @Test
  void plainWrite_whenTheOtherIsSupersededInTheSameTransaction_thenItIsTheCurrentOne() {
    Api scribe = scribe();
    DocumentReference first =
        returned(
                explain(scribe, TestCalls.generate("en")).ok(Parameters.class),
                DocumentReference.class)
            .get(0);
    String self = reference(first);
    first = read(DocumentReference.class, self);
    Bundle two = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    DocumentReference superseded = first.copy().setStatus(DocumentReferenceStatus.SUPERSEDED);
    write(two, Bundle.HTTPVerb.POST, "DocumentReference", anew(first));
    write(two, Bundle.HTTPVerb.POST, "DocumentReference", anew(first));
    write(two, Bundle.HTTPVerb.PUT, self, superseded);
    Bundle one = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    write(one, Bundle.HTTPVerb.POST, "DocumentReference", anew(first));
    write(one, Bundle.HTTPVerb.PUT, self, superseded);

    assertRefused(409, () -> scribe.post("", two), "relatesTo");
    scribe.post("", one).ok(Bundle.class);

    assertThat(explanations())
        .extracting(DocumentReference::getStatus)
        .containsExactlyInAnyOrder(
            DocumentReferenceStatus.SUPERSEDED, DocumentReferenceStatus.CURRENT);
  }

  @Test
  void plainWrite_whenTwoComeAtOnce_thenOneIsTheCurrentOne() {
    Api scribe = scribe();
    DocumentReference first =
        returned(
                explain(scribe, TestCalls.generate("en")).ok(Parameters.class),
                DocumentReference.class)
            .get(0);
    DocumentReference stored = read(DocumentReference.class, reference(first));
    scribe.put(stored.copy().setStatus(DocumentReferenceStatus.SUPERSEDED)).ok(Resource.class);

    List<CompletableFuture<Integer>> answers =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> scribe.post("DocumentReference", anew(stored)).status()))
            .toList();

    assertThat(answers.stream().map(CompletableFuture::join))
        .containsExactlyInAnyOrder(201, 409, 409, 409);
  }
}
