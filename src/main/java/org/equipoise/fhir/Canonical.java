package org.equipoise.fhir;

/**
 * Canonical addresses, code systems and identifier systems that the whole server shares. Addresses
 * of other publishers are theirs, taken literally from their specifications; ours start with {@link
 * #BASE}.
 */
public final class Canonical {

  /** Where the Equipoise implementation guide lives; every address of ours starts with it. */
  public static final String BASE = "https://equipoise-fhir.github.io/ig";

  private static final String STRUCTURE = BASE + "/StructureDefinition/";
  private static final String SYSTEM = BASE + "/CodeSystem/";

  /** The canonical base of HL7 AI Transparency on FHIR. */
  public static final String AI_TRANSPARENCY = "http://hl7.org/fhir/uv/aitransparency";

  private Canonical() {}

  /** Profiles, by their canonical address. */
  public static final class Profile {
    public static final String AI_DEVICE = STRUCTURE + "ai-device";
    public static final String MODEL_CARD = STRUCTURE + "model-card";
    public static final String AI_DOCUMENT = STRUCTURE + "ai-document";
    public static final String AI_PROVENANCE = STRUCTURE + "ai-provenance";
    public static final String EXPLANATION = STRUCTURE + "explanation";
    public static final String AI_USE_CONSENT = STRUCTURE + "ai-use-consent";
    public static final String TEACH_BACK = STRUCTURE + "teach-back";
    public static final String AI_STORY = STRUCTURE + "ai-story";
    public static final String ACCESS_REPORT = STRUCTURE + "access-report";
    public static final String READING_LEVEL_WISH = STRUCTURE + "reading-level-wish";
    public static final String PATIENT_OBSERVATION = STRUCTURE + "patient-observation";
    public static final String SHARED_DECISION = STRUCTURE + "shared-decision";
    public static final String OPTION = STRUCTURE + "option";
    public static final String DECISION_CONFLICT = STRUCTURE + "decision-conflict";
    public static final String ABOUT_ME = STRUCTURE + "about-me";
    public static final String SECOND_OPINION = STRUCTURE + "second-opinion";
    public static final String SECOND_OPINION_NOTE = STRUCTURE + "second-opinion-note";
    public static final String UNUSUAL_ACCESS_TASK = STRUCTURE + "unusual-access-task";
    public static final String SECOND_OPINION_SHARING = STRUCTURE + "second-opinion-sharing";
    public static final String ACCESS_EVENT = STRUCTURE + "access-event";

    private Profile() {}
  }

  /** Extensions, by their canonical address. */
  public static final class Extension {
    public static final String SOURCE_ATTRIBUTE = STRUCTURE + "source-attribute";
    public static final String REVIEW_STATUS = STRUCTURE + "review-status";
    public static final String AI_SHARE = STRUCTURE + "ai-share";
    public static final String EDIT_SUMMARY = STRUCTURE + "edit-summary";
    public static final String REVIEW_PACE = STRUCTURE + "review-pace";
    public static final String REJECTION_REASON = STRUCTURE + "rejection-reason";
    public static final String REVIEW_TIME = STRUCTURE + "review-time";
    public static final String CLAIMED_REVIEW_TIME = STRUCTURE + "claimed-review-time";
    public static final String INPUT_WITHHELD = STRUCTURE + "input-withheld";
    public static final String PIPELINE_STEP = STRUCTURE + "pipeline-step";
    public static final String READABILITY = STRUCTURE + "readability";
    public static final String EXPLANATION_PART = STRUCTURE + "explanation-part";
    public static final String COMPREHENSION = STRUCTURE + "comprehension";
    public static final String VOLUNTARINESS = STRUCTURE + "voluntariness";
    public static final String WITHDRAWAL = STRUCTURE + "withdrawal";
    public static final String FREE_CHOICE_CONFIRMATION = STRUCTURE + "free-choice-confirmation";

    public static final String AI_INFLUENCE = STRUCTURE + "ai-influence";
    public static final String DECISION_CONTROL = STRUCTURE + "decision-control";
    public static final String OUTCOME_ESTIMATE = STRUCTURE + "outcome-estimate";

    public static final String MISSING = STRUCTURE + "missing";
    public static final String AI_USE_DECISION = STRUCTURE + "ai-use-decision";
    public static final String STORY_COUNT = STRUCTURE + "story-count";
    public static final String ABOUT_ME_PART = STRUCTURE + "about-me-part";
    public static final String INDEPENDENT = STRUCTURE + "independent";
    public static final String AGREEMENT = STRUCTURE + "agreement";

