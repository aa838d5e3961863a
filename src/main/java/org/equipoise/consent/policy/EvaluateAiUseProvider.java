package org.equipoise.consent.policy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.BrightLine;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.CodeWords;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;

/**
 * {@code Consent/$evaluate-ai-use}, GET or POST: what a patient's consents together mean for one
 * use of AI. Leaves an {@link AuditEvent} that the patient reads.
 */
public class EvaluateAiUseProvider implements OperationProvider {

  /** The operation, without the dollar sign. */
  public static final String NAME = "evaluate-ai-use";

  /** A patient with a thousand Consents on one matter reads the newest that decided. */
  private static final int MOST_NAMED = 50;

  private static final Set<String> KNOWN =
      Set.of("patient", "purpose", "device", "organization", "resource", "at", "language");

  private static final Set<String> MANY = Set.of("device", "organization");

  private final RecordOperation operation;
  private final RecordedConsents consents;
  private final ConsentPolicy policy;
  private final ConsentPeriods periods;
  private final ConsentSettings settings;
  private final AccessLog log;
  private final FhirContext context;

  EvaluateAiUseProvider(
      RecordOperation operation,
      RecordedConsents consents,
      ConsentSettings settings,
      AccessLog log,
      FhirContext context) {
    this.log = log;
    this.operation = operation;
    this.consents = consents;
    this.policy = new ConsentPolicy(settings);
    this.periods = new ConsentPeriods(settings.zone());
    this.settings = settings;
    this.context = context;
  }

  /**
   * Decides.
   *
   * @return as {@code OperationDefinition/evaluate-ai-use} says
   */
  @Operation(name = "$" + NAME, typeName = "Consent", idempotent = true)
  public Parameters evaluate(RequestDetails request) {
    IdType whose =
        reference(
            "patient",
            named("patient", request).orElseThrow(() -> missing("patient")),
            Set.of("Patient"));
    IdType used = requireReach(request, whose).orElse(null);
    Map<String, List<String>> given = given(request);
    Coding asked = coding(required("purpose", given));
    Optional<BrightLine> line = BrightLine.of(asked);
    AiPurpose known = line.isPresent() ? null : purpose(asked);
    Coding what =
        line.map(one -> new Coding(Canonical.System.CONSENT_GUARDRAIL, one.code(), null))
            .orElse(asked);
    Set<IdType> actors =
        Stream.concat(
                given.getOrDefault("device", List.of()).stream()
                    .map(text -> reference("device", text, Set.of("Device"))),
                given.getOrDefault("organization", List.of()).stream()
                    .map(text -> reference("organization", text, Set.of("Organization"))))
            .collect(Collectors.toSet());
    Optional<DateTimeType> at = one("at", given).map(EvaluateAiUseProvider::time);
    ConsentWords words =
        ConsentWords.in(one("language", given).orElse(null), request.getHeader("Accept-Language"));
    return operation.run(
        NAME,
        whose,
        new Parameters(),
        request,
        transaction -> {
          transaction.read(Patient.class, whose);
          AiUse use =
              new AiUse(
                  whose.getValue(),
                  known,
                  used == null ? null : used.getValue(),
                  actors(transaction, whose, used, actors));
          if (line.isPresent()) {
            // What no consent can allow is refused before any consent is looked at.
            CodeWords why = line.get().words(words.language());
            ConsentDecision never = new ConsentDecision(use, Verdict.DENY, List.of(), List.of());
            return answer(
                request,
                transaction,
                never,
                what,
                why.display() + ". " + why.definition(),
                List.of());
          }
          ConsentDecision decision =
              policy
                  .decide(consents.of(whose.getValue()), use, moment(at, transaction.now()))
                  .namingAtMost(MOST_NAMED);
          return answer(
              request,
              transaction,
              decision,
              what,
              words.sentences(decision, settings.zone()),
              basis(transaction, decision));
        });
  }

  /**
   * First: of what is out of the caller's reach, nothing else that is asked tells that it is there.
   *
   * @return what is used, where that is said
   */
  private Optional<IdType> requireReach(RequestDetails request, IdType patient) {
    return operation.look(
        request,
        transaction -> {
          transaction.read(Patient.class, patient);
          Optional<IdType> used =
              named("resource", request).map(text -> reference("resource", text, Set.of()));
          used.ifPresent(id -> transaction.read(typeOf(id), id));
          return used;
        });
  }

