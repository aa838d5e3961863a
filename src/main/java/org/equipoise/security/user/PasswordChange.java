package org.equipoise.security.user;

import java.util.Optional;
import org.springframework.transaction.support.TransactionTemplate;

/** How people get a password and change it. */
public class PasswordChange {

  private final UserAccounts accounts;
  private final LoginAttempts attempts;
  private final Passwords passwords;
  private final PasswordRules rules;
  private final TransactionTemplate transactions;

  PasswordChange(
      UserAccounts accounts,
      LoginAttempts attempts,
      Passwords passwords,
      PasswordRules rules,
      TransactionTemplate transactions) {
    this.accounts = accounts;
    this.attempts = attempts;
    this.passwords = passwords;
    this.rules = rules;
    this.transactions = transactions;
  }

  /** Whose link this is; empty for one that is unknown, used or too old. */
  public Optional<UserAccount> holderOf(String link) {
    return accounts.holderOf(link);
  }

  /**
   * Sets the password with a link, which is used up by it.
   *
   * @return what is wrong, as a key of the message bundle; empty where it is done
   */
  public Optional<String> byLink(String link, String password) {
    Optional<UserAccount> holder = accounts.holderOf(link);
    if (holder.isEmpty()) {
      return Optional.of("password.problem.link");
    }
    UserAccount user = holder.get();
    Optional<String> problem = rules.broken(password, user).map(PasswordRules.Problem::key);
    if (problem.isPresent()) {
      return problem;
    }
    String hash = passwords.hash(password);
    boolean done =
        Boolean.TRUE.equals(
            transactions.execute(
                status -> {
                  boolean first = accounts.useUp(link);
                  if (first) {
                    accounts.changePassword(user.id(), hash, null);
                    attempts.clear(user.username());
                  }
                  return first;
                }));
    return done ? Optional.empty() : Optional.of("password.problem.link");
  }

  /**
   * Changes the password of somebody who is logged in.
   *
   * @param address where the request came from
   * @param session the session that goes on; the user's others end
   * @return what is wrong, as a key of the message bundle; empty where it is done
   */
  public Optional<String> byOwner(
      String userId, String current, String next, String address, String session) {
    UserAccount user = accounts.find(userId).orElseThrow();
    // Whoever sits at an open session could try passwords here as well.
    boolean allowed = attempts.begin(user.username(), address);
    Optional<String> hash = accounts.passwordHash(userId);
    if (!allowed || hash.isEmpty() || !passwords.matches(current, hash.get())) {
      return Optional.of("password.problem.current");
    }
    attempts.succeeded(user.username(), address);
    Optional<String> problem = rules.broken(next, user).map(PasswordRules.Problem::key);
    if (problem.isEmpty()) {
      accounts.changePassword(userId, passwords.hash(next), session);
    }
    return problem;
  }
}
