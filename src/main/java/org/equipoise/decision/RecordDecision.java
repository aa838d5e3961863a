package org.equipoise.decision;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.CodeWords;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanIntent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * The rule of {@code $record-decision}: from what one of the two sends and what the record says to
 * what is written. It reads and writes nothing itself.
 */
final class RecordDecision {

  /**
   * What the record says.
   *
   * @param stored the decision as it stands; null for a new one
   * @param record what stands in the record, as the caller may see it
   * @param isOfAnother whether an option belongs to another decision
   * @param published the text of the decision as both signed it last; empty where they never did
   * @param plans what came of it then
   * @param treats whether the caller treats the patient
   * @param isCaller whether a reference is to the caller, also in a role of theirs
   * @param names what people and AIs are called
   * @param contributed makes of what the patient's side says about the patient what it makes of any
   *     contribution: labels, tag, identifier
   * @param languages languages that the caller wishes to be answered in
   */
  record Situation(
      Caller caller,
      Instant now,
      Patient patient,
      Composition stored,
      Finder record,
      Function<String, Boolean> isOfAnother,
      Optional<DocumentReference> published,
      List<CarePlan> plans,
      boolean treats,
      Function<Reference, Boolean> isCaller,
      Function<Reference, Optional<String>> names,
      Consumer<Observation> contributed,
      List<String> languages) {}

  /**
   * What to write and to answer.
   *
   * @param bundle a FHIR transaction, the decision first; empty where there is nothing to write
   * @param missing codes of {@code decision-missing}
   */
  record Plan(Bundle bundle, List<String> missing, OperationOutcome outcome) {}

  private final SureScore scores;

  RecordDecision(SureScore scores) {
    this.scores = scores;
  }

  /**
   * A decision is the two's who take it: no program records, changes or signs one.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException 403
   */
  static Side requirePerson(Caller caller) {
    return Side.of(caller)
        .filter(side -> !caller.isAi())
        .orElseThrow(
            () ->
                Refusal.forbidden(
                    "A decision is recorded and signed by the two who take it, in person: the patient, or who stands"
                        + " for them, and a clinician. No program does, whatever its scopes"));
  }

  /** Decides what is written. */
  Plan plan(DecisionRequest request, Situation situation) {
    return new Making(request, situation).plan();
  }

  /** The writes of one call while they come together. */
  private final class Making {

    private final DecisionRequest request;
    private final Situation situation;
    private final Side side;
    private final Composition stored;
    private final Composition composition;
    private final Map<String, Resource> added;
    private final Map<String, CarePlan> changed = new LinkedHashMap<>();
    private final Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    private final String decisionUrl = url();
    private final OperationOutcome outcome = new OperationOutcome();
    private final DecisionWords answer;
    private final DecisionWords words;

    Making(DecisionRequest request, Situation situation) {
      this.request = request;
      this.situation = situation;
      this.side = requirePerson(situation.caller());
      this.stored = situation.stored();
      this.composition = request.composition().copy();
      this.added = new LinkedHashMap<>(request.added());
      this.words = DecisionWords.of(situation.patient(), composition.getLanguage());
      this.answer =
          situation.languages().isEmpty() && side == Side.PATIENT
              ? words
              : DecisionWords.in(situation.languages());
    }

