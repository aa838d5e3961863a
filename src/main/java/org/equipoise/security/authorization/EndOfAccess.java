package org.equipoise.security.authorization;

import org.equipoise.security.user.UserAccounts.OfficeEnded;
import org.equipoise.security.user.UserAccounts.UserDisabled;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.authentication.event.LogoutSuccessEvent;

/** What becomes of the access of apps when their user goes. */
class EndOfAccess {

  private final JdbcTemplate jdbc;

  EndOfAccess(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
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
