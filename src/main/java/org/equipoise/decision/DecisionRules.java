package org.equipoise.decision;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * What the record of a shared decision must say, rule by rule, after BRAN (benefits, risks,
 * alternatives, nothing) of the Shared Decision Making Standard of PRSB and NHS England. Pure.
 */
final class DecisionRules {

  /** Kinds of option that are to do nothing. */
  private static final Set<String> NOTHING = Set.of("no-treatment", "watchful-waiting");

  private static final String NONE = "none";

  static final int MOST_ENTRIES = 50;

  /** Units of time, in UCUM. */
  private static final Set<String> TIMES = Set.of("a", "mo", "wk", "d", "h", "min", "s");

  private final Decision decision;
  private final Composition composition;
  private final SureScore scores;
  private final List<Breach> breaches = new ArrayList<>();

  private DecisionRules(Decision decision, SureScore scores) {
    this.decision = decision;
    this.composition = decision.composition();
    this.scores = scores;
  }

  /**
   * What is wrong with a decision; empty where nothing is.
   *
   * @param known references that an earlier version had already: whoever changes a decision need
   *     not see everything that it names
   */
  static List<Breach> check(Decision decision, SureScore scores, Set<String> known) {
    DecisionRules rules = new DecisionRules(decision, scores);
    rules.people(known);
    rules.bothAuthors();
    rules.question();
    rules.options(known);
    rules.outcomes();
    rules.preferences(known);
    rules.patientWords();
    rules.ai(known);
    rules.control();
    rules.choice();
    rules.score();
    return rules.breaches;
  }

  /**
   * Refuses a decision that refers to more than anybody weighs, before all of it is looked up.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422
   */
  static void requireBounded(Composition composition) {
    Breach.refuse(
        composition.getSection().stream()
            .filter(section -> section.getEntry().size() > MOST_ENTRIES)
            .map(
                section ->
                    new Breach(
                        "too-many",
                        "Composition.section.entry",
                        "A section refers to at most %d, here are %d"
                            .formatted(MOST_ENTRIES, section.getEntry().size())))
            .toList());
  }

  private void breach(String rule, String element, String sentence) {
    breaches.add(new Breach(rule, element, sentence));
  }

  private void bothAuthors() {
    for (Side side : Side.values()) {
      if (composition.getAuthor().stream()
          .noneMatch(author -> Side.of(author).filter(side::equals).isPresent())) {
        breach(
            "both-authors",
            "Composition.author",
            side == Side.PATIENT
                ? "Name the patient, or who stands for them, as an author: the decision is theirs too"
                : "Name the clinician as an author: a Practitioner or PractitionerRole");
      }
    }
  }

  private void question() {
    if (isSilent(Sections.of(composition, Sections.QUESTION))) {
      breach("question", Sections.at(Sections.QUESTION), "Say in words what there is to decide");
    }
  }

  private static boolean isSilent(Optional<SectionComponent> section) {
    return section
        .map(one -> one.getText().getDiv())
        .filter(div -> div != null && !PlainText.of(div).isBlank())
        .isEmpty();
  }

  private void options(Set<String> known) {
    long options =
        Decision.entries(composition, Sections.OPTIONS).map(Decision::key).distinct().count();
    if (options < 2) {
      breach(
          "two-options",
          Sections.at(Sections.OPTIONS) + ".entry",
          "A choice has at least two options; name what else could be done, and doing nothing");
    }
    requireKnown(Sections.OPTIONS, known);
    decision.sources().values().forEach(one -> requireNotOfAnother(one, Sections.OPTIONS));
    for (CarePlan option : decision.options().values()) {
      if (!Decision.isOption(option)) {
        breach(
            "an-option",
            Sections.at(Sections.OPTIONS) + ".entry",
            "%s is no option: its intent is option, and a category says which kind (option-kind)"
                .formatted(name(option)));
      }
      requireSamePatient(option, option.getSubject(), Sections.OPTIONS);
    }
    boolean nothing =
        decision.options().values().stream()
            .anyMatch(
                option ->
                    Sections.codes(option.getCategory(), Set.of(Canonical.System.OPTION_KIND))
                        .anyMatch(NOTHING::contains));
    if (!nothing && options > 1 && decision.options().size() == options) {
      breach(
          "do-nothing",
          Sections.at(Sections.OPTIONS) + ".entry",
          "One option is to do nothing, or to wait (category no-treatment or watchful-waiting), with what it can"
              + " bring; without it there is no telling what the others are worth");
    }
  }