    Plan plan() {
      DecisionLife.refuseForeignSignatures(stored, composition);
      DecisionRules.requireBounded(composition);
      complete();
      takeOver();
      contribute();
      count();
      Decision decision = Decision.read(composition, this::find);
      List<Breach> breaches =
          new ArrayList<>(DecisionRules.check(decision, scores, references(stored)));
      breaches.addAll(
          DecisionContent.changesOfOthers(
              stored, composition, Optional.of(side), situation.isCaller()));
      breaches.addAll(saidForOthers());
      breaches.addAll(optionsOfOthers(decision));
      Breach.refuse(breaches);
      List<String> incomplete = DecisionRules.incomplete(decision);
      Optional<Reference> signer = signer(incomplete);
      Set<String> moved = changedSince(decision);
      requireSeen(moved);
      boolean isChanged =
          stored == null
              || !moved.isEmpty()
              || !changed.isEmpty()
              || !added.isEmpty()
              || !DecisionContent.isSame(stored, composition);
      boolean becomesFinal =
          DecisionLife.move(
              composition,
              stored,
              isChanged,
              signer,
              situation.published().isPresent(),
              situation.now());
      boolean isSigned =
          signer.isPresent()
              && (isChanged || Side.of(signer.get()).orElseThrow().signature(stored).isEmpty());
      if (isChanged || isSigned) {
        DecisionText.tellState(composition, words);
        write(decision, isChanged, isSigned, becomesFinal);
      }
      tell(isChanged, isSigned, becomesFinal, decision);
      List<String> missing = new ArrayList<>(incomplete);
      DecisionLife.unsigned(composition).map(Side::missing).forEach(missing::add);
      missing.forEach(code -> issue(IssueSeverity.WARNING, answer.say("wanted." + code)));
      return new Plan(bundle, missing, outcome);
    }

    // ---- what came in

    /** What the client left out and the record knows. */
    private void complete() {
      if (!composition.hasCustodian()) {
        composition.setCustodian(custodian());
      }
      if (!composition.hasTitle()) {
        composition.setTitle(stored == null ? words.say("title") : stored.getTitle());
      }
      if (!composition.hasLanguage() && stored != null) {
        composition.setLanguage(stored.getLanguage());
      }
      Sections.of(composition, Sections.PATIENT_WORDS)
          .filter(section -> !section.hasAuthor())
          .ifPresent(section -> section.addAuthor(composition.getSubject().copy()));
    }

    private Reference custodian() {
      if (stored != null) {
        return stored.getCustodian().copy();
      }
      if (situation.caller().organization() != null) {
        return new Reference(situation.caller().organization());
      }
      if (situation.patient().hasManagingOrganization()) {
        return situation.patient().getManagingOrganization().copy();
      }
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          "Composition.custodian",
          "Composition.custodian: name the organization that keeps the decision");
    }

    /**
     * What is sent and stands in the record: options may change here, all else where it is from.
     */
    private void takeOver() {
      request
          .onRecord()
          .forEach(
              (key, sent) -> {
                Resource there =
                    situation
                        .record()
                        .find(sent.getClass(), new Reference(key))
                        .orElseThrow(
                            () ->
                                Refusal.unprocessable(
                                    IssueType.NOTFOUND,
                                    "Bundle.entry",
                                    "Bundle.entry: %s is not known; what is new has a fullUrl that begins with urn:uuid:"
                                        .formatted(key)));
                if (sent instanceof CarePlan option && there instanceof CarePlan before) {
                  if (!DecisionContent.isSame(before, option)) {
                    requireOption(before, option);
                    changed.put(key, option);
                  }
                } else if (!DecisionContent.isSaid(there, sent)) {
                  throw Refusal.businessRule(
                      "Bundle.entry",
                      "Bundle.entry: %s is changed where it was written, not here; refer to it as it is, or say it anew"
                          .formatted(key));
                }
              });
    }

    private void requireOption(CarePlan before, CarePlan option) {
      if (!Decision.isOption(before)) {
        throw Refusal.businessRule(
            "Bundle.entry", "Bundle.entry: a plan is no option, and does not become one");
      }
      if (option.getIntent() != CarePlanIntent.OPTION) {
        throw Refusal.businessRule(
            "CarePlan.intent",
            "CarePlan.intent: an option stays one; what is chosen becomes a new plan, made by the server");
      }
      option.setId(before.getIdElement());
    }

