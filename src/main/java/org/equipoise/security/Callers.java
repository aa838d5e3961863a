package org.equipoise.security;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import com.google.common.collect.MapMaker;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.Caller;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/** Makes the {@link Caller} of a request from its access token. */
public final class Callers {

  /** Token claim: the OAuth client. */
  public static final String CLIENT_ID = "client_id";

  /**
   * Token claim: the person who acts, as an absolute or relative reference (SMART App Launch 2.2).
   */
  public static final String FHIR_USER = "fhirUser";

  /** Token claim: the patient in context (SMART App Launch 2.2). */
  public static final String PATIENT = "patient";

  /** Token claim: the AI that the client is, e.g. {@code Device/3}. */
  public static final String AI_DEVICE = "ai_device";

  /** Token claim: what that AI uses what it reads for, a code of {@code ai-purpose}. */
  public static final String AI_PURPOSE = "ai_purpose";

  /** Token claim: for whom the client or user works, e.g. {@code Organization/5}. */
  public static final String ORGANIZATION = "organization";

  /** Token claim, true or missing: the user is a privacy officer. */
  public static final String PRIVACY_OFFICER = "privacy_officer";

  /** Token claim, true or missing: the client tells what happened in another system. */
  public static final String AUDIT_SOURCE = "audit_source";

  private static final String CALLER = Caller.class.getName();

  /** For as long as the verified token itself is remembered. */
  private static final Map<Jwt, Caller> KNOWN = new MapMaker().weakKeys().makeMap();

  private Callers() {}

  /** The caller of a request that came by HTTP; empty for one without a token. */
  public static Optional<Caller> of(ServletRequestDetails request) {
    HttpServletRequest http = request.getServletRequest();
    if (http.getAttribute(CALLER) instanceof Caller known) {
      return Optional.of(known);
    }
    if (http.getUserPrincipal() instanceof JwtAuthenticationToken token) {
      Caller caller = KNOWN.computeIfAbsent(token.getToken(), Callers::of);
      // HAPI runs the entries of a batch on other threads, which know no principal; the request is
      // the same.
      http.setAttribute(CALLER, caller);
      return Optional.of(caller);
    }
    return Optional.empty();
  }

  /** Has somebody act by a request that came without a token of its own. */
  public static void act(HttpServletRequest request, Caller caller) {
    request.setAttribute(CALLER, caller);
  }

  /** The caller of a request that cannot be without one: 401 where it has no token. */
  public static Caller required(ServletRequestDetails request) {
    return of(request)
        .orElseThrow(() -> new AuthenticationException("This request needs an access token"));
  }

  /** True for the server's own work, which no caller asked for: loading, jobs, the demo's seed. */
  public static boolean isInternal(RequestDetails request) {
    return !(request instanceof ServletRequestDetails);
  }

  static Caller of(Jwt token) {
    String user = token.getClaimAsString(FHIR_USER);
    List<String> scopes = token.getClaimAsStringList("scope");
    IdType person =
        user == null ? null : new IdType(new IdType(user).toUnqualifiedVersionless().getValue());
    String patient = token.getClaimAsString(PATIENT);
    return new Caller(
        token.getClaimAsString(CLIENT_ID),
        token.getSubject(),
        person,
        // A patient acts for themselves where nothing else is said.
        patient == null && person != null && "Patient".equals(person.getResourceType())
            ? person.getIdPart()
            : patient,
        scopes == null ? Set.of() : Set.copyOf(scopes),
        token.getClaimAsString(AI_DEVICE),
        token.getClaimAsString(AI_PURPOSE),
        token.getClaimAsString(ORGANIZATION),
        Boolean.TRUE.equals(token.getClaim(PRIVACY_OFFICER)),
        Boolean.TRUE.equals(token.getClaim(AUDIT_SOURCE)));
  }
}
