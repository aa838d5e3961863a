package org.equipoise.security.authorization;

import java.util.List;
import org.springframework.security.core.session.SessionInformation;
import org.springframework.security.core.session.SessionRegistry;

/** Keeps nothing. */
class NoSessionsInMemory implements SessionRegistry {

  @Override
  public List<Object> getAllPrincipals() {
    return List.of();
  }

  @Override
  public List<SessionInformation> getAllSessions(Object principal, boolean includeExpired) {
    return List.of();
  }

  @Override
  public SessionInformation getSessionInformation(String sessionId) {
    return null;
  }

  @Override
  public void refreshLastRequest(String sessionId) {
    // Nothing to refresh.
  }

  @Override
  public void registerNewSession(String sessionId, Object principal) {
    // Not kept.
  }

  @Override
  public void removeSessionInformation(String sessionId) {
    // Nothing to remove.
  }
}
