package org.equipoise.consent.recording;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Circumstances;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.statement.InfluenceSignal;
import org.equipoise.consent.statement.Voluntariness;
import org.equipoise.fhir.BrightLine;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Inputs;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;

/**
 * What {@code $attach-consent} is asked for: a decision, with its evidence; or, where {@code
 * witnessed} is given, that a clinician adds themself as witness of a decision on record.
 *
 * @param purposes what was decided about, each once; empty only for a witness
 * @param permit true for permit, false for deny
 * @param finished a finished Consent to complete, or null
 * @param teachBack teach-back answers, or null
 * @param voluntariness how freely it was decided, or null
 * @param expires last day of a permit, or null
 * @param statement the patient's own words, verbatim, or null
 * @param witness who was there, or null
 * @param witnessed the Consent that a clinician witnesses, or null
 * @param actors the AI devices and organisations that a decision about AI at large is limited to;
 *     empty for any
 */
public record ConsentRequest(
    List<AiPurpose> purposes,
    boolean permit,
    Consent finished,
    QuestionnaireResponse teachBack,
    Voluntariness voluntariness,
    LocalDate expires,
    String statement,
    Reference witness,
    Reference witnessed,
    List<Reference> actors) {

  private static final int MANY = Integer.MAX_VALUE;

  private static final Map<String, Integer> KNOWN =
      Map.of(
          "purpose",
          MANY,
          "decision",
          1,
          "consent",
          1,
          "consentReference",
          1,
          "teachBack",
          1,
          "voluntariness",
          1,
          "expires",
          1,
          "statement",
          1,
          "witness",
          1,
          "requestId",
          1);

  private static final Map<String, Integer> KNOWN_PARTS =
      Map.of(
          "askedPrivately",
          1,
          "refusalHasNoEffectOnCare",
          1,
          "signal",
          MANY,
          "patientStatement",
          1,
          "askedBy",
          1);

  private static final Map<String, Integer> KNOWN_AT_LARGE =
      Stream.concat(
              KNOWN.entrySet().stream(),
              Map.of("device", MANY, "organization", MANY).entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  /** Parameters that a finished Consent says itself. */
  private static final List<String> IN_CONSENT =
      List.of(
          "purpose",
          "decision",
          "voluntariness",
          "expires",
          "statement",
          "witness",
          "device",
          "organization");

  /** True where a clinician witnesses what is on record. */
  boolean isWitnessing() {
    return witnessed != null;
  }

  /**
   * Reads the body of a call.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is malformed
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 for an unknown code
   * @throws ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException 413 for a text above 1 MiB
   */
  static ConsentRequest parse(Parameters body) {
    return parse(new Inputs("Parameters.parameter", body.getParameter(), KNOWN));
  }

  /** Like {@link #parse(Parameters)}, for a decision about AI at large, or by name. */
  static ConsentRequest parseAtLarge(Parameters body) {
    return parse(new Inputs("Parameters.parameter", body.getParameter(), KNOWN_AT_LARGE));
  }

  private static ConsentRequest parse(Inputs in) {
    if (in.has("consentReference")) {
      return parseWitness(in);
    }
    Consent finished = in.resource("consent", Consent.class).orElse(null);
    if (finished != null) {
      refuseBeside(in, "consent", IN_CONSENT);
      return parseFinished(in, finished);
    }
    return new ConsentRequest(
        purposes(in),
        isPermit(in),
        null,
        in.resource("teachBack", QuestionnaireResponse.class).orElse(null),
        voluntariness(in).orElse(null),
        in.value("expires", DateType.class).map(date -> day(in.at("expires"), date)).orElse(null),
        in.text("statement").orElse(null),
        in.value("witness", Reference.class).orElse(null),
        null,
        actors(in));
  }

  private static List<Reference> actors(Inputs in) {
    return Stream.of("device", "organization")
        .flatMap(name -> in.all(name).stream())
        .map(parameter -> actor(in, parameter))
        .toList();
  }

  private static Reference actor(Inputs in, ParametersParameterComponent parameter) {
    Reference reference = in.value(parameter, Reference.class);
    String type = parameter.getName().equals("device") ? "Device" : "Organization";
    if (!type.equals(reference.getReferenceElement().getResourceType())) {
      throw Refusal.invalid(
          in.at(parameter.getName()),
          "%s: give a reference %s/[id]".formatted(in.at(parameter.getName()), type));
    }
    return reference;
  }

  private static ConsentRequest parseWitness(Inputs in) {
    refuseBeside(in, "consentReference", List.of("consent", "teachBack"));
    refuseBeside(
        in,
        "consentReference",
        IN_CONSENT.stream().filter(name -> !"witness".equals(name)).toList());
    if (!in.has("witness")) {
      throw Refusal.required(
          in.at("witness"), in.at("witness") + ": name who witnesses the consent");
    }
    Reference witnessed = in.value("consentReference", Reference.class).orElseThrow();
    if (!"Consent".equals(witnessed.getReferenceElement().getResourceType())) {
      throw Refusal.invalid(
          in.at("consentReference"), in.at("consentReference") + ": give a reference Consent/[id]");
    }
    Reference witness = in.value("witness", Reference.class).orElseThrow();
    return new ConsentRequest(
        List.of(), false, null, null, null, null, null, witness, witnessed, List.of());
  }

  private static ConsentRequest parseFinished(Inputs in, Consent finished) {
    String at = in.at("consent") + ".resource";
    Consents.provisions(finished.getProvision())
        .flatMap(provision -> provision.getPurpose().stream())
        .forEach(purpose -> BrightLine.refuse(at + ".provision.purpose", purpose));
    List<AiPurpose> purposes = AiPurpose.of(finished);
    if (purposes.size() != 1) {
      throw Refusal.unprocessable(
          IssueType.CODEINVALID,
          at + ".provision.purpose",
          "%s.provision.purpose: give exactly one code of %s: %s"
              .formatted(at, Canonical.System.AI_PURPOSE, AiPurpose.codes()));
    }
    if (!Consents.isPermit(finished) && !Consents.isDeny(finished)) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED, at + ".provision.type", at + ".provision.type: give permit or deny");
    }
    if (!finished.hasStatus()) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED, at + ".status", at + ".status: say active, draft or proposed");
    }
    boolean isNew =
        List.of(ConsentState.DRAFT, ConsentState.PROPOSED, ConsentState.ACTIVE)
            .contains(finished.getStatus());
    if (!isNew || finished.hasExtension(Canonical.Extension.WITHDRAWAL)) {
      throw Refusal.businessRule(
          at + ".status",
          at + ".status: a decision that was taken back or rejected cannot be attached");
    }
    return new ConsentRequest(
        purposes,
        Consents.isPermit(finished),
        finished,
        in.resource("teachBack", QuestionnaireResponse.class).orElse(null),
        Voluntariness.of(finished).orElse(null),
        null,
        null,
        null,
        null,
        Matter.actorsOf(finished));
  }

  private static void refuseBeside(Inputs in, String given, List<String> others) {
    others.stream()
        .filter(in::has)
        .findFirst()
        .ifPresent(
            name -> {
              throw Refusal.invalid(
                  in.at(name),
                  "%s: leave it out where %s is given".formatted(in.at(name), in.at(given)));
            });
  }

  private static List<AiPurpose> purposes(Inputs in) {
    String at = in.at("purpose");
    List<AiPurpose> purposes = new ArrayList<>();
    for (ParametersParameterComponent parameter : in.all("purpose")) {
      Coding coding = in.value(parameter, Coding.class);
      BrightLine.refuse(at, coding);
      AiPurpose purpose =
          Stream.of(coding)
              .filter(given -> Canonical.System.AI_PURPOSE.equals(given.getSystem()))
              .flatMap(given -> AiPurpose.of(given.getCode()).stream())
              .findFirst()
              .orElseThrow(
                  () ->
                      Refusal.unprocessable(
                          IssueType.CODEINVALID,
                          at,
                          "%s: unknown purpose %s|%s; give a code of %s: %s"
                              .formatted(
                                  at,
                                  coding.getSystem(),
                                  coding.getCode(),
                                  Canonical.System.AI_PURPOSE,
                                  AiPurpose.codes())));
      if (purposes.contains(purpose)) {
        throw Refusal.invalid(at, "%s: %s is given twice".formatted(at, purpose.code()));
      }
      purposes.add(purpose);
    }
    if (purposes.isEmpty()) {
      throw Refusal.required(at, at + ": say what the decision is about");
    }
    return List.copyOf(purposes);
  }

  private static boolean isPermit(Inputs in) {
    String at = in.at("decision");
    String decision =
        in.one("decision")
            .map(parameter -> code(in, parameter))
            .orElseThrow(() -> Refusal.required(at, at + ": give permit or deny"));
    return switch (decision) {
      case "permit" -> true;
      case "deny" -> false;
      default ->
          throw Refusal.unprocessable(
              IssueType.CODEINVALID, at, "%s: give permit or deny, not %s".formatted(at, decision));
    };
  }

  private static Optional<Voluntariness> voluntariness(Inputs in) {
    return in.one("voluntariness")
        .map(
            parameter -> {
              Inputs parts =
                  new Inputs(in.at("voluntariness") + ".part", parameter.getPart(), KNOWN_PARTS);
              return new Voluntariness(
                  bool(parts, "askedPrivately"),
                  bool(parts, "refusalHasNoEffectOnCare"),
                  parts.all("signal").stream()
                      .map(signal -> signal(parts, signal))
                      .distinct()
                      .toList(),
                  parts.text("patientStatement").orElse(null),
                  new Circumstances(askedBy(parts), false, List.of(), List.of(), null));
            });
  }

  private static String askedBy(Inputs parts) {
    return parts
        .value("askedBy", Reference.class)
        .map(
            by -> {
              String type = String.valueOf(by.getReferenceElement().getResourceType());
              if (!type.equals("Practitioner") && !type.equals("RelatedPerson")) {
                throw Refusal.unprocessable(
                    IssueType.VALUE,
                    parts.at("askedBy"),
                    parts.at("askedBy") + ": name a Practitioner or a RelatedPerson");
              }
              return AiUse.key(by);
            })
        .orElse(null);
  }

  private static boolean bool(Inputs parts, String name) {
    return parts
        .value(name, BooleanType.class)
        .map(BooleanType::booleanValue)
        .orElseThrow(
            () -> Refusal.required(parts.at(name), parts.at(name) + ": give true or false"));
  }

  private static String signal(Inputs parts, ParametersParameterComponent parameter) {
    String code = code(parts, parameter);
    if (InfluenceSignal.of(code).isEmpty()) {
      throw Refusal.unprocessable(
          IssueType.CODEINVALID,
          parts.at("signal"),
          "%s: unknown signal %s; known are %s"
              .formatted(parts.at("signal"), code, InfluenceSignal.codes()));
    }
    return code;
  }

  /**
   * A code, however the client wrote it: valueCode, valueString or, of the right system by its
   * name, valueCoding.
   */
  private static String code(Inputs in, ParametersParameterComponent parameter) {
    Type value = parameter.getValue();
    if (value instanceof StringType text && text.hasValue()) {
      return text.getValue();
    }
    if (value instanceof Coding coding && coding.hasCode()) {
      return coding.getCode();
    }
    return in.value(parameter, CodeType.class).getValue();
  }

  private static LocalDate day(String at, DateType date) {
    if (date.getValueAsString().length() != "yyyy-MM-dd".length()) {
      throw Refusal.invalid(at, at + ": give a full date, as 2027-01-31");
    }
    return LocalDate.parse(date.getValueAsString());
  }
}
