package org.equipoise.consent.withdrawal;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.policy.DecisionLock;
import org.equipoise.consent.recording.ConsentProvenance;
import org.equipoise.consent.recording.Entries;
import org.equipoise.consent.recording.FreeChoiceTasks;
import org.equipoise.consent.recording.Matter;
import org.equipoise.consent.recording.Signer;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.withdrawal.Withdrawal.Effect;
import org.equipoise.consent.withdrawal.Withdrawal.Known;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Inputs;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * {@code Consent/[id]/$withdraw-consent} and {@code Patient/[id]/$withdraw-consent}: the patient's
 * side takes a permit back. It counts from the commit on, since each decision reads the database.
 */
public class WithdrawConsentProvider implements OperationProvider {

  /** The operation, without the dollar sign. */
  public static final String NAME = "withdraw-consent";

  private static final int MANY = Integer.MAX_VALUE;

  /** The latest uses under a consent that its withdrawal looks at. */
  private static final int MOST_USES = 10_000;

  private final RecordOperation operation;
  private final DecisionLock lock;
  private final ConsentPeriods periods;
  private final AccessLog log;

  WithdrawConsentProvider(
      RecordOperation operation, DecisionLock lock, ConsentSettings settings, AccessLog log) {
    this.operation = operation;
    this.lock = lock;
    this.log = log;
    this.periods = new ConsentPeriods(settings.zone());
  }

  /**
   * Takes one permit back.
   *
   * @return as {@code OperationDefinition/withdraw-consent} says
   */
  @Operation(name = "$" + NAME, typeName = "Consent")
  public Parameters withdraw(
      @IdParam IdType consent, @ResourceParam IBaseResource body, RequestDetails request) {
    Parameters input = parametersOf(body);
    Inputs in =
        new Inputs(
            "Parameters.parameter", input.getParameter(), Map.of("reason", 1, "requestId", 1));
    String reason = reason(in);
    return operation.run(
        NAME,
        consent,
        input,
        request,
        transaction -> {
          Signer.requirePatientSide(transaction.caller());
          Consent found = transaction.read(Consent.class, consent.toUnqualifiedVersionless());
          requirePermit(found);
          lock(transaction, found.getPatient());
          Consent current = transaction.read(Consent.class, consent.toUnqualifiedVersionless());
          return withdraw(
              transaction, current.getPatient(), List.of(current), reason, languages(request));
        });
  }

  /**
   * Takes back every permit of a patient, for the purposes and AIs that are named.
   *
   * @return as {@code OperationDefinition/withdraw-consent} says
   */
  @Operation(name = "$" + NAME, typeName = "Patient")
  public Parameters withdrawAll(
      @IdParam IdType patient, @ResourceParam IBaseResource body, RequestDetails request) {
    Parameters input = parametersOf(body);
    Inputs in =
        new Inputs(
            "Parameters.parameter",
            input.getParameter(),
            Map.of("reason", 1, "requestId", 1, "purpose", MANY, "device", MANY));
    String reason = reason(in);
    Set<AiPurpose> purposes =
        in.all("purpose").stream().map(one -> purpose(in, one)).collect(Collectors.toSet());
    Set<String> devices =
        in.all("device").stream().map(one -> device(in, one)).collect(Collectors.toSet());
    return operation.run(
        NAME,
        patient,
        input,
        request,
        transaction -> {
          Signer.requirePatientSide(transaction.caller());
          IdType id = patient.toUnqualifiedVersionless();
          transaction.read(Patient.class, id);
          Reference whose = new Reference(id.getValue());
          lock(transaction, whose);
          return withdraw(
              transaction,
              whose,
              matching(transaction, whose, purposes, devices),
              reason,
              languages(request));
        });
  }

  /** A call without a body is one without a reason. */
  private static Parameters parametersOf(IBaseResource body) {
    return body == null ? new Parameters() : OperationProvider.parametersOf(body);
  }

  private static String languages(RequestDetails request) {
    return request.getHeader("Accept-Language");
  }

  private static String reason(Inputs in) {
    return in.text("reason").filter(text -> !text.isBlank()).orElse(null);
  }

  private static void requirePermit(Consent consent) {
    boolean isOurs = Consents.speaksOfAi(consent) || Consents.isForSecondOpinion(consent);
    if (!isOurs || !Consents.permitsSomething(consent)) {
      throw Refusal.businessRule(
          "Consent.provision.type",
          "Consent.provision.type: only a permit on a use of AI, or for a second opinion, is taken back; a refusal is"
              + " lifted by a new decision");
    }
  }