  private void requireKnown(String section, Set<String> known) {
    decision.unknown().getOrDefault(section, List.of()).stream()
        .filter(reference -> !known.contains(reference))
        .forEach(
            reference ->
                breach(
                    "known",
                    Sections.at(section) + ".entry",
                    "%s is not known, or is nothing that belongs here".formatted(reference)));
  }

  /** Whoever is named as patient, or as standing for one, is this patient, or stands for them. */
  private void people(Set<String> known) {
    Set<String> told = new HashSet<>();
    decision
        .told()
        .forEach(
            resource ->
                Decision.references(resource).stream()
                    .filter(one -> !isThePatients(one, known))
                    .filter(one -> told.add(resource.fhirType() + " " + one.getReference()))
                    .forEach(
                        one ->
                            breach(
                                "same-patient",
                                resource.fhirType(),
                                "%s is not the patient of this decision, and is not known to stand for them"
                                    .formatted(one.getReference()))));
  }

  private boolean isThePatients(Reference reference, Set<String> known) {
    String type = String.valueOf(reference.getReferenceElement().getResourceType());
    if (type.equals("Patient")) {
      return isThePatient(reference);
    }
    if (!type.equals(Decision.RELATED_PERSON)) {
      return true;
    }
    RelatedPerson person = decision.standIns().get(Decision.key(reference));
    return person == null
        ? known.contains(Decision.key(reference))
        : isThePatient(person.getPatient());
  }

  private boolean isThePatient(Reference patient) {
    return Objects.equals(
        patient.getReferenceElement().getIdPart(),
        composition.getSubject().getReferenceElement().getIdPart());
  }

  /** What is looked at may be nobody's, such as a guideline; it is not another patient's. */
  private void requireNotOfAnother(Resource resource, String section) {
    Stream.of("subject", "patient")
        .flatMap(name -> Stream.ofNullable(resource.getChildByName(name)))
        .flatMap(property -> property.getValues().stream())
        .filter(Reference.class::isInstance)
        .map(Reference.class::cast)
        .filter(one -> "Patient".equals(one.getReferenceElement().getResourceType()))
        .filter(one -> !isThePatient(one))
        .findFirst()
        .ifPresent(one -> requireSamePatient(resource, one, section));
  }

  private void requireSamePatient(Resource resource, Reference subject, String section) {
    if (!Objects.equals(
        subject.getReferenceElement().getIdPart(),
        composition.getSubject().getReferenceElement().getIdPart())) {
      breach(
          "same-patient",
          Sections.at(section) + ".entry",
          "%s is about another patient".formatted(name(resource)));
    }
  }

  private static String name(Resource resource) {
    return resource instanceof CarePlan option && option.hasTitle()
        ? "'" + option.getTitle() + "'"
        : resource.fhirType();
  }

  private void outcomes() {
    Set<BigDecimal> people = new TreeSet<>();
    for (CarePlan option : decision.options().values()) {
      for (OutcomeEstimate outcome : OutcomeEstimate.of(option)) {
        outcome(option, outcome);
        outcome.people().ifPresent(people::add);
      }
    }
    if (people.size() > 1) {
      breach(
          "one-denominator",
          "CarePlan.extension('%s')".formatted(Canonical.Extension.OUTCOME_ESTIMATE),
          "Count all outcomes of a decision among equally many people, such as 1000; here are %s. 9 of 100 looks less"
                  .formatted(
                      people.stream()
                          .map(BigDecimal::toPlainString)
                          .collect(Collectors.joining(" and ")))
              + " than 50 of 1000");
    }
  }

