package org.equipoise.security.authorization;

import org.equipoise.security.user.SignIns;
import org.equipoise.security.user.UserAccounts.OfficeEnded;
import org.equipoise.security.user.UserAccounts.UserDisabled;
import org.equipoise.security.user.UserPersons;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/** What becomes of the access of apps when their user goes. */
class EndOfAccess {

  private final JdbcTemplate jdbc;
  private final UserPersons users;
  private final SignIns signIns;

  EndOfAccess(JdbcTemplate jdbc, UserPersons users, SignIns signIns) {
    this.jdbc = jdbc;
    this.users = users;
    this.signIns = signIns;
  }

  /**
   * Logging out ends what apps got with {@code online_access}: it is for as long as their user is
   * there (SMART App Launch 2.2, section "Scopes for requesting a refresh token").
   */
  @EventListener
  void onLogout(LogoutSuccessEvent event) {
    jdbc.update(
        "delete from oauth2_authorization where principal_name = ?"
            + " and ',' || authorized_scopes || ',' like '%,online_access,%'"
            + " and ',' || authorized_scopes || ',' not like '%,offline_access,%'",
        event.getAuthentication().getName());
    signIns.loggedOut(
        users.personsOf(event.getAuthentication().getName()),
        event.getAuthentication().getDetails() instanceof WebAuthenticationDetails browser
            ? browser.getRemoteAddress()
            : null);
  }

  /** Whoever may not log in any more has no apps either. */
  @EventListener
  void onDisabled(UserDisabled event) {
    end(event.userId());
  }

  /** What was allowed as a privacy officer is not to be used by somebody who is none. */
  @EventListener
  void onOfficeEnded(OfficeEnded event) {
    end(event.userId());
  }

  private void end(String userId) {
    jdbc.update("delete from oauth2_authorization where principal_name = ?", userId);
  }
}
