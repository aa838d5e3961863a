package org.equipoise.security.access;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorBroadcaster;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.LaterRequests;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.StandingCallers;
import org.equipoise.security.Callers;
import org.equipoise.security.access.Grant.Reach;

/**
 * What the storage engine gets in place of an HTTP request that was answered: it has a caller and
 * the reach of an operation, and nothing else of HTTP. So every rule of a write and of access holds
 * in a job as it does in a request.
 */
final class LaterRequest extends ServletRequestDetails {

  private final FhirContext context;
  private final String fhirBase;

  private LaterRequest(Caller caller, FhirContext context, String fhirBase) {
    super((IInterceptorBroadcaster) null);
    this.context = context;
    this.fhirBase = fhirBase;
    HttpServletRequest attributes = attributesOnly();
    Callers.act(attributes, caller);
    setServletRequest(attributes);
  }

  /** Makes them for callers who still stand, and an operation whose needs their scopes meet. */
  static LaterRequests requests(
      AccessRules rules, StandingCallers standing, FhirContext context, String fhirBase) {
    return (caller, type, operation) -> {
      standing.require(caller);
      Reach reach =
          OperationScopes.reach(rules.viewer(caller), type, operation)
              .orElseThrow(
                  () -> Refusal.forbidden("The token lacks scopes that $" + operation + " needs"));
      LaterRequest request = new LaterRequest(caller, context, fhirBase);
      request.setResourceName(type);
      request.setOperation("$" + operation);
      DoorAccess.allow(request, reach);
      return request;
    };
  }

  @Override
  public FhirContext getFhirContext() {
    return context;
  }

  @Override
  public String getServerBaseForRequest() {
    return fhirBase;
  }

  /** The servlet API has no request without a servlet container. */
  private static HttpServletRequest attributesOnly() {
    Map<String, Object> attributes = new ConcurrentHashMap<>();
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            LaterRequest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "getAttribute" -> attributes.get((String) arguments[0]);
                  case "setAttribute" -> {
                    attributes.put((String) arguments[0], arguments[1]);
                    yield null;
                  }
                  case "getHeader", "getHeaders", "getRemoteAddr", "getUserPrincipal" -> null;
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> self == arguments[0];
                  case "toString" -> "a request that was answered";
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
