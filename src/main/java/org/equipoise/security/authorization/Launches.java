package org.equipoise.security.authorization;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.crypto.keygen.StringKeyGenerator;

/**
 * Launches that EHRs registered (SMART App Launch 2.2, section "EHR Launch"): what stands in one is
 * known to this server only; the app carries a random word that is good once, for minutes, for one
 * app, and for the person for whom the EHR made it.
 */
class Launches {

  private static final TypeReference<Map<String, String>> TEXT_BY_NAME = new TypeReference<>() {};

  private final StringKeyGenerator words =
      new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), 32);
  private final JdbcTemplate jdbc;
  private final ObjectMapper json;
  private final TokenLives lives;
  private final Clock clock;

  Launches(JdbcTemplate jdbc, ObjectMapper json, TokenLives lives, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.lives = lives;
    this.clock = clock;
  }

  /**
   * Keeps a launch.
   *
   * @param ehr client id of the EHR
   * @param app client id of the app
   * @param context with its person
   * @return the {@code launch} parameter for the app
   */
  String register(String ehr, String app, LaunchContext context) {
    String launch = words.generateKey();
    jdbc.update(
        "insert into eqp_launch (launch_hash, ehr_client, app_client, person, context, expires_at)"
            + " values (?, ?, ?, ?, ?, ?)",
        TokenHash.of(launch),
        ehr,
        app,
        context.person().getValue(),
        write(context.toMap()),
        Timestamp.from(clock.instant().plus(lives.launch())));
    return launch;
  }

  /** Whether the app may still use this launch. */
  boolean isOpen(String launch, String app) {
    return !find(launch, app).isEmpty();
  }

  /** What the launch holds, where it was made for one of these persons; it stays open. */
  Optional<LaunchContext> peek(String launch, String app, List<IdType> persons) {
    return find(launch, app).stream()
        .map(context -> LaunchContext.of(read(context)))
        .filter(
            context ->
                persons.stream()
                    .anyMatch(person -> person.getValue().equals(context.person().getValue())))
        .findFirst();
  }

  /**
   * Uses the launch up.
   *
   * @param persons as whom the user who logged in may act
   * @return empty, and nothing is used up, where it is unknown, used, too old, for another app or
   *     for another person
   */
  Optional<LaunchContext> use(String launch, String app, List<IdType> persons) {
    // Of two browsers that come at once, one deletes the row.
    return peek(launch, app, persons)
        .filter(
            context ->
                jdbc.update("delete from eqp_launch where launch_hash = ?", TokenHash.of(launch))
                    == 1);
  }

  private List<String> find(String launch, String app) {
    return jdbc.queryForList(
        "select context from eqp_launch where launch_hash = ? and app_client = ? and expires_at > ?",
        String.class,
        TokenHash.of(launch),
        app,
        Timestamp.from(clock.instant()));
  }

  private String write(Map<String, String> context) {
    try {
      return json.writeValueAsString(context);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, String> read(String context) {
    try {
      return json.readValue(context, TEXT_BY_NAME);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A row of eqp_launch holds no launch context");
    }
  }
}