  private static List<Consent> basis(RecordTransaction transaction, ConsentDecision decision) {
    return decision.basis().stream()
        .map(ConsentStatement::consent)
        .distinct()
        .flatMap(id -> transaction.find(Consent.class, new Reference(id)).stream())
        .toList();
  }

  private Parameters answer(
      RequestDetails request,
      RecordTransaction transaction,
      ConsentDecision decision,
      Coding purpose,
      String reason,
      List<Consent> basis) {
    AuditEvent event = DecisionAudit.of(decision, purpose, reason, transaction);
    IdType kept =
        log.keep(
            DecisionAudit.accessEvent(
                decision,
                event,
                context.newJsonParser().encodeResourceToString(event),
                transaction.caller(),
                request));
    Parameters answer = new Parameters();
    answer.addParameter("decision", new CodeType(decision.verdict().code()));
    basis.forEach(consent -> answer.addParameter().setName("basis").setResource(consent));
    answer.addParameter("reason", reason);
    decision.reasons().stream()
        .map(one -> one.code().code())
        .distinct()
        .forEach(code -> answer.addParameter("reasonCode", new CodeType(code)));
    answer.addParameter("audit", new Reference(kept.getValue()));
    return answer;
  }

  /**
   * The AIs and organisations that take part; by default the AIs that wrote what is used.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 404 or 410 where what is
   *     used is not there, 422 where it is another patient's or an actor is not known
   */
  private Set<String> actors(
      RecordTransaction transaction, IdType patient, IdType used, Set<IdType> named) {
    Set<String> actors = new TreeSet<>();
    for (IdType actor : named) {
      boolean isDevice = "Device".equals(actor.getResourceType());
      Reference reference = new Reference(actor.getValue());
      boolean isKnown =
          isDevice
              ? transaction.find(Device.class, reference).isPresent()
              : transaction.find(Organization.class, reference).isPresent();
      if (!isKnown) {
        String at = at(isDevice ? "device" : "organization");
        throw Refusal.unprocessable(
            IssueType.NOTFOUND, at, "%s: %s is not known".formatted(at, actor.getValue()));
      }
      actors.add(actor.getValue());
    }
    if (used == null) {
      return actors;
    }
    Resource resource = transaction.read(typeOf(used), used);
    boolean isOfPatient =
        context.newTerser().getCompartmentOwnersForResource("Patient", resource, Set.of()).stream()
            .anyMatch(owner -> patient.getIdPart().equals(owner.getIdPart()));
    if (!isOfPatient) {
      throw Refusal.businessRule(
          at("resource"), "%s: not of %s".formatted(at("resource"), patient.getValue()));
    }
    if (actors.stream().noneMatch(actor -> actor.startsWith("Device/"))
        && resource instanceof DocumentReference document) {
      AiUse.devices(document).map(AiUse::key).forEach(actors::add);
    }
    return actors;
  }

  @SuppressWarnings("unchecked")
  private Class<Resource> typeOf(IdType id) {
    if (!context.getResourceTypes().contains(id.getResourceType())) {
      throw Refusal.invalid(at("resource"), at("resource") + ": no type " + id.getResourceType());
    }
    return (Class<Resource>)
        context.getResourceDefinition(id.getResourceType()).getImplementingClass();
  }

  private Instant moment(Optional<DateTimeType> at, Instant now) {
    if (at.isEmpty()) {
      return now;
    }
    Instant moment = periods.start(at.get());
    if (moment.isBefore(now.minus(ConsentPeriods.CLOCK_SKEW))) {
      throw Refusal.businessRule(
          at("at"),
          at("at")
              + ": this tells what counts now or later; what counted before stands in the versions of the Consents");
    }
    return moment.isBefore(now) ? now : moment;
  }

