package org.equipoise.explanation;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.explanation.AttachExplanation.Graded;
import org.equipoise.explanation.AttachExplanation.Plan;
import org.equipoise.explanation.AttachExplanation.Situation;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ConsentStatements;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * What one call of {@code $attach-explanation} does inside its transaction. With a finished
 * explanation it reads the document and searches its current explanations, and no more; the record
 * is gathered only to generate.
 */
public final class AttachExplanationExecutor {

  private final AttachExplanation rule;
  private final FactsReader facts;

  public AttachExplanationExecutor(
      ExplanationWriter writer, ConsentStatements consents, AttachExplanationSettings settings) {
    this.rule = new AttachExplanation(writer, settings);
    this.facts = new FactsReader(consents);
  }

  /** Runs the call; a patient's becomes a Task. */
  Parameters run(RecordTransaction transaction, IdType id, Parameters input) {
    DocumentReference document =
        transaction.read(DocumentReference.class, id.toUnqualifiedVersionless());
    AttachExplanation.requireExplainable(document);
    return transaction.caller().isPatientSide()
        ? request(transaction, document, AttachExplanationRequest.parseOfPatient(input))
        : attach(transaction, document, AttachExplanationRequest.parse(input));
  }

  private Parameters attach(
      RecordTransaction transaction, DocumentReference document, AttachExplanationRequest request) {
    Set<LanguageTag> languages = new TreeSet<>(request.given().keySet());
    languages.addAll(rule.toGenerate(request, document));
    transaction.lock(
        languages.stream()
            .map(language -> "explanation:" + document.getIdElement().getIdPart() + ":" + language)
            .toArray(String[]::new));
    Plan plan =
        rule.plan(
            request,
            new Situation(
                document,
                current(transaction, document),
                request.generate()
                    ? Optional.of(facts.read(transaction, document))
                    : Optional.empty(),
                ai(transaction, document, request),
                transaction.caller(),
                transaction.now()));
    return answer(plan, transaction.write(plan.bundle()));
  }

  private Parameters request(
      RecordTransaction transaction, DocumentReference document, List<LanguageTag> languages) {
    String self = document.getIdElement().toUnqualifiedVersionless().getValue();
    transaction.lock("explanation-request:" + document.getIdElement().getIdPart());
    List<Task> tasks =
        transaction.search(
            Task.class,
            new SearchParameterMap()
                .add(Task.SP_FOCUS, new ReferenceParam(self))
                .add(Task.SP_CODE, new TokenParam(Canonical.System.TASK, ExplanationRequest.CODE)));
    Resource task =
        ExplanationRequest.open(tasks, languages)
            .<Resource>map(open -> open)
            .orElseGet(
                () ->
                    transaction
                        .write(
                            ExplanationRequest.bundle(
                                document, languages, transaction.caller(), transaction.now()))
                        .get(0));
    Parameters answer = new Parameters();
    answer.addParameter().setName("return").setResource(task);
    return answer;
  }

  /** The explanations of a document that are current, in every language. */
  private static List<DocumentReference> current(
      RecordTransaction transaction, DocumentReference document) {
    String self = document.getIdElement().toUnqualifiedVersionless().getValue();
    return transaction
        .search(
            DocumentReference.class,
            new SearchParameterMap()
                .add(DocumentReference.SP_RELATESTO, new ReferenceParam(self))
                .add(
                    DocumentReference.SP_TYPE,
                    new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION))
                .add(DocumentReference.SP_STATUS, new TokenParam("current")))
        .stream()
        .filter(
            explanation ->
                explanation.getRelatesTo().stream()
                    .anyMatch(
                        relation ->
                            relation.getCode() == DocumentRelationshipType.APPENDS
                                && self.equals(DocumentFacts.key(relation.getTarget()))))
        .toList();
  }

  /**
   * The AI that wrote what is given: the one that sourceProvenance names, or else the AI Devices
   * among its authors.
   */
  private static Optional<AiSource> ai(
      RecordTransaction transaction, DocumentReference document, AttachExplanationRequest request) {
    if (request.sourceProvenance().isPresent()) {
      return Optional.of(
          transaction
              .find(Provenance.class, request.sourceProvenance().get())
              .map(provenance -> AiSource.of(provenance, document))
              .orElseThrow(
                  () ->
                      Refusal.businessRule(
                          AttachExplanationRequest.at("sourceProvenance"),
                          "sourceProvenance names no Provenance that can be read")));
    }
    Map<String, Device> devices = new LinkedHashMap<>();
    List<GivenExplanation> byAi = new ArrayList<>();
    for (GivenExplanation given : request.given().values()) {
      List<Device> authors = aiAuthors(transaction, given.document());
      if (given.document() != null && (AiRole.isAsserted(given.document()) || !authors.isEmpty())) {
        if (authors.isEmpty()) {
          throw Refusal.unprocessable(
              IssueType.REQUIRED,
              given.at() + ".author",
              "An AI wrote the explanation (AIAST), but which one is not said: name its Device as author, or give"
                  + " 'sourceProvenance'");
        }
        byAi.add(given);
        authors.forEach(
            device ->
                devices.put(device.getIdElement().toUnqualifiedVersionless().getValue(), device));
      }
    }
    if (byAi.isEmpty()) {
      return Optional.empty();
    }
    if (request.generate() || byAi.size() < request.given().size()) {
      throw Refusal.invalid(
          byAi.get(0).at(),
          "Some explanations of this call were written by AI and others not; make two calls");
    }
    return Optional.of(
        AiSource.of(List.copyOf(devices.values()), document.getCustodian(), byAi.get(0).at()));
  }

  private static List<Device> aiAuthors(RecordTransaction transaction, DocumentReference given) {
    return given == null
        ? List.of()
        : given.getAuthor().stream()
            .filter(author -> "Device".equals(author.getReferenceElement().getResourceType()))
            .flatMap(author -> transaction.find(Device.class, author).stream())
            .filter(AiRole::isIn)
            .toList();
  }

  private static Parameters answer(Plan plan, List<Resource> stored) {
    Parameters answer = new Parameters();
    int explanations = plan.graded().size();
    stored
        .subList(0, explanations)
        .forEach(one -> answer.addParameter().setName("return").setResource(one));
    answer.addParameter().setName("provenance").setResource(stored.get(explanations));
    plan.graded()
        .forEach(graded -> addReadability(answer.addParameter().setName("readability"), graded));
    plan.warnings()
        .ifPresent(outcome -> answer.addParameter().setName("outcome").setResource(outcome));
    return answer;
  }

  private static void addReadability(ParametersParameterComponent parameter, Graded graded) {
    parameter.addPart().setName("language").setValue(new CodeType(graded.language().tag()));
    parameter.addPart().setName("formula").setValue(new CodeType(graded.readability().formula()));
    graded
        .readability()
        .computed()
        .ifPresent(grade -> parameter.addPart().setName("grade").setValue(new DecimalType(grade)));
    parameter.addPart().setName("words").setValue(new IntegerType(graded.readability().words()));
    parameter.addPart().setName("target").setValue(new DecimalType(graded.target()));
  }
}
