package org.equipoise.audit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.equipoise.fhir.AccessEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** What was told of a request by events that are kept for good: nothing is told twice. */
final class Told {

  private static final String TOLD = Told.class.getName();

  private String requestId;
  private List<BundleEntryComponent> asked = List.of();
  private final Set<String> patients = ConcurrentHashMap.newKeySet();
  private final Set<String> resources = ConcurrentHashMap.newKeySet();

  static Told of(HttpServletRequest request) {
    synchronized (request) {
      if (request.getAttribute(TOLD) instanceof Told told) {
        return told;
      }
      Told told = new Told();
      request.setAttribute(TOLD, told);
      return told;
    }
  }

  /** Of the request that this thread serves; one that nobody asks where it serves none. */
  static Told ofThread() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
        ? of(request.getRequest())
        : new Told();
  }

  void add(Collection<AccessEvent> events) {
    events.forEach(
        event -> {
          patients.add(event.patientId().orElse(""));
          event.entities().forEach(one -> resources.add(one.replaceFirst("/_history/.*", "")));
        });
  }

  /** Takes note of a batch or transaction, whole; of the parts that it is run in, none. */
  synchronized void ask(Bundle bundle) {
    if (asked.isEmpty()) {
      asked = List.copyOf(bundle.getEntry());
    }
  }

  /** The entries of the batch or transaction that the request is; empty where it is none. */
  synchronized List<BundleEntryComponent> asked() {
    return asked;
  }

  boolean isEmpty() {
    return patients.isEmpty();
  }

  /** Logical ids. */
  Set<String> patients() {
    return Set.copyOf(patients);
  }

  /** Whether a resource, {@code Type/id}, is told of. */
  boolean has(String key) {
    return resources.contains(key);
  }

  /** What the events of the request have in common, made where there is none yet. */
  synchronized String requestId(Supplier<String> first) {
    if (requestId == null) {
      requestId = first.get();
    }
    return requestId;
  }
}