    public static final String ACKNOWLEDGEMENT = STRUCTURE + "acknowledgement";
    public static final String TOLD_ELSEWHERE = STRUCTURE + "told-elsewhere";

    /** R4 core extension: the phone or hub that sent what a device measured. */
    public static final String GATEWAY_DEVICE =
        "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice";

    /** R5 element {@code Provenance.patient}, carried back to R4. */
    public static final String PROVENANCE_PATIENT =
        "http://hl7.org/fhir/5.0/StructureDefinition/extension-Provenance.patient";

    /** R4 core extension: who witnessed a consent. */
    public static final String CONSENT_WITNESS =
        "http://hl7.org/fhir/StructureDefinition/consent-Witness";

    public static final String AI_KIND =
        AI_TRANSPARENCY + "/StructureDefinition/aitransparency.AIKind";
    public static final String MODEL_CARD_DESCRIPTION =
        AI_TRANSPARENCY + "/StructureDefinition/aitransparency.modelCardDescription";
    public static final String AI_CONFIDENCE =
        AI_TRANSPARENCY + "/StructureDefinition/AIconfidence";

    private Extension() {}
  }

  /** Code systems. */
  public static final class System {
    public static final String DOCUMENT_TYPE = SYSTEM + "document-type";
    public static final String REVIEW_STATUS = SYSTEM + "review-status";
    public static final String REVIEW_PACE = SYSTEM + "review-pace";
    public static final String EXPLANATION_PART = SYSTEM + "explanation-part";
    public static final String AI_PURPOSE = SYSTEM + "ai-purpose";
    public static final String INFLUENCE_SIGNAL = SYSTEM + "influence-signal";
    public static final String CONSENT_GUARDRAIL = SYSTEM + "consent-guardrail";
    public static final String READING_LEVEL = SYSTEM + "reading-level";
    public static final String COMPREHENSION_METHOD = SYSTEM + "comprehension-method";
    public static final String READABILITY_FORMULA = SYSTEM + "readability-formula";
    public static final String SOURCE_ATTRIBUTE = SYSTEM + "source-attribute";
    public static final String TASK = SYSTEM + "task";
    public static final String OPERATION = SYSTEM + "operation";
    public static final String MISSING = SYSTEM + "missing";
    public static final String STORY_SECTION = SYSTEM + "story-section";
    public static final String STORY_COUNT = SYSTEM + "story-count";
    public static final String ACCESS_REPORT_SECTION = SYSTEM + "access-report-section";
    public static final String OBSERVATION = SYSTEM + "observation";
    public static final String SECTION = SYSTEM + "section";
    public static final String OPTION_KIND = SYSTEM + "option-kind";
    public static final String OUTCOME_KIND = SYSTEM + "outcome-kind";
    public static final String DECISION_CONTROL = SYSTEM + "decision-control";
    public static final String AI_INFLUENCE = SYSTEM + "ai-influence";
    public static final String ABOUT_ME_PART = SYSTEM + "about-me-part";
    public static final String AGREEMENT = SYSTEM + "agreement";
    public static final String UNUSUAL_ACCESS = SYSTEM + "unusual-access";
    public static final String UNUSUAL_ACCESS_PART = SYSTEM + "unusual-access-part";
    public static final String BREAK_GLASS_REASON = SYSTEM + "break-glass-reason";
    public static final String ACK_STATUS = SYSTEM + "ack-status";
    public static final String PLAUSIBILITY = SYSTEM + "plausibility";
    public static final String ACCESS_GROUND = SYSTEM + "access-ground";
    public static final String TOKEN_EVENT = SYSTEM + "token-event";
    public static final String EVENT_ORIGIN = SYSTEM + "event-origin";
    public static final String AI_DEVICE_TYPE = AI_TRANSPARENCY + "/CodeSystem/AIdeviceTypeCS";
    public static final String AI_INPUTS = AI_TRANSPARENCY + "/CodeSystem/AIinputsCS";

    /** HL7 v3 ObservationValue: holds the integrity labels AIAST, CLINAST, PATAST and others. */
    public static final String OBSERVATION_VALUE =
        "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

