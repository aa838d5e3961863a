package org.equipoise.security.user;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.equipoise.security.user.SignIns.Way;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Login by username and password. Whatever is wrong, the answer is the same and takes as long: an
 * unknown name, a wrong password, a shut account, or one that has to wait.
 */
class PasswordLogin implements AuthenticationProvider {

  private final UserAccounts accounts;
  private final LoginAttempts attempts;
  private final Passwords passwords;
  private final SignIns signIns;
  private final Clock clock;

  PasswordLogin(
      UserAccounts accounts,
      LoginAttempts attempts,
      Passwords passwords,
      SignIns signIns,
      Clock clock) {
    this.accounts = accounts;
    this.attempts = attempts;
    this.passwords = passwords;
    this.signIns = signIns;
    this.clock = clock;
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
  }

  @Override
  public Authentication authenticate(Authentication login) throws AuthenticationException {
    String username = login.getName();
    String password = String.valueOf(login.getCredentials());
    String address =
        login.getDetails() instanceof WebAuthenticationDetails details
            ? String.valueOf(details.getRemoteAddress())
            : "";
    boolean allowed = attempts.begin(username, address);
    Optional<UserAccount> account = accounts.named(username).filter(UserAccount::enabled);
    Optional<String> hash = account.flatMap(found -> accounts.passwordHash(found.id()));
    if (!allowed || hash.isEmpty()) {
      passwords.compareWithNobody(password);
      signIns.refused(allowed ? Way.PASSWORD : Way.LOCKED, persons(account), address);
      throw refused();
    }
    if (!passwords.matches(password, hash.get())) {
      signIns.refused(Way.PASSWORD, persons(account), address);
      throw refused();
    }
    attempts.succeeded(username, address);
    String userId = account.get().id();
    if (passwords.isOutdated(hash.get())) {
      accounts.rehash(userId, passwords.hash(password));
    }
    accounts.loggedIn(userId);
    signIns.loggedIn(Way.PASSWORD, persons(account), address);
    return Logins.of(userId, clock.instant(), login.getDetails());
  }

  private static List<IdType> persons(Optional<UserAccount> account) {
    return account.map(UserAccount::persons).orElse(List.of());
  }

  private static BadCredentialsException refused() {
    return new BadCredentialsException("Login refused");
  }
}
