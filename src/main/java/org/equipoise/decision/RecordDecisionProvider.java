package org.equipoise.decision;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.decision.RecordDecision.Plan;
import org.equipoise.decision.RecordDecision.Situation;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.PatientObservations;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.TreatingClinicians;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;

/**
 * {@code POST Patient/[id]/$record-decision}: what a patient and a clinician decided together is
 * recorded, changed and signed. See {@code docs/shared-decision.md}.
 */
public final class RecordDecisionProvider implements OperationProvider {

  private static final String NAME = "record-decision";

  private final RecordOperation operation;
  private final RecordDecision rule;
  private final TreatingClinicians treating;
  private final PatientObservations observations;

  RecordDecisionProvider(
      RecordOperation operation,
      RecordDecision rule,
      TreatingClinicians treating,
      PatientObservations observations) {
    this.operation = operation;
    this.rule = rule;
    this.treating = treating;
    this.observations = observations;
  }

  /** Answers the decision as it now stands, what it lacks, and what was done in words. */
  @Operation(
      name = "$" + NAME,
      typeName = "Patient",
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + NAME)
  public Parameters recordDecision(
      @IdParam IdType patient, @ResourceParam IBaseResource body, RequestDetails details) {
    Parameters input = OperationProvider.parametersOf(body);
    DecisionRequest request = DecisionRequest.parse(input, patient, details.getFhirServerBase());
    String version = details.getHeader("If-Match");
    requireVersionWhereDue(request, version);
    List<String> languages = Stream.ofNullable(details.getHeader("Accept-Language")).toList();
    return operation.run(
        NAME,
        request.target().orElse(patient),
        input,
        details,
        transaction -> stored(transaction, patient, request, version),
        transaction -> record(transaction, patient, request, version, languages));
  }

  private static void requireVersionWhereDue(DecisionRequest request, String version) {
    boolean isGiven = version != null && !version.isBlank();
    if (request.target().isPresent() && !isGiven) {
      throw Refusal.required(
          "Parameters",
          "Give the header If-Match with the version that was read, such as W/\"1\": the other side may have changed"
              + " the decision since");
    }
    if (request.target().isEmpty() && isGiven) {
      throw Refusal.invalid(
          "Parameters",
          "If-Match belongs to a change: the Composition then has the id of the decision on record");
    }
  }

  /** The decision on record, locked; null for a new one. */
  private static Composition stored(
      RecordTransaction transaction, IdType patient, DecisionRequest request, String version) {
    RecordDecision.requirePerson(transaction.caller());
    // Of two who write at once, the second finds what the first wrote.
    String[] locks = locks(request);
    if (locks.length > 0) {
      transaction.lock(locks);
    }
    if (request.target().isEmpty()) {
      return null;
    }
    IdType id = request.target().get();
    Composition stored = transaction.read(Composition.class, id);
    if (!Decision.is(stored)
        || !Objects.equals(
            stored.getSubject().getReferenceElement().getIdPart(), patient.getIdPart())) {
      throw Refusal.notFound(id);
    }
    if (stored.getStatus() == CompositionStatus.ENTEREDINERROR) {
      throw Refusal.conflict(
          "Composition.status", "The decision was entered in error; record it anew");
    }
    String current = stored.getIdElement().getVersionIdPart();
    String read = version.trim().replaceFirst("^W/", "").replace("\"", "");
    if (!current.equals(read)) {
      throw Refusal.preconditionFailed(
          "The decision was changed or signed since you read it: you name version %s, it is now version %s. Read it again, so that no word and no signature is lost, and then change or sign that"
              .formatted(read, current));
    }
    return stored;
  }

  /** The decision, and what it rests on. */
  private static String[] locks(DecisionRequest request) {
    return Stream.concat(
            request.target().stream().map(id -> "decision:" + id.getIdPart()),
            Stream.of(Sections.PREFERENCES, Sections.CONFLICT)
                .flatMap(section -> Decision.entries(request.composition(), section))
                .map(Decision::key)
                .filter(key -> key != null && !key.startsWith("urn:"))
                .limit(DecisionRules.MOST_ENTRIES)
                .map(DecisionContent::lock))
        .toArray(String[]::new);
  }

  private Parameters record(
      RecordTransaction transaction,
      IdType id,
      DecisionRequest request,
      String version,
      List<String> languages) {
    Composition stored = stored(transaction, id, request, version);
    Patient patient = transaction.read(Patient.class, id.toUnqualifiedVersionless());
    Plan plan =
        rule.plan(
            request,
            new Situation(
                transaction.caller(),
                transaction.now(),
                patient,
                stored,
                new Visible(transaction),
                option -> isOfAnother(transaction, option, stored),
                stored == null ? Optional.empty() : published(transaction, stored),
                stored == null ? List.of() : plans(transaction, stored),
                transaction
                    .caller()
                    .person()
                    .filter(
                        person ->
                            treating.treats(
                                person, patient.getIdElement().toUnqualifiedVersionless()))
                    .isPresent(),
                who -> isCaller(transaction, who),
                who -> name(transaction, who),
                observation -> contribute(transaction, patient, observation),
                languages));
    List<Resource> written = transaction.write(plan.bundle());
    remember(transaction, patient, written);
    Parameters answer = new Parameters();
    answer
        .addParameter()
        .setName("return")
        .setResource(written.isEmpty() ? stored : written.get(0));
    plan.missing()
        .forEach(code -> answer.addParameter().setName("missing").setValue(new CodeType(code)));
    answer.addParameter().setName("outcome").setResource(plan.outcome());
    return answer;
  }

