package org.equipoise.security.authorization;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Throws away what has expired, each hour, and sees that keys are changed in time. */
class Housekeeping implements InitializingBean, DisposableBean {

  private static final Duration EVERY = Duration.ofHours(1);

  private final JdbcTemplate jdbc;
  private final TokenLives lives;
  private final SigningKeys keys;
  private final Clock clock;
  private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

  Housekeeping(JdbcTemplate jdbc, TokenLives lives, SigningKeys keys, Clock clock) {
    this.jdbc = jdbc;
    this.lives = lives;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public void afterPropertiesSet() {
    scheduler.setDaemon(true);
    scheduler.setThreadNamePrefix("authorization-");
    scheduler.initialize();
    scheduler.scheduleWithFixedDelay(this::run, clock.instant().plus(EVERY), EVERY);
  }

  @Override
  public void destroy() {
    scheduler.shutdown();
  }

  /** Can be run by every node at any time. */
  void run() {
    Timestamp now = Timestamp.from(clock.instant());
    Instant undecided = clock.instant().minus(lives.decision());
    jdbc.update(
        "delete from oauth2_authorization where access_token_value is null"
            + " and coalesce(authorization_code_expires_at, created_at) < ?",
        Timestamp.from(undecided));
    jdbc.update(
        "delete from oauth2_authorization where access_token_expires_at < ?"
            + " and (refresh_token_expires_at is null or refresh_token_expires_at < ?)",
        now,
        now);
    jdbc.update("delete from eqp_access_token where expires_at < ?", now);
    jdbc.update("delete from eqp_launch where expires_at < ?", now);
    keys.rotate();
  }
}