  private void outcome(CarePlan option, OutcomeEstimate outcome) {
    String at = "CarePlan.extension('%s')".formatted(Canonical.Extension.OUTCOME_ESTIMATE);
    String what = "%s, '%s'".formatted(name(option), outcome.description());
    if (outcome.mustBeCounted() && outcome.frequency().isEmpty()) {
      breach(
          "natural-frequency",
          at,
          what
              + ": say of how many people how many have it (outcomeOf, such as 20 of 1000). A relative risk alone, such"
              + " as half as many, does not tell whether that is much");
    }
    if (outcome.frequency().filter(one -> !OutcomeEstimate.isNaturalFrequency(one)).isPresent()) {
      breach(
          "natural-frequency",
          at,
          what
              + ": outcomeOf is a whole number of people out of a whole number of people, without a unit: no percentage"
              + " and no fraction");
    }
    if (outcome.timeframe().filter(time -> !isTime(time)).isPresent()) {
      breach(
          "timeframe",
          at,
          what + ": timeframe is a length of time in UCUM, such as 1 a (year), 6 mo, 2 wk or 10 d");
    }
    if (outcome.mustBeCounted() && outcome.source().isEmpty()) {
      breach("source", at, what + ": say where the number is from (source)");
    }
  }

  private static boolean isTime(Duration time) {
    return time.hasValue()
        && time.getValue().signum() > 0
        && Canonical.System.UCUM.equals(time.getSystem())
        && time.hasCode()
        && TIMES.contains(time.getCode());
  }

  private void preferences(Set<String> known) {
    if (Decision.entries(composition, Sections.PREFERENCES).findAny().isEmpty()) {
      breach(
          "preferences",
          Sections.at(Sections.PREFERENCES) + ".entry",
          "Say what matters to the patient: an Observation of what they prefer, or a Goal");
    }
    requireKnown(Sections.PREFERENCES, known);
    decision
        .preferences()
        .values()
        .forEach(
            one ->
                requireSamePatient(
                    one,
                    one instanceof Goal goal ? goal.getSubject() : ((Observation) one).getSubject(),
                    Sections.PREFERENCES));
    if (decision.preferences().values().stream()
        .anyMatch(one -> one instanceof Observation score && SureScore.isScore(score))) {
      breach(
          "own-score",
          Sections.at(Sections.PREFERENCES) + ".entry",
          "How sure the patient is stands in the section conflict alone, where the server counts it");
    }
  }

  private void patientWords() {
    Optional<SectionComponent> words = Sections.of(composition, Sections.PATIENT_WORDS);
    if (isSilent(words)) {
      breach(
          "patient-words",
          Sections.at(Sections.PATIENT_WORDS),
          "Let the patient say it in their own words");
      return;
    }
    if (language(words.get().getText().getDiv()).isEmpty()) {
      breach(
          "words-language",
          Sections.at(Sections.PATIENT_WORDS) + ".text",
          "Say in which language the patient's words are: xml:lang on the text, a language tag such as es; lang, where"
              + " it stands too, says the same");
    }
  }

  /** The language of a text, as {@code xml:lang} says it. */
  static Optional<Locale> language(XhtmlNode text) {
    String language = text.getAttribute("xml:lang");
    String html = text.getAttribute("lang");
    if (language == null || (html != null && !html.equals(language))) {
      return Optional.empty();
    }
    return Optional.of(Locale.forLanguageTag(language))
        .filter(locale -> !locale.getLanguage().isEmpty());
  }

  private void ai(Set<String> known) {
    Optional<String> influence = Sections.aiInfluence(composition);
    if (influence.isEmpty()) {
      breach(
          "ai-stated",
          Sections.at(Sections.AI_INFLUENCE),
          "Say what part an AI had in the decision (extension ai-influence); where it had none, say none");
      return;
    }
    boolean names = Decision.entries(composition, Sections.AI_INFLUENCE).findAny().isPresent();
    if (influence.get().equals(NONE) == names) {
      breach(
          "ai-named",
          Sections.at(Sections.AI_INFLUENCE) + ".entry",
          names
              ? "The influence is stated as none, and yet an AI is named"
              : "Name the AI document or the AI (Device) that had a part in it");
    }
    requireKnown(Sections.AI_INFLUENCE, known);
    decision
        .ais()
        .forEach(
            (reference, one) -> {
              requireNotOfAnother(one, Sections.AI_INFLUENCE);
              if (!isAi(one)) {
                breach(
                    "ai-named",
                    Sections.at(Sections.AI_INFLUENCE) + ".entry",
                    reference + " is neither an AI nor a document that an AI wrote");
              }
            });
    if (influence.get().equals(NONE)) {
      hidden()
          .forEach(
              what ->
                  breach(
                      "ai-stated",
                      Sections.at(Sections.AI_INFLUENCE),
                      "The influence is stated as none, but " + what + " is from an AI"));
    }
  }

