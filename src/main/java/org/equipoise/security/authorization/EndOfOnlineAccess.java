package org.equipoise.security.authorization;

import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.authentication.event.LogoutSuccessEvent;

/**
 * Logging out ends what apps got with {@code online_access}: it is for as long as their user is
 * there (SMART App Launch 2.2, section "Scopes for requesting a refresh token").
 */
class EndOfOnlineAccess {

  private final JdbcTemplate jdbc;

  EndOfOnlineAccess(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @EventListener
  void onLogout(LogoutSuccessEvent event) {
    jdbc.update(
        "delete from oauth2_authorization where principal_name = ?"
            + " and authorized_scopes like '%online_access%'"
            + " and authorized_scopes not like '%offline_access%'",
        event.getAuthentication().getName());
  }
}
