package org.equipoise.security.authorization;

import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;

/**
 * Each launch is decided on anew: what a user allowed once is kept with the authorization that came
 * of it, and must not put a tick back that they take away today.
 */
class NoRememberedConsent implements OAuth2AuthorizationConsentService {

  @Override
  public void save(OAuth2AuthorizationConsent consent) {
    // The authorization itself holds what was allowed.
  }

  @Override
  public void remove(OAuth2AuthorizationConsent consent) {
    // There is none.
  }

  @Override
  public OAuth2AuthorizationConsent findById(String registeredClientId, String principalName) {
    return null;
  }
}