  /** As {@code $contribute} does, but that it needs nobody to look: the two look together. */
  private void contribute(RecordTransaction transaction, Patient patient, Observation observation) {
    Device device = null;
    if (observation.hasDevice()) {
      device =
          new Visible(transaction)
              .find(Device.class, observation.getDevice())
              .orElseThrow(
                  () ->
                      Refusal.unprocessable(
                          IssueType.NOTFOUND,
                          "Observation.device",
                          "Observation.device: this device is not known"));
    }
    observations.prepare(
        observation,
        new Contributor(
            patient.getIdElement().toUnqualifiedVersionless(),
            transaction.caller().person().orElseThrow().toUnqualifiedVersionless(),
            Locale.forLanguageTag(DecisionWords.of(patient, null).language())),
        device,
        transaction.now(),
        "Observation");
  }

  /** So that the same is known again where it comes by {@code $contribute}. */
  private void remember(RecordTransaction transaction, Patient patient, List<Resource> written) {
    if (!transaction.caller().isPatientSide()) {
      return;
    }
    String id = patient.getIdElement().getIdPart();
    Map<String, String> keys = new LinkedHashMap<>();
    written.stream()
        .filter(Observation.class::isInstance)
        .map(Observation.class::cast)
        .forEach(
            one ->
                one.getIdentifier().stream()
                    .filter(identifier -> Canonical.CONTRIBUTION.equals(identifier.getSystem()))
                    .forEach(identifier -> keys.put(identifier.getValue(), key(one))));
    keys.keySet().removeAll(observations.known(id, keys.keySet()).keySet());
    if (!keys.isEmpty()) {
      observations.remember(id, keys);
    }
  }

  /** What the caller may see of this record; what another server has is not here. */
  private record Visible(RecordTransaction transaction) implements Finder {
    @Override
    public <T extends Resource> Optional<T> find(Class<T> type, Reference reference) {
      return reference.getReferenceElement().isAbsolute()
          ? Optional.empty()
          : transaction.find(type, reference);
    }
  }

  private static boolean isOfAnother(
      RecordTransaction transaction, String option, Composition stored) {
    return transaction
        .search(Composition.class, decisions().add("entry", new ReferenceParam(option)))
        .stream()
        .anyMatch(
            one ->
                stored == null
                    || !one.getIdElement().getIdPart().equals(stored.getIdElement().getIdPart()));
  }

  private static SearchParameterMap decisions() {
    return SearchParameterMap.newSynchronous()
        .add(
            Composition.SP_TYPE,
            new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.SHARED_DECISION));
  }

  /** The text of the decision as both signed it last. */
  private static Optional<DocumentReference> published(
      RecordTransaction transaction, Composition stored) {
    return transaction
        .search(
            DocumentReference.class,
            decisions()
                .add(DocumentReference.SP_RELATED, new ReferenceParam(key(stored)))
                .add(DocumentReference.SP_STATUS, new TokenParam("current")))
        .stream()
        .findFirst();
  }

  /** What came of the decision as both signed it last, as far as it still goes on. */
  private static List<CarePlan> plans(RecordTransaction transaction, Composition stored) {
    // Not by the options of today: the one that was chosen may be none any more.
    return transaction
        .search(
            CarePlan.class,
            SearchParameterMap.newSynchronous()
                .add(CarePlan.SP_SUBJECT, new ReferenceParam(stored.getSubject().getReference()))
                .add(CarePlan.SP_INTENT, new TokenParam("plan"))
                .add(CarePlan.SP_STATUS, new TokenParam("active")))
        .stream()
        .filter(
            plan ->
                plan.getSupportingInfo().stream()
                    .anyMatch(one -> key(stored).equals(one.getReference())))
        .toList();
  }

  private static boolean isCaller(RecordTransaction transaction, Reference who) {
    String self = transaction.caller().person().orElseThrow().toUnqualifiedVersionless().getValue();
    return self.equals(who.getReference())
        || transaction
            .find(PractitionerRole.class, who)
            .filter(role -> self.equals(role.getPractitioner().getReference()))
            .isPresent();
  }

  private static Optional<String> name(RecordTransaction transaction, Reference who) {
    Optional<Device> device = transaction.find(Device.class, who);
    if (device.isPresent()) {
      return device.map(DecisionText::deviceName);
    }
    Optional<PractitionerRole> role = transaction.find(PractitionerRole.class, who);
    if (role.isPresent()) {
      return name(transaction, role.get().getPractitioner());
    }
    return transaction
        .find(Practitioner.class, who)
        .map(Practitioner::getName)
        .or(() -> transaction.find(RelatedPerson.class, who).map(RelatedPerson::getName))
        .flatMap(names -> names.stream().findFirst())
        .map(RecordDecisionProvider::fullName)
        .filter(name -> !name.isBlank());
  }

  private static String fullName(HumanName name) {
    return name.hasText() ? name.getText() : name.getNameAsSingleString();
  }

  private static String key(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }
}
