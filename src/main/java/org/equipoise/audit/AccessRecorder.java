package org.equipoise.audit;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.interceptor.ExceptionHandlingInterceptor;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessFacts;
import org.equipoise.fhir.ManualAnswers;
import org.equipoise.fhir.RequestStanding;
import org.equipoise.fhir.Standing;
import org.equipoise.fhir.UnreadBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryResponseComponent;
import org.hl7.fhir.r4.model.IdType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the access events of every FHIR request as its answer is about to leave: of reads, of
 * refusals, and of writes what {@link WriteRecorder} did not tell already. Where they cannot be
 * kept, nothing is shown. Belongs on the REST server.
 */
@Interceptor
public class AccessRecorder implements ManualAnswers {

  private static final Logger log = LoggerFactory.getLogger(AccessRecorder.class);

  /** Behind all who take something out of the answer. */
  private static final int LAST = 10_000;

  private static final int UNAUTHENTICATED = 401;
  private static final int FIRST_FAILURE = 400;
  private static final int SERVER_FAILURE = 500;

  /** A bundle that is refused may name a hundred thousand resources. */
  private static final int MOST_LOOKED_UP = 500;

  private final AccessTelling telling;
  private final AccessFacts facts;
  private final AccessEvents store;
  private final RequestStanding standing;
  private final ExceptionHandlingInterceptor failures = new ExceptionHandlingInterceptor();

  AccessRecorder(
      AccessTelling telling, AccessFacts facts, AccessEvents store, RequestStanding standing) {
    this.telling = telling;
    this.facts = facts;
    this.store = store;
    this.standing = standing;
  }

  /** Before the first byte leaves. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = LAST)
  public void beforeAnswering(ServletRequestDetails request, ResponseDetails answer) {
    if (telling.caller(request).isEmpty() || isPublic(request)) {
      return;
    }
    boolean isBatch = request.getRestOperationType() == RestOperationTypeEnum.TRANSACTION;
    keep(
        request,
        isBatch
                && request.getResource() instanceof Bundle asked
                && answer.getResponseResource() instanceof Bundle answered
            ? entries(request, asked, answered)
            : answered(request, answer.getResponseResource(), answer.getResponseCode()));
  }

  /**
   * In the same statement it is asked whether the token still counts, where that was left to ask.
   */
  private void keep(RequestDetails request, List<AccessEvent> events) {
    Optional<Standing> due = standing.due(request);
    if (due.isEmpty() || events.isEmpty()) {
      store.add(events);
    } else {
      standing.settle(request, store.addWhile(due.get(), events));
    }
    // Should the answer break off, it is not told again.
    told((ServletRequestDetails) request).add(events);
  }

  @Override
  public void begin(ServletRequestDetails request, int status) {
    keep(request, answered(request, null, status));
  }

  private boolean isPublic(RequestDetails request) {
    return request.getRestOperationType() == RestOperationTypeEnum.METADATA
        || (request.getResourceName() != null
            && facts.isPublic(request.getResourceName())
            && !Asked.of(request).isWrite());
  }

  private static Told told(ServletRequestDetails request) {
    return Told.of(request.getServletRequest());
  }

  // ---- answers

  private List<AccessEvent> answered(ServletRequestDetails request, Object answer, int status) {
    Told told = told(request);
    Asked asked = Asked.of(request);
    Touched touched = new Touched();
    telling.show(request, answer, touched);
    touched.name(asked.patients());
    if (told.isEmpty()) {
      nameOwners(request, asked, touched);
    } else if (touched.patients().isEmpty()) {
      return List.of();
    }
    return telling.events(request, asked, status, touched, told.patients());
  }

  /** Whose data it is that was asked for, where the answer does not tell. */
  private void nameOwners(RequestDetails request, Asked asked, Touched touched) {
    if (asked.isWrite() && asked.body() != null) {
      touched.name(facts.patientsOf(request, asked.body()));
    }
    if (asked.key() == null || touched.has(asked.key())) {
      return;
    }
    IdType named = asked.instance();
    touched.add(named.getValue(), owners(named, lookUp(Stream.of(named))));
  }

  /** A Patient is its own owner. */
  private Map<String, Set<String>> lookUp(Stream<IdType> resources) {
    List<IdType> asked =
        resources
            .filter(one -> one != null && !"Patient".equals(one.getResourceType()))
            .distinct()
            .limit(MOST_LOOKED_UP)
            .toList();
    Map<String, Set<String>> owners =
        new HashMap<>(facts.lookUp(asked.stream().filter(one -> !isEvent(one)).toList()));
    asked.stream()
        .filter(AccessRecorder::isEvent)
        .forEach(
            one ->
                StoredEvent.number(one.getIdPart()).stream()
                    .boxed()
                    .flatMap(number -> store.find(number).stream())
                    .flatMap(found -> found.event().patientId().stream())
                    .forEach(patient -> owners.put(key(one), Set.of(patient))));
    return owners;
  }

  /** Events stand in a table of their own. */
  private static boolean isEvent(IdType resource) {
    return "AuditEvent".equals(resource.getResourceType());
  }