  /**
   * The same locks as those of new decisions at large, so that neither overtakes the other; and of
   * what AIs write, so that a document is on record before this looks for what cannot be undone, or
   * finds the permit gone.
   */
  private void lock(RecordTransaction transaction, Reference patient) {
    transaction.lock(
        Stream.of(AiPurpose.values())
            .map(Matter.atLarge(patient, List.of(), null)::lockKey)
            .toArray(String[]::new));
    lock.take(patient.getReferenceElement().getIdPart());
  }

  /** The permits in force; where there are none, those that were taken back last. */
  private List<Consent> matching(
      RecordTransaction transaction,
      Reference patient,
      Set<AiPurpose> purposes,
      Set<String> devices) {
    List<Consent> permits =
        transaction
            .search(
                Consent.class,
                SearchParameterMap.newSynchronous()
                    .add(Consent.SP_PATIENT, new ReferenceParam(AiUse.key(patient))))
            .stream()
            .filter(consent -> AiUse.key(consent.getPatient()).equals(AiUse.key(patient)))
            .filter(
                consent ->
                    Consents.speaksOfAi(consent)
                        || (purposes.isEmpty() && Consents.isForSecondOpinion(consent)))
            .filter(Consents::permitsSomething)
            .filter(
                consent ->
                    purposes.isEmpty()
                        || AiPurpose.of(consent).stream().anyMatch(purposes::contains))
            .filter(
                consent ->
                    devices.isEmpty()
                        || Matter.actorsOf(consent).stream()
                            .map(AiUse::key)
                            .anyMatch(devices::contains))
            .sorted(Comparator.comparing(consent -> consent.getIdElement().getIdPart()))
            .toList();
    List<Consent> inForce = permits.stream().filter(Consents::isInForce).toList();
    if (!inForce.isEmpty()) {
      return inForce;
    }
    Optional<Instant> last =
        permits.stream()
            .flatMap(consent -> Withdrawal.whenOf(consent, periods).stream())
            .max(Comparator.naturalOrder());
    return permits.stream()
        .filter(consent -> last.isPresent() && Withdrawal.whenOf(consent, periods).equals(last))
        .toList();
  }

  private Parameters withdraw(
      RecordTransaction transaction,
      Reference patient,
      List<Consent> permits,
      String reason,
      String languages) {
    Signer signer = Signer.of(transaction, new Reference(AiUse.key(patient)), periods);
    ConsentWords words = ConsentWords.in(languages);
    List<Withdrawal> withdrawals = new ArrayList<>();
    List<Consent> inForce = permits.stream().filter(Consents::isInForce).toList();
    Known known = known(transaction, patient, permits);
    Instant when = Withdrawal.after(known.documents(), transaction.now());
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    List<Task> tasks = new ArrayList<>();
    for (Consent permit : permits) {
      if (Consents.isInForce(permit)) {
        Withdrawal withdrawal = new Withdrawal(permit, when, known, periods, words);
        withdrawals.add(withdrawal);
        bundle.addEntry(Entries.update(withdrawal.taken(signer, reason)));
        tasks.addAll(withdrawal.tasks(signer));
      } else {
        // Again the same, as of the moment when it was taken back.
        Withdrawal.whenOf(permit, periods)
            .map(then -> new Withdrawal(permit, then, known, periods, words))
            .ifPresent(withdrawals::add);
      }
    }
    List<Resource> stored = new ArrayList<>();
    if (!inForce.isEmpty()) {
      bundle.addEntry(Entries.create(provenance(patient, signer, inForce, transaction.now())));
      tasks.forEach(task -> bundle.addEntry(Entries.create(task)));
      FreeChoiceTasks.cancel(transaction, inForce).forEach(bundle::addEntry);
      stored.addAll(transaction.write(bundle));
    }
    return answer(transaction, permits, inForce, withdrawals, stored, tasks.size(), words);
  }

