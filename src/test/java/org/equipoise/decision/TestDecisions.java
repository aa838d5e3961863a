package org.equipoise.decision;

import java.util.List;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanIntent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalLifecycleStatus;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.UriType;

/** Object mother: what the two sides of a decision send. */
public final class TestDecisions {

  public static final String WORDS =
      "Mi madre tuvo un derrame.  Yo no quiero eso\u2026 \u00a1nunca!";

  private TestDecisions() {}

  /** What a call sends: the decision and all that is new with it. */
  public static final class Draft {

    public final Bundle bundle = new Bundle().setType(Bundle.BundleType.COLLECTION);
    public final Composition composition;
    public final CarePlan medicine;
    public final CarePlan waiting;
    public final Goal goal;

    private Draft(String patient, String clinician, String custodian) {
      medicine = option(patient, "active-treatment", "Take a blood thinner", 985, 20);
      waiting = option(patient, "watchful-waiting", "Take no pill for now", 960, 5);
      goal = goal(patient, "Go on swimming with my grandson");
      composition = composition(patient, clinician, custodian);
      bundle.addEntry().setFullUrl(url()).setResource(composition);
      String one = add(medicine);
      String other = add(waiting);
      section("options").addEntry(new Reference(one));
      section("options").addEntry(new Reference(other));
      section("preferences").addEntry(new Reference(add(goal)));
      section("decision").addEntry(new Reference(one));
    }

    /** Adds a new resource. */
    public String add(Resource resource) {
      String url = url();
      bundle.addEntry().setFullUrl(url).setResource(resource);
      return url;
    }

    public SectionComponent section(String code) {
      return TestDecisions.section(composition, code);
    }

    public Draft without(String code) {
      composition.getSection().remove(section(code));
      return this;
    }

    public Parameters call() {
      Parameters call = new Parameters();
      call.addParameter().setName("decision").setResource(bundle);
      return call;
    }

    public Parameters signed() {
      return sign(call());
    }
  }

  public static Parameters sign(Parameters call) {
    call.addParameter().setName("attest").setValue(new BooleanType(true));
    return call;
  }

  /**
   * A new decision with everything that it needs.
   *
   * @param clinician e.g. {@code Practitioner/1}
   */
  public static Draft draft(String patient, String clinician, String custodian) {
    return new Draft(patient, clinician, custodian);
  }

