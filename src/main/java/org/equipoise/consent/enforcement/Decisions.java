package org.equipoise.consent.enforcement;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.consent.policy.ConsentDecision;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.RecordedConsents;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.fhir.ConsentEnforcement.View;

/**
 * What patients decided, read from the database once for each patient in one request, and weighed.
 * Patients are named by their logical ids.
 */
class Decisions {

  private final RecordedConsents consents;
  private final DeidentifiedConsents deidentified;
  private final ConsentPolicy policy;
  private final Instant now;

  private final Map<String, List<ConsentStatement>> said = new HashMap<>();

  /** Of the Consents that decided something, whether they are for de-identified data alone. */
  private final Map<String, Boolean> forDeidentified = new HashMap<>();

  Decisions(
      RecordedConsents consents,
      DeidentifiedConsents deidentified,
      ConsentPolicy policy,
      Instant now) {
    this.consents = consents;
    this.deidentified = deidentified;
    this.policy = policy;
    this.now = now;
  }

  Instant now() {
    return now;
  }

  /** Reads at once what will be asked about. */
  void foresee(Collection<String> patients) {
    Set<String> unknown =
        patients.stream().filter(one -> !said.containsKey(one)).collect(Collectors.toSet());
    if (unknown.isEmpty()) {
      return;
    }
    unknown.forEach(patient -> said.put(patient, new ArrayList<>()));
    consents
        .of(unknown.stream().map(patient -> "Patient/" + patient).toList())
        .forEach(statement -> said.get(idPart(statement.patient())).add(statement));
  }

  private List<ConsentStatement> of(String patient) {
    foresee(Set.of(patient));
    return said.get(patient);
  }

  private List<ConsentStatement> of(String patient, AiPurpose purpose) {
    return of(patient).stream().filter(one -> one.purpose() == purpose).toList();
  }

  /** All who permit a use to these actors, of all their data or of some document. */
  Set<String> permitting(AiPurpose purpose, Set<String> actors) {
    return idParts(consents.patientsPermitting(purpose, actors, now));
  }

  /** All who said no to a purpose, for whomever and whatever. */
  Set<String> denying(AiPurpose purpose) {
    return idParts(consents.patientsDenying(purpose));
  }

  /** Whether the patient said no to a purpose, for whomever and whatever. */
  boolean isDeniedToSome(String patient, AiPurpose purpose) {
    return of(patient, purpose).stream().anyMatch(one -> !one.permit());
  }

  /** Whether the patient said no to a purpose for AIs or organisations that the no names. */
  boolean isDeniedToNamed(String patient, AiPurpose purpose) {
    return of(patient, purpose).stream().anyMatch(one -> !one.permit() && !one.actors().isEmpty());
  }

  /** The resources about which the patient decided one by one, e.g. {@code Observation/2}. */
  Set<String> named(String patient, AiPurpose purpose) {
    return of(patient, purpose).stream()
        .flatMap(one -> one.documents().stream())
        .collect(Collectors.toSet());
  }

  /**
   * What a use leaves to see of the patient's data.
   *
   * @param resource that is used, or null for the data in general
   */
  View view(String patient, AiPurpose purpose, String resource, Set<String> actors) {
    ConsentDecision decision = decide(patient, purpose, resource, actors);
    if (decision.verdict() != Verdict.PERMIT) {
      return View.WITHHELD;
    }
    Set<String> basis =
        decision.basis().stream().map(ConsentStatement::consent).collect(Collectors.toSet());
    if (!forDeidentified.keySet().containsAll(basis)) {
      Set<String> found = deidentified.among(basis);
      basis.forEach(consent -> forDeidentified.put(consent, found.contains(consent)));
    }
    return basis.stream().anyMatch(forDeidentified::get) ? View.MASKED : View.SHOWN;
  }

  /** Whether the patient permits a use by a yes that counts now, or has counted since. */
  boolean wasPermitted(
      String patient, AiPurpose purpose, String resource, Set<String> actors, Instant since) {
    return policy.isPermittedAtAnyTime(
        of(patient), new AiUse("Patient/" + patient, purpose, resource, actors), since, now);
  }

  /** Whether the patient said no to this use: silence, and a yes that does not count, is none. */
  boolean isRefused(String patient, AiPurpose purpose, String resource, Set<String> actors) {
    ConsentDecision decision = decide(patient, purpose, resource, actors);
    return decision.verdict() == Verdict.DENY
        && decision.basis().stream().anyMatch(one -> !one.permit());
  }

  private ConsentDecision decide(
      String patient, AiPurpose purpose, String resource, Set<String> actors) {
    return policy.decide(
        of(patient), new AiUse("Patient/" + patient, purpose, resource, actors), now);
  }

  private static Set<String> idParts(Collection<String> references) {
    return references.stream().map(Decisions::idPart).collect(Collectors.toSet());
  }

  static String idPart(String reference) {
    return reference.substring(reference.indexOf('/') + 1);
  }
}
