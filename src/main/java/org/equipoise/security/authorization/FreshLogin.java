package org.equipoise.security.authorization;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.equipoise.security.user.Logins;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * For an app that asks for a login of now ({@link LoginDemand}), an earlier one does not count: its
 * request is taken as that of somebody who is not logged in, with all that follows. Nobody is
 * logged out by that. A login that was made for this very request counts for it once, so that
 * nobody logs in in circles; where even that one was no login of now, the app is told.
 */
class FreshLogin implements AuthenticationConverter {

  /** OpenID Connect Core 1.0 section 3.1.2.6. */
  static final String LOGIN_REQUIRED = "login_required";

  private final WantedAuthorization wanted = new WantedAuthorization();
  private final Clock clock;

  FreshLogin(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Authentication convert(HttpServletRequest request) {
    Authentication user = SecurityContextHolder.getContext().getAuthentication();
    if (user == null || AuthorizationAnswers.isDecision(request)) {
      return null;
    }
    LoginDemand demand =
        LoginDemand.of(
            request.getParameter(LoginDemand.PROMPT), request.getParameter(LoginDemand.MAX_AGE));
    Optional<Instant> login = Logins.timeOf(user);
    Instant now = clock.instant();
    boolean madeForThis = demand.concernsLogin() && wanted.takeLogin(request);
    if (madeForThis ? demand.isMetAfresh(login, now) : demand.isMetBy(login, now)) {
      return null;
    }
    if (madeForThis) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(
          new OAuth2Error(
              LOGIN_REQUIRED, "The user could not be made to log in at the other provider", null),
          null);
    }
    SecurityContextHolder.clearContext();
    return null;
  }
}