  /** What stems from an AI although none is named. */
  private Stream<String> hidden() {
    return Stream.concat(
        decision
            .told()
            .flatMap(
                one ->
                    Stream.concat(Stream.of(one), ((DomainResource) one).getContained().stream()))
            .filter(one -> !(one instanceof Composition) && isAi(one))
            .map(DecisionRules::name),
        decision.sources().entrySet().stream()
            .filter(source -> isAi(source.getValue()))
            .map(Map.Entry::getKey));
  }

  static boolean isAi(Resource resource) {
    return resource instanceof Device device
        ? device
            .getType()
            .hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE)
        : AiDocument.isLabelled(resource, Canonical.AIAST);
  }

  private void control() {
    for (String which : List.of("preferred", "actual")) {
      if (Sections.control(composition, which).isEmpty()) {
        breach(
            "control",
            Sections.at(Sections.CONTROL),
            which.equals("preferred")
                ? "Say who was to decide, as the patient wished (decision-control, preferred)"
                : "Say who did decide (decision-control, actual)");
      }
    }
  }

  private void choice() {
    List<String> chosen =
        Decision.entries(composition, Sections.DECISION).map(Decision::key).toList();
    boolean isOption =
        Decision.entries(composition, Sections.OPTIONS)
            .map(Decision::key)
            .toList()
            .containsAll(chosen);
    if (Sections.of(composition, Sections.DECISION).isPresent()
        && (chosen.size() != 1 || !isOption)) {
      breach(
          "chosen-option",
          Sections.at(Sections.DECISION) + ".entry",
          "What was chosen is one of the options; leave the section out where the decision was put off");
    }
  }

  private void score() {
    if (Sections.of(composition, Sections.CONFLICT).isEmpty()) {
      return;
    }
    String at = Sections.at(Sections.CONFLICT) + ".entry";
    if (decision.score().filter(SureScore::isScore).isEmpty() || decision.answers().isEmpty()) {
      breach(
          "own-score",
          at,
          "How sure the patient is stands in an Observation coded sure-score that is counted from answers to"
              + " Questionnaire/decision-conflict: give the answers, and the server counts them");
      return;
    }
    requireSamePatient(
        decision.score().get(), decision.score().get().getSubject(), Sections.CONFLICT);
    requireSamePatient(
        decision.answers().get(), decision.answers().get().getSubject(), Sections.CONFLICT);
    if (!scores.isRight(decision.score().get(), decision.answers().get())) {
      breach(
          "own-score",
          at,
          "The score is not what the answers give, which is "
              + scores.of(decision.answers().get())
              + "; leave it out, and the server counts it");
    }
  }

  /**
   * What is missing before a decision that breaks no rule may be signed: codes of {@code
   * decision-missing}.
   */
  static List<String> incomplete(Decision decision) {
    List<String> missing = new ArrayList<>();
    if (decision.options().values().stream()
        .anyMatch(option -> !isNothing(option) && !tells(option, OutcomeEstimate.BENEFIT))) {
      missing.add("benefits");
    }
    // To do nothing harms, too: what happens then is what the others are weighed against.
    if (decision.options().values().stream()
        .anyMatch(option -> !tells(option, OutcomeEstimate.HARM))) {
      missing.add("harms");
    }
    return missing;
  }

  private static boolean isNothing(CarePlan option) {
    return Sections.codes(option.getCategory(), Set.of(Canonical.System.OPTION_KIND))
        .anyMatch(NOTHING::contains);
  }

  private static boolean tells(CarePlan option, String kind) {
    return OutcomeEstimate.of(option).stream().anyMatch(outcome -> outcome.kind().equals(kind));
  }
}
