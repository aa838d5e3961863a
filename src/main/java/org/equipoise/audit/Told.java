package org.equipoise.audit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.equipoise.fhir.AccessEvent;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** What was told of a request by events that are kept for good: nothing is told twice. */
final class Told {

  private static final String TOLD = Told.class.getName();

  private String requestId;
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