    /** What the patient's side says of themselves here, they say as in a contribution. */
    private void contribute() {
      if (side != Side.PATIENT) {
        return;
      }
      added.values().stream()
          .filter(Observation.class::isInstance)
          .map(Observation.class::cast)
          .filter(one -> !SureScore.isScore(one))
          .forEach(
              one -> {
                if (!one.hasEffective()) {
                  one.setEffective(
                      DecisionLife.time(situation.now().truncatedTo(ChronoUnit.SECONDS)));
                }
                situation.contributed().accept(one);
              });
    }

    /** The server counts how sure the patient is; whoever sends a score has counted the same. */
    private void count() {
      Map<String, QuestionnaireResponse> answers = new LinkedHashMap<>();
      request
          .added(QuestionnaireResponse.class)
          .forEach(
              (url, one) -> {
                if (SureScore.isAnswered(one)) {
                  answers.put(url, one);
                }
              });
      if (answers.isEmpty()) {
        return;
      }
      if (answers.size() > 1) {
        throw Refusal.businessRule(
            "Bundle.entry",
            "Bundle.entry: give the answers to Questionnaire/decision-conflict once");
      }
      String answersUrl = answers.keySet().iterator().next();
      QuestionnaireResponse given = answers.get(answersUrl);
      if (!given.hasAuthored()) {
        given.setAuthoredElement(DecisionLife.time(situation.now()));
      }
      int score = scores.of(given);
      Map<String, Observation> sent = new LinkedHashMap<>();
      request
          .added(Observation.class)
          .forEach(
              (url, one) -> {
                if (SureScore.isScore(one)) {
                  sent.put(url, one);
                }
              });
      if (sent.size() > 1) {
        throw Refusal.businessRule(
            "Bundle.entry", "Bundle.entry: one score for one set of answers, or leave it out");
      }
      String scoreUrl = sent.isEmpty() ? url() : sent.keySet().iterator().next();
      Observation observation = sent.isEmpty() ? new Observation() : sent.get(scoreUrl);
      if (!observation.hasStatus()) {
        observation.setStatus(ObservationStatus.FINAL);
      }
      observation.setCode(
          new CodeableConcept(
              new Coding().setSystem(Canonical.System.OBSERVATION).setCode(Canonical.SURE_SCORE)));
      observation.setSubject(composition.getSubject().copy());
      if (!observation.hasEffective()) {
        observation.setEffective(given.getAuthoredElement().copy());
      }
      if (!observation.hasPerformer()) {
        observation.addPerformer(given.getSource().copy());
      }
      if (!observation.hasValue()) {
        observation.setValue(new IntegerType(score));
      }
      if (!observation.hasDerivedFrom()) {
        observation.addDerivedFrom(new Reference(answersUrl));
      }
      added.put(scoreUrl, observation);
      Optional<SectionComponent> section = Sections.of(composition, Sections.CONFLICT);
      if (section.isEmpty()) {
        SectionComponent conflict =
            composition.addSection().setCode(Sections.code(Sections.CONFLICT));
        conflict.addEntry(new Reference(scoreUrl));
        tellScore(conflict, score);
      } else if (!added.containsKey(String.valueOf(section.get().getEntryFirstRep().getReference()))
          || section.get().getEntryFirstRep().getReference().equals(answersUrl)) {
        section.get().setEntry(List.of(new Reference(scoreUrl)));
        tellScore(section.get(), score);
      } else {
        tellScore(section.get(), score);
      }
    }

    /** What people wrote stays; the server's own sentence tells the score of today. */
    private void tellScore(SectionComponent conflict, int score) {
      if (conflict.getText().hasDiv()
          && conflict.getText().getStatus() != NarrativeStatus.GENERATED) {
        return;
      }
      XhtmlNode div = new XhtmlNode(NodeType.Element, "div");
      div.setAttribute("xmlns", XhtmlNode.XMLNS);
      div.addText(words.say("section.conflict", score, scores.best()));
      conflict.getText().setStatus(NarrativeStatus.GENERATED).setDiv(div);
    }