  private static Parameters answer(
      RecordTransaction transaction,
      List<Consent> permits,
      List<Consent> inForce,
      List<Withdrawal> withdrawals,
      List<Resource> stored,
      int opened,
      ConsentWords words) {
    Parameters answer = new Parameters();
    List<Resource> now =
        inForce.isEmpty() ? List.copyOf(permits) : stored.subList(0, inForce.size());
    now.forEach(consent -> answer.addParameter().setName("return").setResource(consent));
    withdrawals.stream()
        .flatMap(withdrawal -> withdrawal.effects().stream())
        .forEach(effect -> add(answer, effect));
    List<? extends Resource> tasks =
        inForce.isEmpty()
            ? tasksOf(transaction, permits)
            : stored.subList(inForce.size() + 1, inForce.size() + 1 + opened);
    tasks.forEach(task -> answer.addParameter().setName("task").setResource(task));
    if (!inForce.isEmpty()) {
      answer.addParameter().setName("provenance").setResource(stored.get(inForce.size()));
    }
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(words.language());
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.INFORMATION)
        .setCode(IssueType.INFORMATIONAL)
        .getDetails()
        .setText(
            words.say(
                permits.isEmpty()
                    ? "withdraw.nothing"
                    : inForce.isEmpty() ? "withdraw.before" : "withdraw.done"));
    answer.addParameter().setName("outcome").setResource(outcome);
    return answer;
  }

  private static void add(Parameters answer, Effect effect) {
    ParametersParameterComponent parameter = answer.addParameter().setName("effects");
    parameter
        .addPart()
        .setName("effect")
        .setValue(new CodeType(effect.stopped() ? "stopped" : "cannot-undo"));
    parameter
        .addPart()
        .setName("plainText")
        .setValue(new org.hl7.fhir.r4.model.StringType(effect.sentence()));
    effect
        .resources()
        .forEach(
            resource -> parameter.addPart().setName("resource").setValue(new Reference(resource)));
  }

  /** The tasks that the first call left. */
  private static List<Task> tasksOf(RecordTransaction transaction, List<Consent> permits) {
    return permits.stream()
        .flatMap(
            consent ->
                transaction
                    .search(
                        Task.class,
                        SearchParameterMap.newSynchronous()
                            .add(
                                Task.SP_FOCUS,
                                new ReferenceParam(
                                    consent.getIdElement().toUnqualifiedVersionless().getValue())))
                    .stream())
        .filter(task -> !task.getCode().hasCoding(Canonical.System.TASK, FreeChoiceTasks.CODE))
        .toList();
  }

  private Known known(RecordTransaction transaction, Reference patient, List<Consent> permits) {
    if (permits.isEmpty()) {
      return new Known(List.of(), List.of(), Map.of());
    }
    List<DocumentReference> documents =
        transaction.search(
            DocumentReference.class,
            SearchParameterMap.newSynchronous()
                .add(DocumentReference.SP_SUBJECT, new ReferenceParam(AiUse.key(patient)))
                .add(
                    "_security",
                    new TokenParam(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)));
    List<AuditEvent> uses =
        log.consentDecisions(
            patient.getReferenceElement().getIdPart(),
            permits.stream()
                .map(consent -> consent.getIdElement().toUnqualifiedVersionless().getValue())
                .toList(),
            MOST_USES);
    Map<String, Resource> actors = new TreeMap<>();
    Stream.concat(
            permits.stream().flatMap(consent -> Matter.actorsOf(consent).stream()),
            uses.stream().flatMap(use -> use.getAgent().stream()).map(agent -> agent.getWho()))
        .filter(Reference::hasReference)
        .map(reference -> new Reference(AiUse.key(reference)))
        .forEach(
            reference ->
                Stream.of(Device.class, Organization.class)
                    .flatMap(type -> transaction.find(type, reference).stream())
                    .forEach(found -> actors.put(reference.getReference(), found)));
    return new Known(documents, uses, actors);
  }

  private static Provenance provenance(
      Reference patient, Signer signer, List<Consent> taken, Instant now) {
    Provenance provenance =
        ConsentProvenance.of(new Reference(AiUse.key(patient)), now, ConsentProvenance.CHANGED);
    Provenance.ProvenanceAgentComponent author =
        provenance
            .addAgent()
            .setType(ConsentProvenance.agentType("author"))
            .setWho(signer.who().copy());
    if (signer.representative()) {
      author.setOnBehalfOf(new Reference(AiUse.key(patient)));
    }
    taken.forEach(
        consent -> {
          IdType id = consent.getIdElement();
          provenance.addTarget(new Reference(id.toUnqualifiedVersionless().getValue()));
          provenance
              .addEntity()
              .setRole(ProvenanceEntityRole.REVISION)
              .setWhat(new Reference(id.toUnqualified().getValue()));
        });
    return provenance;
  }

  private static AiPurpose purpose(Inputs in, ParametersParameterComponent parameter) {
    Coding coding = in.value(parameter, Coding.class);
    return AiPurpose.of(coding)
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.CODEINVALID,
                    in.at("purpose"),
                    "%s: unknown purpose %s; give a code of %s: %s"
                        .formatted(
                            in.at("purpose"),
                            coding.getCode(),
                            Canonical.System.AI_PURPOSE,
                            AiPurpose.codes())));
  }

  private static String device(Inputs in, ParametersParameterComponent parameter) {
    Reference device = in.value(parameter, Reference.class);
    if (!"Device".equals(device.getReferenceElement().getResourceType())) {
      throw Refusal.invalid(in.at("device"), in.at("device") + ": give a reference Device/[id]");
    }
    return AiUse.key(device);
  }
}
