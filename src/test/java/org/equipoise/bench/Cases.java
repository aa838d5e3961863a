package org.equipoise.bench;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.equipoise.fhir.FhirR4;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/** What the bench sends. */
final class Cases {

  /** The patient of the bench. */
  static final String PATIENT = "anna";

  private static final String ORDINAL_VALUE =
      "http://hl7.org/fhir/StructureDefinition/ordinalValue";

  /** The six parts that an explanation must have, in about the length that people write. */
  private static final Map<String, String> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put(
        "what-ai-did",
        "A computer program wrote the first draft of this note. It was not checked yet.");
    PARTS.put(
        "data-used",
        "It used the talk that you had with your doctor. It did not see your older records.");
    PARTS.put(
        "limits",
        "It can mix up who said what. It can leave things out. It can add things that nobody said.");
    PARTS.put("alternatives", "Your doctor can write the note without the program.");
    PARTS.put("human-role", "Your doctor reads the draft, mends it and signs it.");
    PARTS.put(
        "your-choices",
        "You can say no to this use. Your care stays the same. You can ask for a change.");
  }

  private Cases() {}

  /** A finished explanation, as a scribe that has one gives it. */
  static Parameters givenExplanation() {
    DocumentReference explanation = new DocumentReference();
    PARTS.forEach(
        (code, text) -> {
          Extension part = explanation.addExtension().setUrl(Canonical.Extension.EXPLANATION_PART);
          part.addExtension(
              "code",
              new CodeableConcept(
                  new Coding().setSystem(Canonical.System.EXPLANATION_PART).setCode(code)));
          part.addExtension("text", new MarkdownType(text));
        });
    explanation
        .addContent()
        .getAttachment()
        .setContentType("text/plain;charset=utf-8")
        .setLanguage("en")
        .setData(String.join("\n\n", PARTS.values()).getBytes(StandardCharsets.UTF_8));
    Parameters call = repeatable();
    call.addParameter().setName("explanation").setResource(explanation);
    return call;
  }

  /** The same, written by the AI that wrote the note. */
  static Parameters givenByAi() {
    Parameters call = givenExplanation();
    DocumentReference explanation =
        (DocumentReference) call.getParameter("explanation").getResource();
    explanation
        .getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    explanation.addAuthor(new Reference(TestRecords.SCRIBE_DEVICE));
    return call;
  }

  static Parameters generatedExplanation() {
    Parameters call = repeatable();
    call.addParameter("generate", new BooleanType(true));
    call.addParameter("language", new CodeType("en"));
    return call;
  }

  /** A yes that counts: understood, free, for half a year. */
  static Parameters permit() {
    return permit("ai-documentation");
  }

  /** The same to a purpose, a code of {@code ai-purpose}. */
  static Parameters permit(String purpose) {
    Parameters call = repeatable();
    call.addParameter(
        "purpose", new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(purpose));
    call.addParameter("decision", new CodeType("permit"));
    call.addParameter(
        "expires", new DateType(LocalDate.now(ZoneOffset.UTC).plusMonths(6).toString()));
    call.addParameter().setName("teachBack").setResource(rightAnswers());
    ParametersParameterComponent free = call.addParameter().setName("voluntariness");
    free.addPart().setName("askedPrivately").setValue(new BooleanType(true));
    free.addPart().setName("refusalHasNoEffectOnCare").setValue(new BooleanType(true));
    free.addPart().setName("signal").setValue(new CodeType("none-observed"));
    return call;
  }

  private static Parameters repeatable() {
    Parameters call = new Parameters();
    call.addParameter("requestId", new StringType(UUID.randomUUID().toString()));
    return call;
  }

  private static QuestionnaireResponse rightAnswers() {
    Questionnaire questions =
        Definitions.shared()
            .find(Questionnaire.class, Canonical.TEACH_BACK_QUESTIONNAIRE)
            .orElseThrow();
    QuestionnaireResponse answers = new QuestionnaireResponse();
    answers
        .setQuestionnaire(questions.getUrl())
        .setStatus(QuestionnaireResponseStatus.COMPLETED)
        .setAuthoredElement(DateTimeType.now())
        .setLanguage(questions.getLanguage());
    for (QuestionnaireItemComponent question : questions.getItem()) {
      if (question.getType() == QuestionnaireItemType.CHOICE) {
        Coding right =
            question.getAnswerOption().stream()
                .filter(option -> option.getValue().hasExtension(ORDINAL_VALUE))
                .filter(
                    option ->
                        "1"
                            .equals(
                                option
                                    .getValue()
                                    .getExtensionByUrl(ORDINAL_VALUE)
                                    .getValue()
                                    .primitiveValue()))
                .map(Questionnaire.QuestionnaireItemAnswerOptionComponent::getValueCoding)
                .findFirst()
                .orElseThrow();
        answers
            .addItem()
            .setLinkId(question.getLinkId())
            .addAnswer()
            .setValue(new Coding().setSystem(right.getSystem()).setCode(right.getCode()));
      }
    }
    return answers;
  }

  /** AI note, its Provenance and a permit that does not count, each held to its profile. */
  static Bundle noteProvenanceConsent(Consent like) {
    Bundle bundle = TestRecords.noteWithProvenance(PATIENT);
    Consent consent = like.copy().setStatus(ConsentState.PROPOSED);
    forget(consent);
    consent
        .getProvision()
        .getDataFirstRep()
        .setReference(new Reference(bundle.getEntryFirstRep().getFullUrl()));
    consent.setSource(new Attachment().setTitle("Signed on paper"));
    TestRecords.post(bundle, consent);
    return bundle;
  }

  /**
   * A note by nobody in particular, its Provenance and a privacy consent: no profile of ours, no
   * label.
   */
  static Bundle plainTransaction() {
    Bundle bundle = TestRecords.noteWithProvenance(PATIENT);
    DocumentReference note = (DocumentReference) bundle.getEntry().get(0).getResource();
    note.setMeta(null);
    note.setAuthor(null).setCustodian(null).setIdentifier(null);
    Reference written = new Reference(bundle.getEntry().get(0).getFullUrl());
    Provenance provenance = new Provenance().setRecorded(note.getDate());
    provenance.addTarget(written);
    provenance.addAgent().setWho(new Reference().setDisplay("Assembler"));
    bundle.getEntry().get(1).setResource(provenance);
    Consent consent =
        new Consent()
            .setStatus(ConsentState.ACTIVE)
            .setPatient(new Reference("Patient/" + PATIENT));
    consent
        .getScope()
        .addCoding()
        .setSystem(Canonical.System.CONSENT_SCOPE)
        .setCode("patient-privacy");
    consent.addCategory().addCoding().setSystem(Canonical.System.LOINC).setCode("59284-0");
    consent.setDateTimeElement(DateTimeType.now());
    consent
        .getPolicyRule()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode")
        .setCode("OPTIN");
    consent
        .getProvision()
        .addData()
        .setMeaning(Consent.ConsentDataMeaning.INSTANCE)
        .setReference(written.copy());
    TestRecords.post(bundle, consent);
    return bundle;
  }

  static Observation observation(int number) {
    Observation observation = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    observation
        .addCategory()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/observation-category")
        .setCode("vital-signs");
    observation
        .getCode()
        .addCoding()
        .setSystem(Canonical.System.LOINC)
        .setCode("8867-4")
        .setDisplay("Heart rate");
    observation.setSubject(new Reference("Patient/" + PATIENT));
    observation.setEffective(new DateTimeType("2026-01-%02dT08:00:00Z".formatted(1 + number % 28)));
    observation.setValue(
        new Quantity()
            .setValue(60 + number)
            .setUnit("/min")
            .setSystem("http://unitsofmeasure.org")
            .setCode("/min"));
    return observation;
  }

  /**
   * A plain transaction that writes copies of stored resources.
   *
   * @param stored in the order to write them
   * @param instead what to write in place of some of their texts, such as one id for another
   */
  static Bundle copyOf(List<? extends Resource> stored, Map<String, String> instead) {
    Map<String, String> urls = new LinkedHashMap<>();
    for (Resource resource : stored) {
      String url = "urn:uuid:" + UUID.randomUUID();
      // With the version first, since the id alone is a part of it.
      urls.put(resource.getIdElement().toUnqualified().getValue(), url);
      urls.put(resource.getIdElement().toUnqualifiedVersionless().getValue(), url);
    }
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    for (Resource resource : stored) {
      String json = Client.json(resource);
      for (Map<String, String> replacements : List.of(urls, instead)) {
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
          json =
              json.replace(
                  "\"" + replacement.getKey() + "\"", "\"" + replacement.getValue() + "\"");
        }
      }
      Resource copy = (Resource) FhirR4.context().newJsonParser().parseResource(json);
      forget(copy);
      if (copy instanceof DocumentReference document) {
        document
            .getIdentifier()
            .forEach(identifier -> identifier.setValue("urn:uuid:" + UUID.randomUUID()));
      }
      if (copy instanceof Consent consent) {
        consent.setStatus(ConsentState.PROPOSED);
      }
      TestRecords.post(bundle, copy)
          .setFullUrl(urls.get(resource.getIdElement().toUnqualifiedVersionless().getValue()));
    }
    return bundle;
  }

  /** Adds a write over this very version. */
  static void update(Bundle bundle, Resource changed) {
    String version = changed.getIdElement().getVersionIdPart();
    TestRecords.put(bundle, changed);
    bundle
        .getEntry()
        .get(bundle.getEntry().size() - 1)
        .getRequest()
        .setMethod(HTTPVerb.PUT)
        .setIfMatch("W/\"" + version + "\"");
  }

  private static void forget(Resource resource) {
    resource.setId((String) null);
    resource.getMeta().setVersionId(null).setLastUpdated(null).setSource(null);
  }
}