    private <T extends Resource> Optional<T> find(Class<T> type, Reference reference) {
      String key = reference.getReference();
      if (key == null) {
        return Optional.empty();
      }
      Resource here = changed.containsKey(key) ? changed.get(key) : added.get(key);
      if (here != null) {
        return type.isInstance(here) ? Optional.of(type.cast(here)) : Optional.empty();
      }
      return situation.record().find(type, reference);
    }

    private static Set<String> references(Composition before) {
      Set<String> references = new HashSet<>();
      if (before != null) {
        FhirR4.context()
            .newTerser()
            .getAllPopulatedChildElementsOfType(before, Reference.class)
            .forEach(one -> references.add(one.getReference()));
      }
      return references;
    }

    /** What is new says in whose name it stands: the patient's side speaks for itself alone. */
    private List<Breach> saidForOthers() {
      List<Breach> breaches = new ArrayList<>();
      for (Resource resource : added.values()) {
        for (Reference speaker : speakers(resource)) {
          Optional<Side> speaks = Side.of(speaker);
          boolean own =
              side == Side.PATIENT
                  ? DecisionContent.isOwnName(speaker, composition, situation.isCaller())
                  : speaks.filter(Side.PATIENT::equals).isPresent()
                      || situation.isCaller().apply(speaker);
          if (!own) {
            breaches.add(
                new Breach(
                    "own-name",
                    resource.fhirType(),
                    "%s says that %s said it; each speaks for themselves"
                        .formatted(resource.fhirType(), speaker.getReference())));
          }
        }
      }
      return breaches;
    }

    private static List<Reference> speakers(Resource resource) {
      List<Reference> speakers = new ArrayList<>();
      if (resource instanceof Observation observation) {
        speakers.addAll(observation.getPerformer());
      } else if (resource instanceof Goal goal) {
        speakers.add(goal.getExpressedBy());
      } else if (resource instanceof QuestionnaireResponse answers) {
        speakers.add(answers.getSource());
        speakers.add(answers.getAuthor());
      }
      speakers.removeIf(Reference::isEmpty);
      return speakers;
    }

    private List<Breach> optionsOfOthers(Decision decision) {
      Set<String> had = references(stored);
      List<Breach> breaches = new ArrayList<>();
      for (String option : decision.options().keySet()) {
        if (!added.containsKey(option)
            && !had.contains(option)
            && situation.isOfAnother().apply(option)) {
          breaches.add(
              new Breach(
                  "own-options",
                  Sections.at(Sections.OPTIONS) + ".entry",
                  option + " belongs to another decision; write it anew for this one"));
        }
      }
      for (String option : changed.keySet()) {
        if (!decision.options().containsKey(option)) {
          breaches.add(
              new Breach(
                  "own-options",
                  "Bundle.entry",
                  option + " is no option of this decision, so it is not changed here"));
        }
      }
      return breaches;
    }

    private Optional<Reference> signer(List<String> incomplete) {
      if (!request.attest()) {
        return Optional.empty();
      }
      if (!incomplete.isEmpty()) {
        Breach.refuse(
            incomplete.stream()
                .map(
                    code ->
                        new Breach(
                            "complete",
                            "CarePlan.extension('%s')"
                                .formatted(Canonical.Extension.OUTCOME_ESTIMATE),
                            "It cannot be signed yet. " + answer.say("wanted." + code)))
                .toList());
      }
      String self = situation.caller().person().orElseThrow().toUnqualifiedVersionless().getValue();
      if (side == Side.CLINICIAN) {
        if (!situation.treats()) {
          throw Refusal.forbidden("Only a clinician who treats the patient signs a decision");
        }
        if (composition.getAuthor().stream().noneMatch(situation.isCaller()::apply)) {
          throw Refusal.businessRule(
              "Composition.author",
              "Composition.author: only who took the decision signs it, and %s is not named as one of the two"
                  .formatted(self));
        }
      }
      return Optional.of(new Reference(self));
    }