    public static final String ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    public static final String ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    public static final String PARTICIPATION_TYPE =
        "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    public static final String PROVENANCE_PARTICIPANT =
        "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
    public static final String DATA_OPERATION =
        "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
    public static final String LIFECYCLE =
        "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
    public static final String CONSENT_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope";
    public static final String LOINC = "http://loinc.org";
    public static final String UCUM = "http://unitsofmeasure.org";
    public static final String OBSERVATION_CATEGORY =
        "http://terminology.hl7.org/CodeSystem/observation-category";
    public static final String US_CORE_TAGS = "http://hl7.org/fhir/us/core/CodeSystem/us-core-tags";
    public static final String PHD_CATEGORY =
        "http://hl7.org/fhir/uv/phd/CodeSystem/PhdObservationCategories";
    public static final String US_CORE_DOCUMENT_CATEGORY =
        "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category";

    private System() {}
  }

  /**
   * The policy of a permit for de-identified data alone ({@code Consent.policy.uri}), in place of
   * the one for AI use in general.
   */
  public static final String DEIDENTIFIED_POLICY = BASE + "/ai-use-policy-deidentified.html";

  /**
   * The policy of a permit to read, for a second opinion, what the Consent names ({@code
   * Consent.policy.uri}).
   */
  public static final String SECOND_OPINION_SHARING_POLICY = BASE + "/second-opinion-sharing.html";

  /** The questionnaire whose answers show that a consent was understood. */
  public static final String TEACH_BACK_QUESTIONNAIRE = BASE + "/Questionnaire/teach-back";

  /**
   * Code of an Observation: the words that a patient wishes to be asked in ({@code observation}).
   */
  public static final String READING_LEVEL = "reading-level";

  /** The questionnaire that asks a patient how sure they are of a decision. */
  public static final String DECISION_CONFLICT_QUESTIONNAIRE =
      BASE + "/Questionnaire/decision-conflict";

  /**
   * Code of an Observation: how many of the questions about a decision were answered with yes
   * ({@code observation}).
   */
  public static final String SURE_SCORE = "sure-score";

  /** Identifier system of the {@code requestId} that makes an operation call repeatable. */
  public static final String REQUEST_ID = BASE + "/NamingSystem/request-id";

  /** Identifier system of OAuth clients. */
  public static final String CLIENT = BASE + "/NamingSystem/client";

  /** Identifier system of what patients contribute: the same item has the same value. */
  public static final String CONTRIBUTION = BASE + "/NamingSystem/contribution";

  /** Tag of what a patient supplied (US Core, us-core-tags). */
  public static final String PATIENT_SUPPLIED = "patient-supplied";

  /** Label of content that somebody who decides for the patient asserted. */
  public static final String SDMAST = "SDMAST";

  /** Label of what a device reported. */
  public static final String DEVRPT = "DEVRPT";

  /** Label of content that an AI asserted (HL7 v3 ObservationValue). It is never taken off. */
  public static final String AIAST = "AIAST";

  /** Label of content that a clinician asserted (HL7 v3 ObservationValue). */
  public static final String CLINAST = "CLINAST";

  /** Label of content that a patient asserted (HL7 v3 ObservationValue). */
  public static final String PATAST = "PATAST";

  /** Type of a Device that is an AI (HL7 AI Transparency, AIdeviceTypeCS). */
  public static final String ARTIFICIAL_INTELLIGENCE = "Artificial-Intelligence";

  /** Type of a DocumentReference that is a model card (HL7 AI Transparency, AIinputsCS). */
  public static final String AI_MODEL_CARD = "AIModelCard";

  /** Type of a DocumentReference that explains an AI document ({@code document-type}). */
  public static final String AI_EXPLANATION = "ai-explanation";

  /** Type of a DocumentReference that holds a prompt (HL7 AI Transparency, AIinputsCS). */
  public static final String AI_INPUT_PROMPT = "AIInputPrompt";

  /** Type of a report of who looked at a record ({@code document-type}). */
  public static final String ACCESS_REPORT = "access-report";

  /** Type of a Composition that tells the story of AI documents ({@code document-type}). */
  public static final String AI_STORY = "ai-story";

  /**
   * Type of a Composition that records a shared decision, and of its text ({@code document-type}).
   */
  public static final String SHARED_DECISION = "shared-decision";

  /** Type of a DocumentReference in which a patient says who they are ({@code document-type}). */
  public static final String ABOUT_ME = "about-me";

  /** Type of a DocumentReference that answers a second opinion ({@code document-type}). */
  public static final String SECOND_OPINION_NOTE = "second-opinion-note";

  /** Category of a ServiceRequest that asks for a second opinion ({@code task}). */
  public static final String SECOND_OPINION = "second-opinion";
}
