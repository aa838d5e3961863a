package org.equipoise.decision;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds every plain write to the life of a shared decision: what both signed, or one of them, is
 * changed by {@code $record-decision} alone, which asks both again; nobody's signature and nobody's
 * words come or go by a side door.
 */
final class DecisionWrites implements WriteRule {

  private static final String BY_OPERATION = "; use Patient/[id]/$record-decision";

  /** Codes of an activity or an agent that stand for a signature. */
  private static final Set<String> SIGNING =
      Set.of("attest", "verify", "attester", "verifier", "legal");

  private final SureScore scores;

  DecisionWrites(SureScore scores) {
    this.scores = scores;
  }

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (isPublished(incoming) || isPublished(stored)) {
      refusePublishing(incoming, stored, write);
    }
    if (stored != null
        && DecisionContent.isPreference(stored)
        && !isSaid(stored, incoming, write)
        && isUnderASignature(stored, write)) {
      throw Refusal.businessRule(
          incoming.fhirType(),
          incoming.fhirType()
              + ": one side has signed a decision that rests on this; say it anew, in that decision"
              + BY_OPERATION);
    }
    if (write.byOperation()) {
      return;
    }
    if (Decision.is(incoming) || Decision.is(stored)) {
      composition((Composition) incoming, (Composition) stored, write);
    }
    if (Decision.isOption(stored) && isOfDecision(stored, write)) {
      option((CarePlan) incoming, (CarePlan) stored);
    }
  }

  /** Of a change and a signature at the same time, the second sees the first. */
  private static boolean isUnderASignature(Resource stored, Write write) {
    write
        .record()
        .lock(DecisionContent.lock(stored.getIdElement().toUnqualifiedVersionless().getValue()));
    return decisionsWith(stored, write).anyMatch(DecisionLife::isSignedByOne);
  }

  private static boolean isSaid(Resource stored, Resource incoming, Write write) {
    return write.byOperation()
        ? DecisionContent.isSaidBesides(stored, incoming)
        : DecisionContent.isSaid(stored, incoming);
  }

  private static void composition(Composition incoming, Composition stored, Write write) {
    if (write.caller().isAi()) {
      throw Refusal.forbidden(
          "An AI takes no part in a decision as one of the two who take it, and writes none down");
    }
    if (!Decision.is(incoming) || (stored != null && !Decision.is(stored))) {
      throw Refusal.businessRule(
          "Composition.type",
          "Composition.type: a shared decision stays one, and nothing else becomes one");
    }
    DecisionLife.refuseForeignSignatures(stored, incoming);
    Decision.pointToNow(incoming);
    if (stored == null) {
      requireStatus(incoming, CompositionStatus.PRELIMINARY);
      Breach.refuse(changesOfOthers(incoming, write));
      tellState(incoming, write);
      return;
    }
    boolean isMistake =
        stored.getStatus() == CompositionStatus.PRELIMINARY
            && incoming.getStatus() == CompositionStatus.ENTEREDINERROR
            && !stored.hasAttester()
            && !wasSigned(stored, write);
    if (!DecisionContent.isSame(stored, incoming)
        || (incoming.getStatus() != stored.getStatus() && !isMistake)) {
      // Not even a draft: of two who write at once, one would not learn of the other.
      throw Refusal.businessRule(
          incoming.getStatus() == stored.getStatus() ? "Composition" : "Composition.status",
          "Composition: a decision on record is not changed by a plain write, nor made final by one"
              + BY_OPERATION);
    }
    // A client that knows nothing of signatures leaves them out; they stay.
    incoming.setAttester(DecisionLife.signatures(stored));
    incoming.setDateElement(stored.getDateElement().copy());
    tellState(incoming, write);
  }

  /** Whether any version bore a signature: what one side signed, the other does not annul alone. */
  private static boolean wasSigned(Composition decision, Write write) {
    return write
        .record()
        .referringTo(Provenance.class, "target", decision.getIdElement().toUnqualifiedVersionless())
        .stream()
        .anyMatch(DecisionWrites::isSignature);
  }

  /** Whether it says that somebody stands for what it is about. */
  private static boolean isSignature(Provenance provenance) {
    return provenance.hasSignature()
        || Stream.concat(
                Stream.of(provenance.getActivity()),
                provenance.getAgent().stream()
                    .flatMap(
                        agent ->
                            Stream.concat(Stream.of(agent.getType()), agent.getRole().stream())))
            .flatMap(concept -> concept.getCoding().stream())
            .anyMatch(coding -> SIGNING.contains(coding.getCode()));
  }

  /** The story of a decision is the server's: who changed and who signed which version. */
  private static void requireOwnStory(Provenance incoming, Provenance stored, Write write) {
    boolean isForged =
        (stored != null && isOfDecision(stored, write))
            || (incoming != null && isSignature(incoming) && isOfDecision(incoming, write));
    if (isForged) {
      throw Refusal.businessRule(
          "Provenance.target",
          "Provenance.target: the server alone tells who changed and who signed a decision; each signs for themselves"
              + BY_OPERATION);
    }
  }

  private static boolean isOfDecision(Provenance provenance, Write write) {
    Finder finder = new RecordFinder(write);
    return provenance.getTarget().stream()
        .flatMap(target -> finder.find(Resource.class, target).stream())
        .anyMatch(one -> belongs(one, write));
  }

  /** A decision, what it chooses from, and its text. */
  private static boolean belongs(Resource resource, Write write) {
    return Decision.is(resource)
        || isPublished(resource)
        || (Decision.isOption(resource) && isOfDecision(resource, write));
  }

  /** What the narrative says of the state is the server's, also where all else stays. */
  private static void tellState(Composition decision, Write write) {
    Patient patient =
        write
            .record()
            .find(decision.getSubject())
            .filter(Patient.class::isInstance)
            .map(Patient.class::cast)
            .orElseGet(Patient::new);
    DecisionText.tellState(decision, DecisionWords.of(patient, decision.getLanguage()));
  }

  private static List<Breach> changesOfOthers(Composition incoming, Write write) {
    return DecisionContent.changesOfOthers(
        null,
        incoming,
        Side.of(write.caller()),
        who ->
            write
                .caller()
                .person()
                .map(IdType::toUnqualifiedVersionless)
                .filter(self -> self.getValue().equals(who.getReference()))
                .isPresent());
  }

  private static void requireStatus(Composition incoming, CompositionStatus status) {
    if (incoming.getStatus() != status) {
      throw Refusal.businessRule(
          "Composition.status",
          "Composition.status: only the signatures of both make a decision final; by a plain write it is %s"
                  .formatted(status.toCode())
              + BY_OPERATION);
    }
  }

  private static void option(CarePlan incoming, CarePlan stored) {
    if (!Decision.isOption(incoming)) {
      throw Refusal.businessRule(
          "CarePlan.intent",
          "CarePlan.intent: an option of a decision stays one; what is chosen becomes a plan of its own");
    }
    if (!DecisionContent.isSame(stored, incoming)) {
      throw Refusal.businessRule(
          "CarePlan",
          "CarePlan: the option belongs to a decision, which both sides sign as it is"
              + BY_OPERATION);
    }
  }

  private static boolean isOfDecision(Resource option, Write write) {
    return decisionsWith(option, write).findAny().isPresent();
  }

  private static Stream<Composition> decisionsWith(Resource resource, Write write) {
    return write
        .record()
        .referringTo(Composition.class, "entry", resource.getIdElement().toUnqualifiedVersionless())
        .stream()
        .filter(Decision::is);
  }

  private static boolean isPublished(Resource resource) {
    return resource instanceof DocumentReference document
        && document.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.SHARED_DECISION);
  }

  /** The text of a decision is the server's, and it is there only of what both have signed. */
  private static void refusePublishing(Resource incoming, Resource stored, Write write) {
    // An operation of another feature may write a document that a client sends.
    boolean isOurs =
        write.byOperation()
            && incoming instanceof DocumentReference document
            && (isPublished(stored) || isOfSigned(document, write));
    if (!isOurs) {
      throw Refusal.businessRule(
          "DocumentReference.type",
          "DocumentReference.type: the server alone writes the text of a shared decision, when both have signed it"
              + BY_OPERATION);
    }
  }

  private static boolean isOfSigned(DocumentReference document, Write write) {
    return document.getContext().getRelated().stream()
        .flatMap(one -> write.record().find(one).stream())
        .filter(Decision::is)
        .map(Composition.class::cast)
        .filter(DecisionLife::isFinal)
        .flatMap(decision -> Side.CLINICIAN.signature(decision).stream())
        .anyMatch(
            signature ->
                Objects.equals(
                    signature.getParty().getReference(),
                    document.getAuthenticator().getReference()));
  }

  /** By then references to other entries of the same transaction lead to their ids. */
  @Override
  public void afterStore(Resource stored, Resource before, Write write) {
    if (write.byOperation()) {
      return;
    }
    if (stored instanceof Provenance provenance) {
      requireOwnStory(provenance, (Provenance) before, write);
    }
    if (stored instanceof Composition composition && before == null && Decision.is(stored)) {
      DecisionRules.requireBounded(composition);
      Finder finder = new RecordFinder(write);
      Breach.refuse(DecisionRules.check(Decision.read(composition, finder), scores, Set.of()));
      requireOwnOptions(composition, write);
    }
    if (stored instanceof Observation score && SureScore.isScore(score)) {
      requireRight(score, new RecordFinder(write));
    }
    if (stored instanceof QuestionnaireResponse answers
        && before != null
        && SureScore.isAnswered(answers)) {
      requireCountedAsBefore(answers, before, write);
    }
  }

  private static void requireOwnOptions(Composition composition, Write write) {
    Decision.entries(composition, Sections.OPTIONS)
        .filter(option -> isOfAnother(option, composition, write))
        .forEach(
            option -> {
              throw Refusal.businessRule(
                  Sections.at(Sections.OPTIONS) + ".entry",
                  option.getReference()
                      + " belongs to another decision; write it anew for this one");
            });
  }

  private static boolean isOfAnother(Reference option, Composition composition, Write write) {
    return write
        .record()
        .referringTo(Composition.class, "entry", new IdType(option.getReference()))
        .stream()
        .filter(Decision::is)
        .anyMatch(
            other ->
                !other.getIdElement().getIdPart().equals(composition.getIdElement().getIdPart()));
  }

  private void requireRight(Observation score, Finder finder) {
    Optional<QuestionnaireResponse> answers =
        finder.find(QuestionnaireResponse.class, score.getDerivedFromFirstRep());
    if (answers.isEmpty() || !scores.isRight(score, answers.get())) {
      throw Refusal.businessRule(
          "Observation.value",
          "Observation.value: the score is what the answers that it is derived from give"
              + answers.map(one -> ", which is " + scores.of(one)).orElse(""));
    }
  }

  /** Answers that were counted stay; who feels otherwise now answers anew. */
  private static void requireCountedAsBefore(
      QuestionnaireResponse answers, Resource before, Write write) {
    boolean isCounted =
        !DecisionContent.isSaid(before, answers)
            && write
                .record()
                .referringTo(
                    Observation.class,
                    "derived-from",
                    answers.getIdElement().toUnqualifiedVersionless())
                .stream()
                .anyMatch(SureScore::isScore);
    if (isCounted) {
      throw Refusal.businessRule(
          "QuestionnaireResponse.item",
          "QuestionnaireResponse.item: these answers were counted for a decision and stay as they are; answer anew");
    }
  }

  @Override
  public void beforeDelete(Resource stored, Write write) {
    if (stored instanceof Provenance provenance && isOfDecision(provenance, write)) {
      throw Refusal.conflict(
          "Provenance",
          "Who changed and who signed a decision stays in its story; it is not deleted");
    }
    if (belongs(stored, write)) {
      throw Refusal.conflict(
          stored.fhirType(),
          "A decision, its options and its text are not deleted: they tell what was decided, and by whom. A draft that"
              + " nobody has signed is marked as entered-in-error");
    }
  }

  /**
   * Everything that stands in the record, whoever writes: a rule holds no less for who sees less.
   */
  private record RecordFinder(Write write) implements Finder {
    @Override
    public <T extends Resource> Optional<T> find(Class<T> type, Reference reference) {
      return Stream.concat(
              write.record().find(reference).stream(), write.record().entriesAt(reference))
          .filter(type::isInstance)
          .map(type::cast)
          .findFirst();
    }
  }
}
