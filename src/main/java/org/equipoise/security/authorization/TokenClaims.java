package org.equipoise.security.authorization;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.security.Callers;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.client.ClientScopes;
import org.equipoise.security.client.RegisteredClients;
import org.equipoise.security.user.Logins;
import org.equipoise.security.user.UserPersons;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.oidc.IdTokenClaimNames;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/**
 * What stands in a token. An access token is for the FHIR base and holds who acts and the launch
 * context; introspection tells the same, since it reads it from there. An id token says who logged
 * in and when, and as whom of the record where the app may know ({@code fhirUser}).
 */
class TokenClaims implements OAuth2TokenCustomizer<JwtEncodingContext> {

  private static final TypeReference<ArrayList<LinkedHashMap<String, Object>>> OBJECTS =
      new TypeReference<>() {};

  private final ServerAddress address;
  private final DatabasePendingAuthorizations decisions;
  private final UserPersons users;
  private final TokenLives lives;
  private final ObjectMapper json;
  private final Clock clock;

  TokenClaims(
      ServerAddress address,
      DatabasePendingAuthorizations decisions,
      UserPersons users,
      TokenLives lives,
      ObjectMapper json,
      Clock clock) {
    this.address = address;
    this.decisions = decisions;
    this.users = users;
    this.lives = lives;
    this.json = json;
    this.clock = clock;
  }

  @Override
  public void customize(JwtEncodingContext token) {
    Optional<LaunchContext> context =
        Optional.ofNullable(token.getAuthorization())
            .flatMap(DatabasePendingAuthorizations::contextOf);
    if (OidcParameterNames.ID_TOKEN.equals(token.getTokenType().getValue())) {
      context
          .filter(known -> token.getAuthorizedScopes().contains(ClientScopes.FHIR_USER))
          .ifPresent(known -> token.getClaims().claim(Callers.FHIR_USER, urlOf(known.person())));
      Logins.timeOf(token.getPrincipal())
          .ifPresent(at -> token.getClaims().claim(IdTokenClaimNames.AUTH_TIME, Date.from(at)));
      return;
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    token
        .getClaims()
        // Claims are stored with the types of their lists, and only some types may be read again.
        .audience(new ArrayList<>(List.of(address.fhirBase())))
        .issuedAt(now)
        .expiresAt(now.plus(lives.access()))
        .claim(Callers.CLIENT_ID, token.getRegisteredClient().getClientId());
    inSettings(token.getRegisteredClient()).forEach(token.getClaims()::claim);
    if (AuthorizationGrantType.CLIENT_CREDENTIALS.equals(token.getAuthorizationGrantType())) {
      actAs(token.getRegisteredClient(), token.getClaims());
      return;
    }
    // A user who was disabled, or no longer stands for this patient, gets no more tokens.
    LaunchContext known =
        context
            .filter(held -> decisions.stillHolds(token.getPrincipal().getName(), held))
            .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT));
    token.getClaims().claim(Callers.FHIR_USER, urlOf(known.person()));
    if (users.isPrivacyOfficer(token.getPrincipal().getName(), known.person())) {
      token.getClaims().claim(Callers.PRIVACY_OFFICER, true);
    }
    inToken(known).forEach(token.getClaims()::claim);
  }

  /** What the operator said of the client: which AI it is, and for whom it works. */
  private static Map<String, Object> inSettings(RegisteredClient client) {
    Map<String, Object> said = new LinkedHashMap<>();
    put(
        said,
        Callers.AI_DEVICE,
        client.getClientSettings().getSetting(RegisteredClients.AI_DEVICE));
    put(
        said,
        Callers.AI_PURPOSE,
        client.getClientSettings().getSetting(RegisteredClients.AI_PURPOSE));
    put(
        said,
        Callers.ORGANIZATION,
        client.getClientSettings().getSetting(RegisteredClients.ORGANIZATION));
    put(
        said,
        Callers.AUDIT_SOURCE,
        client.getClientSettings().getSetting(RegisteredClients.AUDIT_SOURCE));
    return said;
  }

  private static void put(Map<String, Object> map, String name, Object value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  /** The launch context by the names that SMART gives it. */
  private Map<String, Object> inToken(LaunchContext context) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    put(parameters, Callers.PATIENT, context.patient());
    put(parameters, "encounter", context.encounter());
    put(parameters, "intent", context.intent());
    put(parameters, "fhirContext", objects(context.fhirContext()));
    put(parameters, "need_patient_banner", context.needPatientBanner());
    put(parameters, "smart_style_url", context.smartStyleUrl());
    return parameters;
  }

  /**
   * What the token response tells the app beside its token: that part of the context for which it
   * was allowed to ask.
   */
  Map<String, Object> inResponse(LaunchContext context, Set<String> scopes) {
    Map<String, Object> parameters = inToken(context);
    boolean aboutPatient =
        scopes.stream()
            .anyMatch(
                scope ->
                    scope.equals(ClientScopes.LAUNCH)
                        || scope.equals(ClientScopes.LAUNCH_PATIENT)
                        || scope.startsWith("patient/"));
    if (!aboutPatient) {
      parameters.remove(Callers.PATIENT);
      parameters.remove("need_patient_banner");
    }
    return parameters;
  }

  private List<LinkedHashMap<String, Object>> objects(String fhirContext) {
    try {
      return fhirContext == null ? null : json.readValue(fhirContext, OBJECTS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A launch context holds no JSON array of objects");
    }
  }

  private String urlOf(IdType person) {
    return address.fhirBase() + "/" + person.getValue();
  }

  private void actAs(RegisteredClient client, JwtClaimsSet.Builder claims) {
    String actsAs = client.getClientSettings().getSetting(RegisteredClients.ACTS_AS);
    if (actsAs == null) {
      return;
    }
    claims.subject(actsAs).claim(Callers.FHIR_USER, address.fhirBase() + "/" + actsAs);
    String patient = client.getClientSettings().getSetting(RegisteredClients.PATIENT);
    if (patient != null) {
      claims.claim(Callers.PATIENT, patient);
    }
    Boolean officer = client.getClientSettings().getSetting(RegisteredClients.PRIVACY_OFFICER);
    if (Boolean.TRUE.equals(officer)) {
      claims.claim(Callers.PRIVACY_OFFICER, true);
    }
  }
}