    /**
     * What the decision rests on and was changed elsewhere since the decision was last written: the
     * two may not have read it. A final one rests on what it was.
     */
    private Set<String> changedSince(Decision decision) {
      if (stored == null || DecisionLife.isFinal(stored)) {
        return Set.of();
      }
      Date written = stored.getMeta().getLastUpdated();
      Set<String> had = references(stored);
      Map<String, Resource> rests = new LinkedHashMap<>(decision.preferences());
      decision.score().ifPresent(score -> rests.put(key(score), score));
      Set<String> changedSince = new TreeSet<>();
      rests.forEach(
          (key, resource) -> {
            Date changed = resource.getMeta().getLastUpdated();
            boolean isWanted = request.attest() || request.onRecord().containsKey(key);
            if (isWanted
                && had.contains(key)
                && written != null
                && changed != null
                && changed.after(written)) {
              changedSince.add(key);
            }
          });
      return changedSince;
    }

    /** Sent along, it was compared with what stands in the record, and counts as a change. */
    private void requireSeen(Set<String> moved) {
      Breach.refuse(
          moved.stream()
              .filter(key -> !request.onRecord().containsKey(key))
              .map(
                  key ->
                      new Breach(
                          "seen",
                          "Bundle.entry",
                          "%s was changed after the decision was written. Read it again; who signs all the same sends it along as it stands now, and both sign that"
                              .formatted(key)))
              .toList());
    }

    // ---- what goes out

    private void write(
        Decision decision, boolean isChanged, boolean isSigned, boolean becomesFinal) {
      if (stored == null) {
        post(composition, decisionUrl);
      } else {
        put(composition, stored, decisionUrl);
      }
      added.forEach((url, resource) -> post(resource, url));
      Map<String, String> targets = new LinkedHashMap<>();
      changed.forEach(
          (key, option) -> {
            String url = url();
            targets.put(key, url);
            put(option, option, url);
          });
      if (isChanged) {
        Provenance told =
            provenance(
                new Coding()
                    .setSystem(Canonical.System.DATA_OPERATION)
                    .setCode(stored == null ? "CREATE" : "UPDATE"),
                "author");
        told.addTarget(new Reference(decisionUrl));
        added.keySet().forEach(url -> told.addTarget(new Reference(url)));
        targets.values().forEach(url -> told.addTarget(new Reference(url)));
        post(told, url());
      }
      if (isSigned) {
        post(signature(decision, targets), url());
      }
      if (becomesFinal) {
        publish(decision);
        follow(decision);
      } else if (isChanged && stored != null) {
        situation.published().ifPresent(this::tellThatItIsBeingChanged);
      }
    }

    /** What was signed: the decision and its options, each in its version. */
    private Provenance signature(Decision decision, Map<String, String> changedUrls) {
      Provenance signature =
          provenance(
              new Coding().setSystem(Canonical.System.LIFECYCLE).setCode("attest"), "attester");
      signature.addTarget(new Reference(decisionUrl));
      decision
          .options()
          .forEach(
              (key, option) ->
                  signature.addTarget(
                      new Reference(
                          added.containsKey(key)
                              ? key
                              : changedUrls.getOrDefault(
                                  key, option.getIdElement().toUnqualified().getValue()))));
      return signature;
    }

    private Provenance provenance(Coding activity, String agentType) {
      Provenance provenance = new Provenance();
      provenance.addExtension(
          new Extension(Canonical.Extension.PROVENANCE_PATIENT, composition.getSubject().copy()));
      provenance
          .setOccurred(DecisionLife.time(situation.now()))
          .setRecorded(Date.from(situation.now()))
          .setActivity(new CodeableConcept(activity));
      Provenance.ProvenanceAgentComponent agent =
          provenance
              .addAgent()
              .setType(
                  new CodeableConcept(
                      new Coding()
                          .setSystem(Canonical.System.PROVENANCE_PARTICIPANT)
                          .setCode(agentType)))
              .setWho(
                  new Reference(
                      situation
                          .caller()
                          .person()
                          .orElseThrow()
                          .toUnqualifiedVersionless()
                          .getValue()));
      if (side == Side.CLINICIAN) {
        agent.setOnBehalfOf(composition.getCustodian().copy());
      }
      return provenance;
    }

