package org.equipoise.security.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Once an hour, what has expired goes and nothing else. */
class HousekeepingTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant PAST = NOW.minusSeconds(1);
  private static final Instant AHEAD = NOW.plusSeconds(1);
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final TokenLives LIVES =
      new TokenLives(
          Duration.ofMinutes(5),
          Duration.ofDays(90),
          Duration.ofHours(8),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofDays(90));

  private JdbcTemplate jdbc;

  @BeforeEach
  void database() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:housekeeping-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    jdbc = new JdbcTemplate(source);
  }

  private void run() {
    new Housekeeping(jdbc, LIVES, new SigningKeys(jdbc, LIVES.keyRotation(), CLOCK), CLOCK).run();
  }

  private static Timestamp time(Instant instant) {
    return instant == null ? null : Timestamp.from(instant);
  }

  private void authorization(
      String id, Instant asked, Instant codeEnds, Instant accessEnds, Instant refreshEnds) {
    jdbc.update(
        "insert into oauth2_authorization (id, registered_client_id, principal_name,"
            + " authorization_grant_type, created_at, authorization_code_expires_at,"
            + " access_token_value, access_token_expires_at, refresh_token_expires_at)"
            + " values (?, 'app', 'user', 'authorization_code', ?, ?, ?, ?, ?)",
        id,
        time(asked),
        time(codeEnds),
        accessEnds == null ? null : "hash-" + id,
        time(accessEnds),
        time(refreshEnds));
  }

  private void accessToken(String jti, String authorization, Instant ends) {
    jdbc.update(
        "insert into eqp_access_token (jti, authorization_id, expires_at) values (?, ?, ?)",
        jti,
        authorization,
        time(ends));
  }

  private List<String> left(String column, String table) {
    return jdbc.queryForList("select " + column + " from " + table, String.class);
  }

  @Test
  void run_whenAuthorizationsHaveExpired_thenThoseGoWithAllThatHangsOnThem() {
    Instant quarterBefore = NOW.minus(LIVES.decision());
    authorization("undecided in time", quarterBefore.plusSeconds(1), null, null, null);
    authorization("undecided too long", quarterBefore.minusSeconds(1), null, null, null);
    authorization("code in time", quarterBefore.minusSeconds(60), AHEAD, null, null);
    authorization("code long gone", NOW.minusSeconds(7200), NOW.minusSeconds(3600), null, null);
    authorization("access in time", NOW.minusSeconds(7200), PAST, AHEAD, null);
    authorization("access gone", NOW.minusSeconds(7200), PAST, PAST, null);
    authorization("refresh in time", NOW.minusSeconds(7200), PAST, PAST, AHEAD);
    authorization("refresh gone", NOW.minusSeconds(7200), PAST, PAST, PAST);
    jdbc.update(
        "insert into eqp_spent_refresh_token (token_hash, authorization_id)"
            + " values ('kept', 'refresh in time'), ('goes', 'refresh gone')");

    run();

    assertThat(left("id", "oauth2_authorization"))
        .containsExactlyInAnyOrder(
            "undecided in time", "code in time", "access in time", "refresh in time");
    assertThat(left("token_hash", "eqp_spent_refresh_token")).containsExactly("kept");
  }

  @Test
  void run_whenTokensAndLaunchesHaveExpired_thenThoseGo() {
    authorization("app's", NOW, PAST, AHEAD, null);
    accessToken("in time", "app's", AHEAD);
    accessToken("gone", "app's", PAST);
    accessToken("of no authorization, in time", null, AHEAD);
    accessToken("of no authorization, gone", null, PAST);
    for (Instant ends : List.of(AHEAD, PAST)) {
      jdbc.update(
          "insert into eqp_launch (launch_hash, ehr_client, app_client, person, context,"
              + " expires_at) values (?, 'ehr', 'app', 'Practitioner/1', '{}', ?)",
          ends.equals(AHEAD) ? "in time" : "gone",
          time(ends));
    }

    run();

    assertThat(left("jti", "eqp_access_token"))
        .containsExactlyInAnyOrder("in time", "of no authorization, in time");
    assertThat(left("launch_hash", "eqp_launch")).containsExactly("in time");
  }

  @Test
  void run_whenKeyHasServedItsTime_thenTheNextIsAnnounced() {
    new SigningKeys(jdbc, LIVES.keyRotation(), CLOCK);
    run();
    assertThat(left("kid", "eqp_signing_key")).hasSize(1);
    jdbc.update(
        "update eqp_signing_key set signs_from = ?",
        time(NOW.minus(LIVES.keyRotation()).minusSeconds(1)));

    run();

    assertThat(left("kid", "eqp_signing_key")).hasSize(2);
  }
}