  private static Set<String> owners(IdType resource, Map<String, Set<String>> lookedUp) {
    return "Patient".equals(resource.getResourceType())
        ? Set.of(resource.getIdPart())
        : lookedUp.getOrDefault(key(resource), Set.of());
  }

  // ---- batches and transactions

  /**
   * What an entry asked for and touched.
   *
   * @param open the resource of which it is still to be found out whose it is; null where none is
   */
  private record Entry(Asked asked, Touched touched, int status, IdType open) {}

  private List<AccessEvent> entries(ServletRequestDetails request, Bundle asked, Bundle answered) {
    Told told = told(request);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < Math.min(asked.getEntry().size(), answered.getEntry().size()); i++) {
      Entry entry =
          entry(request, Asked.of(asked.getEntry().get(i)), answered.getEntry().get(i), told);
      if (entry != null) {
        entries.add(entry);
      }
    }
    Map<String, Set<String>> lookedUp = lookUp(entries.stream().map(Entry::open));
    return entries.stream()
        .flatMap(
            entry -> {
              if (entry.open() != null) {
                entry.touched().add(entry.open().getValue(), owners(entry.open(), lookedUp));
              }
              return telling
                  .events(request, entry.asked(), entry.status(), entry.touched(), Set.of())
                  .stream();
            })
        .toList();
  }

  /** Null where it is told already, or about nobody's data. */
  private Entry entry(RequestDetails request, Asked asked, BundleEntryComponent answer, Told told) {
    int status = status(answer.getResponse());
    boolean isDone = status < FIRST_FAILURE;
    IdType stored = stored(answer.getResponse());
    if (isDone
        && asked.isWrite()
        && ((stored != null && told.has(stored.toUnqualifiedVersionless().getValue()))
            || (asked.key() != null && told.has(asked.key())))) {
      return null;
    }
    if (!asked.isWrite() && facts.isPublic(asked.type())) {
      return null;
    }
    Touched touched = new Touched();
    touched.name(asked.patients());
    IdType open = asked.instance();
    if (isDone) {
      telling.show(request, answer.getResource(), touched);
      if (asked.isWrite() && stored != null) {
        // It changed nothing: whose it is stands in the record, not in what was sent.
        open = stored;
      }
    } else if (asked.isWrite() && asked.body() != null) {
      touched.name(facts.patientsOf(request, asked.body()));
    }
    return new Entry(asked, touched, status, open == null || touched.has(key(open)) ? null : open);
  }

  private static String key(IdType id) {
    return id.toUnqualifiedVersionless().getValue();
  }

  private static IdType stored(BundleEntryResponseComponent response) {
    if (!response.hasLocation()) {
      return null;
    }
    IdType id = new IdType(response.getLocation());
    return id.hasResourceType() && id.hasIdPart() ? id.toUnqualified() : null;
  }

  private static int status(BundleEntryResponseComponent response) {
    String code = String.valueOf(response.getStatus()).replaceFirst("\\D.*", "");
    return code.length() == 3 ? Integer.parseInt(code) : 0;
  }

  // ---- refusals

  /** After the rollback, in a transaction of its own. */
  @Hook(value = Pointcut.SERVER_HANDLE_EXCEPTION, order = LAST)
  public boolean beforeRefusing(
      ServletRequestDetails request,
      BaseServerResponseException problem,
      HttpServletRequest http,
      HttpServletResponse response)
      throws ServletException, IOException {
    int status = problem.getStatusCode();
    if (status == UNAUTHENTICATED || telling.caller(request).isEmpty() || isPublic(request)) {
      return true;
    }
    try {
      store.add(refused(request, status));
      return true;
    } catch (RuntimeException e) {
      String reference = UUID.randomUUID().toString();
      log.error("A refusal could not be kept, reference {}", reference, e);
      if (status >= SERVER_FAILURE) {
        return true;
      }
      failures.handleException(
          request,
          new InternalErrorException(
              "The server failed to handle this request. Reference for its operator: " + reference),
          http,
          response);
      return false;
    }
  }

  private List<AccessEvent> refused(ServletRequestDetails request, int status) {
    Asked whole = Asked.of(request);
    boolean isLookedInto = whole.door() == Door.TRANSACTION && !UnreadBundle.isIn(request);
    List<Asked> all =
        isLookedInto && request.getResource() instanceof Bundle bundle
            ? bundle.getEntry().stream().map(Asked::of).toList()
            : List.of(whole);
    Map<String, Set<String>> lookedUp = lookUp(all.stream().map(Asked::instance));
    Touched touched = new Touched();
    for (Asked asked : all) {
      if (asked.key() != null) {
        touched.add(asked.instance().getValue(), owners(asked.instance(), lookedUp));
      }
      touched.name(asked.patients());
      if (asked.isWrite() && asked.body() != null) {
        touched.name(facts.patientsOf(request, asked.body()));
      }
    }
    return telling.events(request, whole, status, touched, told(request).patients());
  }
}
