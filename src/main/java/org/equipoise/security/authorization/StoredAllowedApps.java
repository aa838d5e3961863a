package org.equipoise.security.authorization;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.UnfinishedWork;
import org.equipoise.security.Callers;
import org.equipoise.security.access.CareRelation;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Allowed apps as the authorizations in the database tell them. Each login through an app leaves a
 * row of its own; to a person, rows that allow the same are one.
 */
@Component
class StoredAllowedApps implements AllowedApps {

  private final JdbcTemplate jdbc;
  private final OAuth2AuthorizationService authorizations;
  private final CareRelation care;
  private final TokenEvents events;
  private final List<UnfinishedWork> unfinished;
  private final TransactionTemplate transaction;
  private final Clock clock;

  StoredAllowedApps(
      JdbcTemplate jdbc,
      OAuth2AuthorizationService authorizations,
      CareRelation care,
      TokenEvents events,
      List<UnfinishedWork> unfinished,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.authorizations = authorizations;
    this.care = care;
    this.events = events;
    this.unfinished = List.copyOf(unfinished);
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  @Override
  public List<AllowedApp> of(String userId) {
    Map<App, List<Access>> accesses = new LinkedHashMap<>();
    jdbc.query(
        // A row without an access token still waits for its user or its app.
        "select a.id, c.id, c.client_name from oauth2_authorization a"
            + " join oauth2_registered_client c on c.id = a.registered_client_id"
            + " where a.principal_name = ? and a.authorization_grant_type = 'authorization_code'"
            + " and a.access_token_value is not null order by lower(c.client_name), c.id",
        row -> {
          OAuth2Authorization authorization = authorizations.findById(row.getString(1));
          if (authorization != null && endOf(authorization).isAfter(clock.instant())) {
            accesses
                .computeIfAbsent(
                    new App(row.getString(2), row.getString(3)), app -> new ArrayList<>())
                .add(access(authorization));
          }
        },
        userId);
    return accesses.entrySet().stream()
        .map(app -> new AllowedApp(app.getKey().id(), app.getKey().name(), merged(app.getValue())))
        .toList();
  }

  private record App(String id, String name) {}

  private static Access access(OAuth2Authorization authorization) {
    OAuth2Authorization.Token<OAuth2AccessToken> token = authorization.getAccessToken();
    Object patient = token.getClaims() == null ? null : token.getClaims().get(Callers.PATIENT);
    OAuth2Authorization.Token<?> code = authorization.getToken(OAuth2AuthorizationCode.class);
    Instant issued = token.getToken().getIssuedAt();
    return new Access(
        patient == null ? null : patient.toString(),
        Collections.unmodifiableSortedSet(new TreeSet<>(authorization.getAuthorizedScopes())),
        code == null ? issued : code.getToken().getIssuedAt(),
        endOf(authorization),
        issued);
  }

  /** When the last of its tokens that still counts expires; long ago where none does. */
  private static Instant endOf(OAuth2Authorization authorization) {
    return Stream.of(authorization.getAccessToken(), authorization.getRefreshToken())
        .filter(Objects::nonNull)
        .filter(token -> !token.isInvalidated())
        .map(token -> (OAuth2Token) token.getToken())
        .map(OAuth2Token::getExpiresAt)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  private record Allowed(String patient, SortedSet<String> scopes) {}

  private static List<Access> merged(List<Access> accesses) {
    Map<Allowed, Access> merged = new LinkedHashMap<>();
    for (Access access : accesses) {
      merged.merge(
          new Allowed(access.patient(), access.scopes()),
          access,
          (one, other) ->
              new Access(
                  one.patient(),
                  one.scopes(),
                  earlier(one.since(), other.since()),
                  later(one.until(), other.until()),
                  later(one.lastUsed(), other.lastUsed())));
    }
    return List.copyOf(merged.values());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  @Override
  public void revoke(String userId, String appId, String address) {
    transaction.executeWithoutResult(
        status -> {
          List<LaunchContext> ended = allowed(userId, appId);
          jdbc.update(
              "delete from oauth2_authorization"
                  + " where principal_name = ? and registered_client_id = ?",
              userId,
              appId);
          // After the tokens: nothing new begins.
          jdbc.queryForList(
                  "select client_id from oauth2_registered_client where id = ?",
                  String.class,
                  appId)
              .forEach(client -> unfinished.forEach(work -> work.endOf(client, userId)));
          events.takenBack(
              appId,
              ended.stream()
                  .map(context -> new TokenEvents.Ended(context, ground(context)))
                  .toList(),
              address);
        });
  }

  /** For whom the app can be used now, each patient once. */
  private List<LaunchContext> allowed(String userId, String appId) {
    Map<String, LaunchContext> byPatient = new LinkedHashMap<>();
    jdbc
        .queryForList(
            "select id from oauth2_authorization where principal_name = ?"
                + " and registered_client_id = ? and authorization_grant_type = 'authorization_code'"
                + " and access_token_value is not null",
            String.class,
            userId,
            appId)
        .stream()
        .map(authorizations::findById)
        .filter(Objects::nonNull)
        .filter(authorization -> endOf(authorization).isAfter(clock.instant()))
        .flatMap(authorization -> DatabasePendingAuthorizations.contextOf(authorization).stream())
        .forEach(context -> byPatient.putIfAbsent(context.patient(), context));
    return List.copyOf(byPatient.values());
  }

  private Ground ground(LaunchContext context) {
    if (context.patient() == null) {
      return Ground.NONE;
    }
    return switch (context.person().getResourceType()) {
      case "Patient" -> Ground.OWN;
      case "Practitioner" ->
          care.ground(context.person().getIdPart(), context.patient()).orElse(Ground.NONE);
      default -> Ground.REPRESENTATIVE;
    };
  }
}
