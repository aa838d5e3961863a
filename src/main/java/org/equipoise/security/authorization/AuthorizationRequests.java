package org.equipoise.security.authorization;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.client.ClientScopes;
import org.equipoise.security.scope.EnforceableScopes;
import org.equipoise.security.user.UserPersons;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Judges what an app sends to {@code /oauth2/authorize} (SMART App Launch 2.2, section "Request
 * authorization code"), before its user logs in and again after it. Whether there is PKCE is judged
 * by Spring, since every client is registered with it.
 */
class AuthorizationRequests
    implements Consumer<OAuth2AuthorizationCodeRequestAuthenticationContext> {

  /** A SHA-256 hash in base64url without padding (RFC 7636 section 4.2). */
  private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

  private static final Pattern LOOPBACK_WITH_PORT =
      Pattern.compile("(http://(?:127\\.0\\.0\\.1|\\[::1])):[0-9]{1,5}(/[^#]*)?");

  private final ServerAddress address;
  private final Launches launches;
  private final UserPersons users;
  private final DatabasePendingAuthorizations decisions;
  private final EnforceableScopes enforceable;

  AuthorizationRequests(
      ServerAddress address,
      Launches launches,
      UserPersons users,
      DatabasePendingAuthorizations decisions,
      EnforceableScopes enforceable) {
    this.address = address;
    this.launches = launches;
    this.users = users;
    this.decisions = decisions;
    this.enforceable = enforceable;
  }

  @Override
  public void accept(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
    OAuth2AuthorizationCodeRequestAuthenticationToken asked = context.getAuthentication();
    RegisteredClient client = context.getRegisteredClient();
    if (asked.getRedirectUri() == null || !isRegistered(asked.getRedirectUri(), client)) {
      throw refused(
          asked,
          null,
          OAuth2ErrorCodes.INVALID_REQUEST,
          "redirect_uri must be, to the letter, one that is registered");
    }
    if (asked.getState() == null || asked.getState().isBlank()) {
      throw refused(asked, OAuth2ErrorCodes.INVALID_REQUEST, "state is missing");
    }
    requireAudience(asked);
    requireHash(asked);
    LoginDemand.problem(asked.getAdditionalParameters())
        .ifPresent(
            problem -> {
              throw refused(asked, OAuth2ErrorCodes.INVALID_REQUEST, problem);
            });
    AskedScopes.problemForUser(asked.getScopes(), client.getScopes())
        .or(() -> enforceable.problemWith(asked.getScopes()))
        .ifPresent(
            problem -> {
              throw refused(asked, OAuth2ErrorCodes.INVALID_SCOPE, problem);
            });
    requireLaunch(asked, client);
    if (LoginDemand.of(asked.getAdditionalParameters()).forbidsPages()) {
      throw pageNeeded(asked, client);
    }
  }

  /**
   * Why there is no answer without a page: nobody gets a code here without having seen at least one
   * that says who asks for it (OpenID Connect Core 1.0 section 3.1.2.6).
   */
  private OAuth2AuthorizationCodeRequestAuthenticationException pageNeeded(
      OAuth2AuthorizationCodeRequestAuthenticationToken asked, RegisteredClient client) {
    Authentication user = (Authentication) asked.getPrincipal();
    if (!isLoggedIn(user)) {
      return refused(
          asked, FreshLogin.LOGIN_REQUIRED, "Nobody is logged in, or not for so short a time");
    }
    return users.personsOf(user.getName()).stream()
            .findFirst()
            .filter(person -> DatabasePendingAuthorizations.isApproved(client, person))
            .isPresent()
        ? refused(asked, "interaction_required", "The user has to see which app is opened")
        : refused(asked, "consent_required", "The user decides anew each time");
  }

  private static boolean isLoggedIn(Authentication user) {
    return user != null
        && !(user instanceof AnonymousAuthenticationToken)
        && user.isAuthenticated();
  }

  /**
   * To the letter (RFC 9700 section 2.1). Only an app on the user's own device, which cannot know
   * which port it will get, may add one to a loopback address that is registered without (RFC 8252
   * section 7.3).
   */
  static boolean isRegistered(String redirectUri, RegisteredClient client) {
    if (client.getRedirectUris().contains(redirectUri)) {
      return true;
    }
    Matcher loopback = LOOPBACK_WITH_PORT.matcher(redirectUri);
    return client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)
        && loopback.matches()
        && client
            .getRedirectUris()
            .contains(loopback.group(1) + Objects.requireNonNullElse(loopback.group(2), ""));
  }

  /** So that nobody can have a token for this server sent to another (SMART, {@code aud}). */
  private void requireAudience(OAuth2AuthorizationCodeRequestAuthenticationToken asked) {
    Object audience = asked.getAdditionalParameters().get("aud");
    if (!(audience instanceof String text)
        || !(text.equals(address.fhirBase()) || text.equals(address.fhirBase() + "/"))) {
      throw refused(
          asked,
          OAuth2ErrorCodes.INVALID_REQUEST,
          "aud must be the FHIR base " + address.fhirBase());
    }
  }

  /** No verifier would ever answer another one: better told now than after the consent. */
  private static void requireHash(OAuth2AuthorizationCodeRequestAuthenticationToken asked) {
    if (asked.getAdditionalParameters().get(PkceParameterNames.CODE_CHALLENGE)
            instanceof String challenge
        && !challenge.isBlank()
        && !CHALLENGE.matcher(challenge).matches()) {
      throw refused(
          asked, OAuth2ErrorCodes.INVALID_REQUEST, "code_challenge must be a SHA-256 hash");
    }
  }

  private void requireLaunch(
      OAuth2AuthorizationCodeRequestAuthenticationToken asked, RegisteredClient client) {
    boolean scope = asked.getScopes().contains(ClientScopes.LAUNCH);
    Object launch = asked.getAdditionalParameters().get("launch");
    if (!scope && launch == null) {
      return;
    }
    if (!scope) {
      throw refused(
          asked, OAuth2ErrorCodes.INVALID_REQUEST, "launch is only for the scope 'launch'");
    }
    if (!(launch instanceof String text) || !launches.isOpen(text, client.getClientId())) {
      throw refused(asked, OAuth2ErrorCodes.INVALID_REQUEST, "launch is unknown, used or too old");
    }
    Authentication user = (Authentication) asked.getPrincipal();
    if (!isLoggedIn(user)) {
      return;
    }
    List<IdType> persons = users.personsOf(user.getName());
    LaunchContext context =
        launches
            .peek(text, client.getClientId(), persons)
            .orElseThrow(
                () ->
                    refused(
                        asked,
                        OAuth2ErrorCodes.ACCESS_DENIED,
                        "launch was made for somebody else than who logged in"));
    if (!decisions.stillHolds(user.getName(), context)) {
      throw refused(
          asked, OAuth2ErrorCodes.ACCESS_DENIED, "The user may not open this patient's record");
    }
  }

  private static OAuth2AuthorizationCodeRequestAuthenticationException refused(
      OAuth2AuthorizationCodeRequestAuthenticationToken asked, String code, String description) {
    return refused(asked, asked.getRedirectUri(), code, description);
  }

  private static OAuth2AuthorizationCodeRequestAuthenticationException refused(
      OAuth2AuthorizationCodeRequestAuthenticationToken asked,
      String redirectUri,
      String code,
      String description) {
    OAuth2AuthorizationCodeRequestAuthenticationToken answered =
        new OAuth2AuthorizationCodeRequestAuthenticationToken(
            asked.getAuthorizationUri(),
            asked.getClientId(),
            (Authentication) asked.getPrincipal(),
            redirectUri,
            asked.getState(),
            asked.getScopes(),
            Map.of());
    return new OAuth2AuthorizationCodeRequestAuthenticationException(
        new OAuth2Error(code, description, null), answered);
  }
}