  /** What stands in the record, sent again. */
  public static Parameters again(Composition decision, Resource... others) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.COLLECTION);
    bundle.addEntry().setResource(decision);
    for (Resource other : others) {
      bundle.addEntry().setResource(other);
    }
    Parameters call = new Parameters();
    call.addParameter().setName("decision").setResource(bundle);
    return call;
  }

  public static SectionComponent section(Composition decision, String code) {
    return decision.getSection().stream()
        .filter(one -> code.equals(one.getCode().getCodingFirstRep().getCode()))
        .findFirst()
        .orElseThrow();
  }

  private static Composition composition(String patient, String clinician, String custodian) {
    Composition decision = new Composition().setStatus(CompositionStatus.PRELIMINARY);
    decision.setType(concept("document-type", "shared-decision"));
    decision.setSubject(new Reference("Patient/" + patient));
    decision.setDateElement(new DateTimeType("2026-11-22T09:00:00Z"));
    decision.addAuthor(new Reference("Patient/" + patient));
    decision.addAuthor(new Reference(clinician));
    decision.setCustodian(new Reference(custodian));
    decision.setTitle("A blood thinner or not");
    say(decision, "question", "Should I take a blood thinner?");
    say(decision, "options", "Take one each day, or wait and look again in three months.");
    say(decision, "preferences", "She fears a stroke more than a bruise.");
    words(decision, "es", WORDS);
    say(decision, "ai-influence", "Nobody asked an AI.")
        .addExtension(Canonical.Extension.AI_INFLUENCE, concept("ai-influence", "none"));
    Extension control = new Extension(Canonical.Extension.DECISION_CONTROL);
    control.addExtension("preferred", concept("decision-control", "shared"));
    control.addExtension("actual", concept("decision-control", "shared"));
    say(decision, "control", "They talked it over.").addExtension(control);
    say(decision, "decision", "She takes the blood thinner.");
    return decision;
  }

  public static SectionComponent say(Composition decision, String code, String words) {
    SectionComponent section = decision.addSection().setCode(concept("section", code));
    section.getText().setStatus(NarrativeStatus.ADDITIONAL);
    section
        .getText()
        .setDivAsString("<div xmlns=\"http://www.w3.org/1999/xhtml\">" + words + "</div>");
    return section;
  }

  /** The patient's words in their language. */
  public static void words(Composition decision, String language, String words) {
    decision
        .getSection()
        .removeIf(one -> "patient-words".equals(one.getCode().getCodingFirstRep().getCode()));
    say(decision, "patient-words", "")
        .getText()
        .setDivAsString(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"%s\">%s</div>"
                .formatted(language, words));
  }

  public static SectionComponent dissent(Composition decision, String author, String words) {
    SectionComponent section = say(decision, "dissent", words);
    section.addAuthor(new Reference(author));
    return section;
  }

  /** An option with a benefit and a harm, counted among 1000. */
  public static CarePlan option(String patient, String kind, String title, int good, int bad) {
    CarePlan option =
        new CarePlan()
            .setStatus(CarePlanStatus.DRAFT)
            .setIntent(CarePlanIntent.OPTION)
            .setSubject(new Reference("Patient/" + patient))
            .setTitle(title)
            .setDescription(title + ". We look at it again in three months.");
    option.addCategory(concept("option-kind", kind));
    option.addExtension(outcome("benefit", "You have no stroke", good, 1000));
    option.addExtension(outcome("harm", "You bleed and need a hospital", bad, 1000));
    return option;
  }

  public static Extension outcome(String kind, String what, int count, int people) {
    Extension outcome = new Extension(Canonical.Extension.OUTCOME_ESTIMATE);
    outcome.addExtension("kind", concept("outcome-kind", kind));
    outcome.addExtension("description", new StringType(what));
    Ratio ratio = new Ratio();
    ratio.getNumerator().setValue(count);
    ratio.getDenominator().setValue(people);
    outcome.addExtension("outcomeOf", ratio);
    outcome.addExtension(
        "timeframe",
        new Duration()
            .setValue(1)
            .setUnit("year")
            .setSystem("http://unitsofmeasure.org")
            .setCode("a"));
    outcome.addExtension("source", new UriType("https://example.org/leaflet"));
    return outcome;
  }

  public static Goal goal(String patient, String text) {
    Goal goal = new Goal().setLifecycleStatus(GoalLifecycleStatus.ACTIVE);
    goal.setDescription(new CodeableConcept().setText(text));
    goal.setSubject(new Reference("Patient/" + patient));
    return goal.setExpressedBy(new Reference("Patient/" + patient));
  }

  /** What the patient prefers, said as an Observation; LOINC 81338-6. */
  public static Observation preference(String patient, String text) {
    Observation preference = new Observation().setStatus(ObservationStatus.FINAL);
    preference.setCode(
        new CodeableConcept(
            new Coding()
                .setSystem(Canonical.System.LOINC)
                .setCode("81338-6")
                .setDisplay("Patient Goals, preferences, and priorities for care experience")));
    preference
        .addCategory()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/observation-category")
        .setCode("social-history");
    preference.setSubject(new Reference("Patient/" + patient));
    preference.addPerformer(new Reference("Patient/" + patient));
    preference.setValue(new StringType(text));
    return preference;
  }

  /** Answers to the four questions: {@code Y} or {@code N} each. */
  public static QuestionnaireResponse answers(String patient, String... answers) {
    QuestionnaireResponse response = new QuestionnaireResponse();
    response
        .setQuestionnaire(Canonical.DECISION_CONFLICT_QUESTIONNAIRE)
        .setStatus(QuestionnaireResponseStatus.COMPLETED)
        .setSubject(new Reference("Patient/" + patient))
        .setSource(new Reference("Patient/" + patient))
        .setAuthoredElement(new DateTimeType("2026-11-22T09:05:00Z"));
    List<String> questions = List.of("sure", "informed", "values", "support");
    for (int i = 0; i < answers.length; i++) {
      response
          .addItem()
          .setLinkId(questions.get(i))
          .addAnswer()
          .setValue(
              new Coding()
                  .setSystem("http://terminology.hl7.org/CodeSystem/v2-0136")
                  .setCode(answers[i]));
    }
    return response;
  }

  /** A score that is sent with answers. */
  public static Observation score(String patient, int score, String answers) {
    Observation observation = new Observation().setStatus(ObservationStatus.FINAL);
    observation.setCode(concept("observation", "sure-score"));
    observation.setSubject(new Reference("Patient/" + patient));
    observation.setEffective(new DateTimeType("2026-11-22T09:05:00Z"));
    observation.setValue(new org.hl7.fhir.r4.model.IntegerType(score));
    observation.addDerivedFrom(new Reference(answers));
    return observation;
  }

  public static CodeableConcept concept(String system, String code) {
    return new CodeableConcept(
        new Coding().setSystem(Canonical.BASE + "/CodeSystem/" + system).setCode(code));
  }

  private static String url() {
    return "urn:uuid:" + UUID.randomUUID();
  }
}
