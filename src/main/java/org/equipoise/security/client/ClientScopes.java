package org.equipoise.security.client;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.equipoise.security.scope.SmartScope;

/**
 * Which scopes there are, and who may register them: FHIR scopes, those of SMART App Launch 2.2 and
 * OpenID Connect for apps that a person uses, and three of this server's own for services.
 */
public final class ClientScopes {

  /** An ID token (OpenID Connect Core 1.0, section 3.1.2.1). */
  public static final String OPENID = "openid";

  /** The claim {@code fhirUser} in the ID token. */
  public static final String FHIR_USER = "fhirUser";

  /** The older name of {@link #FHIR_USER} in SMART; in OpenID Connect, the user's name. */
  public static final String PROFILE = "profile";

  /** To be started by an EHR. */
  public static final String LAUNCH = "launch";

  /** A patient in context when started outside an EHR. */
  public static final String LAUNCH_PATIENT = "launch/patient";

  /** An encounter in context when started outside an EHR. */
  public static final String LAUNCH_ENCOUNTER = "launch/encounter";

  /** A refresh token that outlives the user's session. */
  public static final String OFFLINE_ACCESS = "offline_access";

  /** A refresh token for as long as the user is logged in. */
  public static final String ONLINE_ACCESS = "online_access";

  /** Of a service: an EHR registers a launch. */
  public static final String LAUNCH_CREATE = "launch.create";

  /** Of a service: dynamic client registration. */
  public static final String CLIENT_CREATE = "client.create";

  /** Of a service: the operator's API. */
  public static final String OPERATOR = "operator";

  private static final Set<String> OF_APPS =
      Set.of(
          OPENID,
          FHIR_USER,
          PROFILE,
          LAUNCH,
          LAUNCH_PATIENT,
          LAUNCH_ENCOUNTER,
          OFFLINE_ACCESS,
          ONLINE_ACCESS);

  private static final Set<String> OF_SERVICES = Set.of(LAUNCH_CREATE, CLIENT_CREATE, OPERATOR);

  private ClientScopes() {}

  /** Whether this server knows {@code scope} at all. */
  public static boolean isKnown(String scope) {
    return OF_APPS.contains(scope)
        || OF_SERVICES.contains(scope)
        || SmartScope.parse(scope).isPresent();
  }

  /** Whether only a service can use it, which acts for nobody but itself. */
  public static boolean isOfService(String scope) {
    return OF_SERVICES.contains(scope) || scope.startsWith("system/");
  }

  /**
   * Whether a client that registered {@code registered} may ask for {@code asked}: the same scope,
   * or a FHIR scope within one of them ({@code system/Observation.rs} within {@code
   * system/*.cruds}).
   */
  public static boolean cover(Collection<String> registered, String asked) {
    if (OF_APPS.contains(asked) || OF_SERVICES.contains(asked)) {
      return registered.contains(asked);
    }
    Optional<SmartScope> scope = SmartScope.parse(asked);
    return scope.isPresent()
        && registered.stream()
            .flatMap(text -> SmartScope.parse(text).stream())
            .anyMatch(granted -> granted.covers(scope.get()));
  }
}