    /** As plain text: apps for patients show neither Compositions nor options. */
    private void publish(Decision decision) {
      boolean isAmended = situation.published().isPresent();
      String text = DecisionText.of(decision, words, scores.best(), situation.names());
      DocumentReference document = new DocumentReference();
      document.setStatus(DocumentReferenceStatus.CURRENT);
      document.setDocStatus(
          isAmended ? ReferredDocumentStatus.AMENDED : ReferredDocumentStatus.FINAL);
      document
          .getType()
          .setText(
              CodeWords.of(
                      Canonical.System.DOCUMENT_TYPE, Canonical.SHARED_DECISION, words.language())
                  .display())
          .addCoding(
              new Coding().setSystem(Canonical.System.LOINC).setCode("34109-9").setDisplay("Note"))
          .addCoding(
              new Coding()
                  .setSystem(Canonical.System.DOCUMENT_TYPE)
                  .setCode(Canonical.SHARED_DECISION));
      document
          .addCategory()
          .addCoding()
          .setSystem(Canonical.System.US_CORE_DOCUMENT_CATEGORY)
          .setCode("clinical-note");
      document.setSubject(composition.getSubject().copy());
      document.setDate(Date.from(situation.now()));
      composition.getAttester().forEach(signed -> document.addAuthor(signed.getParty().copy()));
      Side.CLINICIAN
          .signature(composition)
          .ifPresent(signed -> document.setAuthenticator(signed.getParty().copy()));
      document.setCustodian(composition.getCustodian().copy());
      document.getContext().addRelated(new Reference(decisionUrl));
      document
          .addContent()
          .getAttachment()
          .setContentType("text/plain; charset=utf-8")
          .setLanguage(words.language())
          .setData(text.getBytes(StandardCharsets.UTF_8));
      describe(document, isAmended ? "amended" : "final");
      situation
          .published()
          .ifPresent(
              old -> {
                document
                    .addRelatesTo()
                    .setCode(DocumentRelationshipType.REPLACES)
                    .setTarget(new Reference(key(old)));
                DocumentReference replaced = old.copy();
                replaced.setStatus(DocumentReferenceStatus.SUPERSEDED);
                describe(replaced, "replaced");
                put(replaced, old, url());
              });
      post(document, url());
    }

    private void tellThatItIsBeingChanged(DocumentReference document) {
      DocumentReference told = document.copy();
      describe(told, "changing");
      put(told, document, url());
    }

    /** In words, where every app shows them. */
    private void describe(DocumentReference document, String state) {
      document.setDescription(words.say("state." + state));
      document
          .getContent()
          .forEach(
              content ->
                  content
                      .getAttachment()
                      .setTitle(composition.getTitle() + " (" + words.say("short." + state) + ")"));
    }

    /** What was chosen becomes a plan; a plan that was chosen before and is not any more ends. */
    private void follow(Decision decision) {
      Optional<Map.Entry<String, CarePlan>> chosen = decision.chosen();
      Optional<CarePlan> kept =
          chosen.flatMap(
              one ->
                  situation.plans().stream()
                      .filter(plan -> isPlanOf(plan, one.getKey(), one.getValue()))
                      .findFirst());
      List<CarePlan> ended =
          situation.plans().stream().filter(plan -> kept.filter(plan::equals).isEmpty()).toList();
      for (CarePlan plan : ended) {
        CarePlan revoked = plan.copy();
        revoked.setStatus(CarePlanStatus.REVOKED);
        put(revoked, plan, url());
      }
      if (kept.isPresent() || chosen.isEmpty()) {
        return;
      }
      post(planOf(chosen.get(), decision, ended), url());
      issue(IssueSeverity.INFORMATION, answer.say("done.plan"));
    }

