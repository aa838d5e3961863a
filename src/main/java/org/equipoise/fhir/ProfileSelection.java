package org.equipoise.fhir;

import static org.equipoise.fhir.Definitions.unversioned;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;

/**
 * Which of our profiles a resource must meet, read from the resource itself: a writer need not know
 * our profiles, and cannot get round one by not naming it. The same table stands in {@code
 * docs/profiles.md}.
 */
public final class ProfileSelection {

  /**
   * One line of the table.
   *
   * @param trigger what makes the profile count, in words
   * @param profile canonical address of the profile
   * @param applies the same as {@code trigger}, for the program
   */
  public record Rule(String trigger, String profile, Predicate<Resource> applies) {}

  /** The table; the first line that applies counts. */
  public static final List<Rule> RULES =
      List.of(
          new Rule(
              "DocumentReference typed ai-explanation (document-type)",
              Canonical.Profile.EXPLANATION,
              when(
                  DocumentReference.class,
                  document ->
                      document
                          .getType()
                          .hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION))),
          new Rule(
              "DocumentReference typed AIModelCard (AIinputsCS)",
              Canonical.Profile.MODEL_CARD,
              when(
                  DocumentReference.class,
                  document ->
                      document
                          .getType()
                          .hasCoding(Canonical.System.AI_INPUTS, Canonical.AI_MODEL_CARD))),
          new Rule(
              "DocumentReference typed about-me (document-type)",
              Canonical.Profile.ABOUT_ME,
              when(
                  DocumentReference.class,
                  document ->
                      document
                          .getType()
                          .hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.ABOUT_ME))),
          new Rule(
              "any other DocumentReference labelled AIAST (meta.security)",
              Canonical.Profile.AI_DOCUMENT,
              when(
                  DocumentReference.class,
                  document ->
                      document
                              .getMeta()
                              .getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)
                          != null)),
          new Rule(
              "any other DocumentReference typed second-opinion-note (document-type)",
              Canonical.Profile.SECOND_OPINION_NOTE,
              when(
                  DocumentReference.class,
                  document ->
                      document
                          .getType()
                          .hasCoding(
                              Canonical.System.DOCUMENT_TYPE, Canonical.SECOND_OPINION_NOTE))),
          new Rule(
              "Provenance with an agent whose role is Artificial-Intelligence (AIdeviceTypeCS), or who is a contained"
                  + " Device of that type",
              Canonical.Profile.AI_PROVENANCE,
              when(
                  Provenance.class,
                  provenance -> provenance.getAgent().stream().anyMatch(ProfileSelection::isAi))),
          new Rule(
              "Device typed Artificial-Intelligence (AIdeviceTypeCS)",
              Canonical.Profile.AI_DEVICE,
              when(Device.class, device -> isAi(device.getType()))),
          new Rule(
              "Consent with a provision whose purpose is of ai-purpose",
              Canonical.Profile.AI_USE_CONSENT,
              when(
                  Consent.class,
                  consent ->
                      purposes(consent.getProvision()).anyMatch(ProfileSelection::isAiPurpose))),
          new Rule(
              "Consent under the policy second-opinion-sharing",
              Canonical.Profile.SECOND_OPINION_SHARING,
              when(
                  Consent.class,
                  consent ->
                      consent.getPolicy().stream()
                          .anyMatch(
                              policy ->
                                  Canonical.SECOND_OPINION_SHARING_POLICY.equals(
                                      policy.getUri())))),
          new Rule(
              "ServiceRequest of the category second-opinion (task)",
              Canonical.Profile.SECOND_OPINION,
              when(
                  ServiceRequest.class,
                  request ->
                      request.getCategory().stream()
                          .anyMatch(
                              category ->
                                  category.hasCoding(
                                      Canonical.System.TASK, Canonical.SECOND_OPINION)))),
          new Rule(
              "Task coded unusual-access (task)",
              Canonical.Profile.UNUSUAL_ACCESS_TASK,
              UnusualAccessRecords::isTask),
          new Rule(
              "Composition typed ai-story (document-type)",
              Canonical.Profile.AI_STORY,
              when(
                  Composition.class,
                  composition ->
                      composition
                          .getType()
                          .hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_STORY))),
          new Rule(
              "Composition typed access-report (document-type)",
              Canonical.Profile.ACCESS_REPORT,
              when(
                  Composition.class,
                  composition ->
                      composition
                          .getType()
                          .hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.ACCESS_REPORT))),
          new Rule(
              "Composition typed shared-decision (document-type)",
              Canonical.Profile.SHARED_DECISION,
              when(
                  Composition.class,
                  composition ->
                      composition
                          .getType()
                          .hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.SHARED_DECISION))),
          new Rule(
              "CarePlan with intent option and a category of option-kind",
              Canonical.Profile.OPTION,
              when(
                  CarePlan.class,
                  plan ->
                      plan.getIntent() == CarePlan.CarePlanIntent.OPTION
                          && plan.getCategory().stream()
                              .flatMap(category -> category.getCoding().stream())
                              .anyMatch(
                                  kind -> Canonical.System.OPTION_KIND.equals(kind.getSystem())))),
          new Rule(
              "Observation coded sure-score (observation)",
              Canonical.Profile.DECISION_CONFLICT,
              when(
                  Observation.class,
                  observation ->
                      observation
                          .getCode()
                          .hasCoding(Canonical.System.OBSERVATION, Canonical.SURE_SCORE))),
          new Rule(
              "Observation coded reading-level (observation)",
              Canonical.Profile.READING_LEVEL_WISH,
              when(
                  Observation.class,
                  observation ->
                      observation
                          .getCode()
                          .hasCoding(Canonical.System.OBSERVATION, Canonical.READING_LEVEL))),
          new Rule(
              "any other Observation tagged patient-supplied (us-core-tags) or labelled PATAST or SDMAST"
                  + " (meta.security), unless coded in observation",
              Canonical.Profile.PATIENT_OBSERVATION,
              when(Observation.class, ProfileSelection::isByPatient)),
          new Rule(
              "QuestionnaireResponse to Questionnaire/teach-back, with or without a version",
              Canonical.Profile.TEACH_BACK,
              when(
                  QuestionnaireResponse.class,
                  response ->
                      response.hasQuestionnaire()
                          && Canonical.TEACH_BACK_QUESTIONNAIRE.equals(
                              unversioned(response.getQuestionnaire())))),
          new Rule(
              "AuditEvent with a subtype of operation",
              Canonical.Profile.ACCESS_EVENT,
              when(
                  AuditEvent.class,
                  event ->
                      event.getSubtype().stream()
                          .anyMatch(one -> Canonical.System.OPERATION.equals(one.getSystem())))));

  private ProfileSelection() {}

  /**
   * Canonical address of the profile that {@code resource} must meet; empty where it is none of
   * ours.
   */
  public static Optional<String> of(Resource resource) {
    return RULES.stream()
        .filter(rule -> rule.applies().test(resource))
        .map(Rule::profile)
        .findFirst();
  }

  private static <T extends Resource> Predicate<Resource> when(Class<T> type, Predicate<T> test) {
    return resource -> type.isInstance(resource) && test.test(type.cast(resource));
  }

  private static boolean isByPatient(Observation observation) {
    return (observation.getMeta().getTag(Canonical.System.US_CORE_TAGS, Canonical.PATIENT_SUPPLIED)
                != null
            || observation
                    .getMeta()
                    .getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.PATAST)
                != null
            || observation
                    .getMeta()
                    .getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.SDMAST)
                != null)
        && observation.getCode().getCoding().stream()
            .noneMatch(code -> Canonical.System.OBSERVATION.equals(code.getSystem()));
  }

  private static boolean isAi(ProvenanceAgentComponent agent) {
    return agent.getRole().stream().anyMatch(ProfileSelection::isAi)
        || agent.getWho().getResource() instanceof Device device && isAi(device.getType());
  }

  private static boolean isAi(CodeableConcept type) {
    return type.hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE);
  }

  private static boolean isAiPurpose(Coding purpose) {
    return Canonical.System.AI_PURPOSE.equals(purpose.getSystem());
  }

  /** Nested provisions count, though the profile forbids them: else a purpose could hide in one. */
  private static Stream<Coding> purposes(ProvisionComponent provision) {
    return Stream.concat(
        provision.getPurpose().stream(),
        provision.getProvision().stream().flatMap(ProfileSelection::purposes));
  }
}
