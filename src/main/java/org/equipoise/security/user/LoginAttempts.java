package org.equipoise.security.user;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.equipoise.security.traffic.ClientAddress;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts wrong passwords for each username, known or not, and for each address, on all nodes
 * together. An attempt is counted before its password is looked at, so that a hundred guesses at
 * once are a hundred failures.
 */
class LoginAttempts {

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final Clock clock;

  LoginAttempts(JdbcTemplate jdbc, TransactionTemplate transactions, Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * Counts one attempt as failed until it proves right.
   *
   * @return false where this name or address has to wait; the attempt then counts for nothing
   */
  boolean begin(String username, String address) {
    forgetOld();
    if (!count(ofAddress(address), LockOut.OF_ADDRESS)) {
      return false;
    }
    if (!count(ofName(username), LockOut.OF_NAME)) {
      takeBack(ofAddress(address));
      return false;
    }
    return true;
  }

  /** The password was right. */
  void succeeded(String username, String address) {
    clear(username);
    takeBack(ofAddress(address));
  }

  /** Forgets the failures of a name, and with them its wait. */
  void clear(String username) {
    jdbc.update("delete from eqp_login_attempt where tried = ?", ofName(username));
  }

  /** Until when nobody can log in under this name; null where it is open. */
  Instant lockedUntil(String username) {
    return jdbc
        .query(
            "select failures, locked_until from eqp_login_attempt where tried = ? and locked_until > ?",
            LoginAttempts::counted,
            ofName(username),
            now())
        .stream()
        .map(Counted::lockedUntil)
        .findFirst()
        .orElse(null);
  }

  private record Counted(int failures, Instant lockedUntil) {}

  private static Counted counted(ResultSet row, int index) throws SQLException {
    OffsetDateTime until = row.getObject("locked_until", OffsetDateTime.class);
    return new Counted(row.getInt("failures"), until == null ? null : until.toInstant());
  }

  private boolean count(String tried, LockOut rule) {
    try {
      return countOnce(tried, rule);
    } catch (DuplicateKeyException e) {
      // Another attempt made the row in this moment; now it is there.
      return countOnce(tried, rule);
    }
  }

  private boolean countOnce(String tried, LockOut rule) {
    return Boolean.TRUE.equals(
        transactions.execute(
            status -> {
              List<Counted> before =
                  jdbc.query(
                      "select failures, locked_until from eqp_login_attempt where tried = ? for update",
                      LoginAttempts::counted,
                      tried);
              Instant now = clock.instant();
              if (before.isEmpty()) {
                jdbc.update(
                    "insert into eqp_login_attempt (tried, failures, last_at) values (?, 1, ?)",
                    tried,
                    now());
                return true;
              }
              Counted counted = before.get(0);
              if (counted.lockedUntil() != null && counted.lockedUntil().isAfter(now)) {
                return false;
              }
              int failures = counted.failures() + 1;
              jdbc.update(
                  "update eqp_login_attempt set failures = ?, last_at = ?, locked_until = ?"
                      + " where tried = ?",
                  failures,
                  now(),
                  rule.after(failures).isZero()
                      ? null
                      : now.plus(rule.after(failures)).atOffset(ZoneOffset.UTC),
                  tried);
              return true;
            }));
  }

  private void takeBack(String tried) {
    jdbc.update(
        "update eqp_login_attempt set failures = failures - 1 where tried = ? and failures > 0",
        tried);
  }

  private void forgetOld() {
    jdbc.update(
        "delete from eqp_login_attempt where last_at < ?",
        clock.instant().minus(LockOut.MEMORY).atOffset(ZoneOffset.UTC));
  }

  /** A hash, since people type passwords where the name belongs, and names may be of any length. */
  private static String ofName(String username) {
    return Secrets.hash("name:" + UserAccount.key(username));
  }

  private static String ofAddress(String address) {
    return Secrets.hash("address:" + ClientAddress.of(address));
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
