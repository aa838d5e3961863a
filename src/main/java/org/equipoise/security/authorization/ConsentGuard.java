package org.equipoise.security.authorization;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationToken;

/**
 * Judges what the consent page posts, as if it came from anybody: in time, with a patient chosen
 * where one is needed, and no more than was offered. Spring has checked already that it is this
 * user's request.
 */
class ConsentGuard implements Consumer<OAuth2AuthorizationConsentAuthenticationContext> {

  private final DatabasePendingAuthorizations decisions;

  ConsentGuard(DatabasePendingAuthorizations decisions) {
    this.decisions = decisions;
  }

  @Override
  public void accept(OAuth2AuthorizationConsentAuthenticationContext context) {
    OAuth2AuthorizationConsentAuthenticationToken posted = context.getAuthentication();
    Set<String> allowed = posted.getScopes();
    if (allowed.isEmpty()) {
      // Nothing allowed: Spring tells the app "access_denied".
      return;
    }
    OAuth2Authorization authorization = context.getAuthorization();
    Optional<PendingAuthorization> pending =
        decisions.isTooOld(authorization)
            ? Optional.empty()
            : decisions.pending(posted.getState(), authorization);
    if (pending.isEmpty() || pending.get().needsPatient()) {
      throw refused(OAuth2ErrorCodes.INVALID_REQUEST);
    }
    if (!pending.get().scopes().containsAll(allowed)) {
      throw refused(OAuth2ErrorCodes.INVALID_SCOPE);
    }
  }

  /** Said to the person in front of the browser: no page of ours posts such a thing. */
  private static OAuth2AuthorizationCodeRequestAuthenticationException refused(String code) {
    return new OAuth2AuthorizationCodeRequestAuthenticationException(new OAuth2Error(code), null);
  }
}
