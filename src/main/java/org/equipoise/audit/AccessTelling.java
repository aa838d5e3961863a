package org.equipoise.audit;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.AccessFacts;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.RequestCaller;
import org.hl7.fhir.r4.model.Resource;

/** Makes the events of what somebody asked for and what was touched by it. */
final class AccessTelling {

  /** What a client may call its request; the table holds as much. */
  private static final Pattern REQUEST = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final RequestCaller callers;
  private final AccessFacts facts;

  AccessTelling(RequestCaller callers, AccessFacts facts) {
    this.callers = callers;
    this.facts = facts;
  }

  /** Whoever comes by this request; empty where it is the server's own, or has no token. */
  Optional<Caller> caller(RequestDetails request) {
    return request == null ? Optional.empty() : callers.of(request);
  }

  /** Adds all records of an answer. */
  void show(RequestDetails request, Object answer, Touched to) {
    for (Resource resource : Touched.records(answer)) {
      to.add(Touched.reference(resource), facts.patientsOf(request, resource));
    }
  }

  /**
   * One event for each patient who is touched, or one without a patient where none is.
   *
   * @param status of the answer, 0 where there is none yet
   * @param told logical ids of patients to whom it is told already
   */
  List<AccessEvent> events(
      RequestDetails request, Asked asked, int status, Touched touched, Set<String> told) {
    Caller caller = callers.of(request).orElseThrow();
    Outcome outcome = Outcome.of(status);
    ServletRequestDetails http = (ServletRequestDetails) request;
    String address = http.getServletRequest().getRemoteAddr();
    String id = requestId(http);
    List<String> patients = new ArrayList<>(touched.patients());
    if (patients.isEmpty()) {
      patients.add(null);
    }
    return patients.stream()
        .filter(patient -> !told.contains(patient == null ? "" : patient))
        .map(
            patient ->
                new AccessEvent(
                    id,
                    asked.door(),
                    asked.operation(),
                    outcome,
                    status,
                    Agent.of(caller, ground(request, patient, outcome, touched), address),
                    patient,
                    touched.entities(patient, asked.key()),
                    0,
                    asked.query(patient),
                    null,
                    null))
        .toList();
  }

  private Ground ground(RequestDetails request, String patient, Outcome outcome, Touched touched) {
    return patient == null || outcome != Outcome.SUCCESS
        ? Ground.NONE
        : facts.ground(request, patient, touched.isTouched(patient));
  }

  /** The client's own, where it can be kept as it is. The parts of a batch know it not. */
  private static String requestId(ServletRequestDetails request) {
    HttpServletRequest http = request.getServletRequest();
    return Told.of(http)
        .requestId(
            () ->
                Stream.of(
                        Optional.ofNullable(request.getRequestId()),
                        Optional.ofNullable(http.getHeader(Constants.HEADER_REQUEST_ID)))
                    .flatMap(Optional::stream)
                    .filter(id -> REQUEST.matcher(id).matches())
                    .findFirst()
                    .orElseGet(() -> UUID.randomUUID().toString()));
  }
}