    private boolean isPlanOf(CarePlan plan, String key, CarePlan option) {
      return plan.getBasedOn().stream().anyMatch(one -> key.equals(one.getReference()))
          && Objects.equals(plan.getTitle(), option.getTitle())
          && Objects.equals(plan.getDescription(), option.getDescription());
    }

    private CarePlan planOf(
        Map.Entry<String, CarePlan> chosen, Decision decision, List<CarePlan> ended) {
      CarePlan option = chosen.getValue();
      CarePlan plan = new CarePlan();
      plan.setStatus(CarePlanStatus.ACTIVE).setIntent(CarePlanIntent.PLAN);
      plan.addCategory()
          .addCoding()
          .setSystem("http://hl7.org/fhir/us/core/CodeSystem/careplan-category")
          .setCode("assess-plan");
      plan.setTitle(option.getTitle()).setDescription(option.getDescription());
      XhtmlNode div = new XhtmlNode(NodeType.Element, "div");
      div.setAttribute("xmlns", XhtmlNode.XMLNS);
      div.addTag("p").addText(option.getTitle());
      div.addTag("p").addText(option.getDescription());
      plan.getText().setStatus(NarrativeStatus.GENERATED).setDiv(div);
      plan.setSubject(composition.getSubject().copy());
      plan.setCreated(Date.from(situation.now()));
      plan.getPeriod().setStart(Date.from(situation.now()));
      Side.CLINICIAN
          .signature(composition)
          .ifPresent(signed -> plan.setAuthor(signed.getParty().copy()));
      plan.addBasedOn(new Reference(chosen.getKey()));
      plan.addSupportingInfo(new Reference(decisionUrl));
      ended.forEach(old -> plan.addReplaces(new Reference(key(old))));
      decision
          .preferences()
          .forEach(
              (reference, one) -> {
                if (one instanceof Goal) {
                  plan.addGoal(new Reference(reference));
                }
              });
      return plan;
    }

    private void tell(
        boolean isChanged, boolean isSigned, boolean becomesFinal, Decision decision) {
      outcome.setLanguage(answer.language());
      if (becomesFinal) {
        issue(IssueSeverity.INFORMATION, answer.say("done.final"));
      } else if (stored == null) {
        issue(IssueSeverity.INFORMATION, answer.say("done.recorded"));
      } else if (isChanged) {
        issue(IssueSeverity.INFORMATION, answer.say("done.changed"));
      }
      if (isSigned) {
        issue(IssueSeverity.INFORMATION, answer.say("done.signed"));
      } else if (request.attest()) {
        issue(IssueSeverity.INFORMATION, answer.say("done.signed.already"));
      } else if (!isChanged) {
        issue(IssueSeverity.INFORMATION, answer.say("done.same"));
      }
      if (decision.score().isEmpty()) {
        issue(IssueSeverity.WARNING, answer.say("wanted.conflict"));
      }
    }

    private void issue(IssueSeverity severity, String said) {
      outcome
          .addIssue()
          .setSeverity(severity)
          .setCode(
              severity == IssueSeverity.INFORMATION
                  ? IssueType.INFORMATIONAL
                  : IssueType.INCOMPLETE)
          .setDiagnostics(said)
          .getDetails()
          .setText(said);
    }

    private void post(Resource resource, String fullUrl) {
      bundle
          .addEntry()
          .setFullUrl(fullUrl)
          .setResource(resource)
          .getRequest()
          .setMethod(HTTPVerb.POST)
          .setUrl(resource.fhirType());
    }

    private void put(Resource resource, Resource before, String fullUrl) {
      bundle
          .addEntry()
          .setFullUrl(fullUrl)
          .setResource(resource)
          .getRequest()
          .setMethod(HTTPVerb.PUT)
          .setUrl(key(before))
          .setIfMatch("W/\"" + before.getIdElement().getVersionIdPart() + "\"");
    }

    private static String key(Resource resource) {
      return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
    }

    private static String url() {
      return "urn:uuid:" + UUID.randomUUID();
    }
  }
}