  private static AiPurpose purpose(Coding coding) {
    return AiPurpose.of(coding)
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.CODEINVALID,
                    at("purpose"),
                    "%s: unknown purpose %s; give a code of %s: %s"
                        .formatted(
                            at("purpose"),
                            coding.getCode(),
                            Canonical.System.AI_PURPOSE,
                            AiPurpose.codes())));
  }

  /** {@code system|code}, or a code of ours. */
  private static Coding coding(String token) {
    int bar = token.indexOf('|');
    return bar < 0
        ? new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(token)
        : new Coding().setSystem(token.substring(0, bar)).setCode(token.substring(bar + 1));
  }

  private static IdType reference(String name, String text, Set<String> types) {
    IdType id = new IdType(text);
    if (!id.hasResourceType() && types.size() == 1 && !text.contains("/")) {
      id = new IdType(types.iterator().next(), text);
    }
    if (!id.hasResourceType()
        || !id.hasIdPart()
        || !id.isIdPartValid()
        || (!types.isEmpty() && !types.contains(id.getResourceType()))) {
      throw Refusal.invalid(
          at(name),
          "%s: give a reference %s/[id]"
              .formatted(at(name), types.isEmpty() ? "Type" : types.iterator().next()));
    }
    return id.toUnqualifiedVersionless();
  }

  private static DateTimeType time(String text) {
    try {
      DateTimeType time = new DateTimeType(text);
      if (text.contains("T")) {
        return time;
      }
    } catch (DataFormatException malformed) {
      // Refused below, as a day without a time is.
    }
    throw Refusal.invalid(at("at"), at("at") + ": give a day and a time, as 2027-01-31T12:00:00Z");
  }

  private static String required(String name, Map<String, List<String>> given) {
    return one(name, given).orElseThrow(() -> missing(name));
  }

  private static BaseServerResponseException missing(String name) {
    return Refusal.required(at(name), at(name) + ": give this parameter");
  }

  /** One parameter by itself, whatever else is asked. */
  private static Optional<String> named(String name, RequestDetails request) {
    String[] inQuery = request.getParameters().get(name);
    Stream<String> inBody =
        request.getResource() instanceof Parameters body
            ? body.getParameter().stream()
                .filter(one -> name.equals(one.getName()))
                .map(EvaluateAiUseProvider::text)
            : Stream.empty();
    return Stream.concat(Stream.ofNullable(inQuery).flatMap(Stream::of), inBody)
        .filter(text -> !text.isBlank())
        .findFirst();
  }

  private static Optional<String> one(String name, Map<String, List<String>> given) {
    return given.getOrDefault(name, List.of()).stream().findFirst();
  }

  /**
   * What was asked, of the query or of the body, as text.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 for an unknown name, one
   *     too many, or a value that has no text
   */
  private static Map<String, List<String>> given(RequestDetails request) {
    Map<String, List<String>> given = new TreeMap<>();
    request
        .getParameters()
        .forEach(
            (name, values) -> {
              if (!name.startsWith("_")) {
                given.computeIfAbsent(name, key -> new ArrayList<>()).addAll(List.of(values));
              }
            });
    if (request.getResource() instanceof Parameters body) {
      body.getParameter()
          .forEach(
              one ->
                  given
                      .computeIfAbsent(String.valueOf(one.getName()), key -> new ArrayList<>())
                      .add(text(one)));
    }
    given.forEach(
        (name, values) -> {
          if (!KNOWN.contains(name)) {
            throw Refusal.invalid(
                at(name),
                "%s: unknown parameter; known are %s".formatted(at(name), new TreeSet<>(KNOWN)));
          }
          if (values.size() > 1 && !MANY.contains(name)) {
            throw Refusal.invalid(at(name), at(name) + ": give this parameter once");
          }
        });
    given.values().removeIf(values -> values.stream().allMatch(String::isBlank));
    return given;
  }

  private static String text(ParametersParameterComponent parameter) {
    Type value = parameter.getValue();
    if (value instanceof Reference reference && reference.hasReference()) {
      return reference.getReference();
    }
    if (value instanceof Coding coding && coding.hasCode()) {
      return (coding.hasSystem() ? coding.getSystem() + "|" : "") + coding.getCode();
    }
    if (value != null && value.isPrimitive() && value.hasPrimitiveValue()) {
      return value.primitiveValue();
    }
    throw Refusal.invalid(
        at(parameter.getName()), at(parameter.getName()) + ": give a valueString");
  }

  private static String at(String name) {
    return "Parameters.parameter.where(name='%s')".formatted(name);
  }
}
