package org.equipoise.security.user;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.equipoise.security.user.UserAccount.ExternalIdentity;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The people who can log in, in the database. */
public class UserAccounts implements UserPersons {

  /** How long a link to choose a password is good for. */
  static final Duration LINK_LIFE = Duration.ofDays(3);

  private static final String COLUMNS =
      "select id, username, display_name, language, enabled, issuer, subject,"
          + " password_hash is not null as has_password, created_at, last_login_at, privacy_officer"
          + " from eqp_user";

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  UserAccounts(
      JdbcTemplate jdbc,
      TransactionTemplate transactions,
      ApplicationEventPublisher events,
      Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.events = events;
    this.clock = clock;
  }

  /** Said when a user may no longer log in; what they allowed to apps ends with it. */
  public record UserDisabled(String userId) {}

  /** Said when a user is no privacy officer any more; what they allowed to apps ends with it. */
  public record OfficeEnded(String userId) {}

  /** The username, or the identity at another provider, is somebody's already. */
  public static final class AlreadyTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AlreadyTaken() {
      super("The username or the external identity belongs to another user", null, false, false);
    }
  }

  @Override
  public List<IdType> personsOf(String userId) {
    return jdbc.query(
        "select p.person from eqp_user_person p join eqp_user u on u.id = p.user_id"
            + " where u.id = ? and u.enabled order by p.position",
        (row, index) -> new IdType(row.getString(1)),
        userId);
  }

  @Override
  public boolean isPrivacyOfficer(String userId, IdType person) {
    return "Practitioner".equals(person.getResourceType())
        && !jdbc.queryForList(
                "select 1 from eqp_user where id = ? and enabled and privacy_officer",
                Integer.class,
                userId)
            .isEmpty();
  }

  /** The user of this id. */
  public Optional<UserAccount> find(String userId) {
    return one(" where id = ?", userId);
  }

  /** The user of this name, in whatever case. */
  public Optional<UserAccount> named(String username) {
    return one(" where username_key = ?", UserAccount.key(username));
  }

  /**
   * The user who is known to another OpenID provider under this subject.
   *
   * @param issuer {@code iss} of the provider's ID token, compared exactly
   * @param subject its {@code sub}, compared exactly
   */
  public Optional<UserAccount> linkedTo(String issuer, String subject) {
    return one(" where issuer = ? and subject = ?", issuer, subject);
  }

  /** One page of all users, by username. */
  public List<UserAccount> page(int offset, int count) {
    return list(" order by username_key offset ? rows fetch next ? rows only", offset, count);
  }

  /** How many users there are. */
  public long count() {
    return jdbc.queryForObject("select count(*) from eqp_user", Long.class);
  }

  /**
   * Makes an account without a password.
   *
   * @param identity may be null
   * @throws AlreadyTaken where the username or the identity is somebody's
   */
  public UserAccount create(
      String username,
      String displayName,
      String language,
      List<IdType> persons,
      ExternalIdentity identity) {
    String id = UUID.randomUUID().toString();
    try {
      transactions.executeWithoutResult(
          status -> {
            jdbc.update(
                "insert into eqp_user (id, username, username_key, display_name, language, issuer,"
                    + " subject, created_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                username,
                UserAccount.key(username),
                displayName,
                language,
                identity == null ? null : identity.issuer(),
                identity == null ? null : identity.subject(),
                now());
            for (int i = 0; i < persons.size(); i++) {
              jdbc.update(
                  "insert into eqp_user_person (user_id, position, person) values (?, ?, ?)",
                  id,
                  i,
                  persons.get(i).toUnqualifiedVersionless().getValue());
            }
          });
    } catch (DuplicateKeyException e) {
      throw new AlreadyTaken();
    }
    return find(id).orElseThrow();
  }

  /**
   * Shuts an account, or opens it again. A shut one is logged out everywhere.
   *
   * @return false where there is no such user
   */
  public boolean setEnabled(String userId, boolean enabled) {
    return Boolean.TRUE.equals(
        transactions.execute(
            status -> {
              boolean known =
                  jdbc.update("update eqp_user set enabled = ? where id = ?", enabled, userId) == 1;
              if (known && !enabled) {
                jdbc.update("delete from eqp_password_link where user_id = ?", userId);
                endSessions(userId, null);
                events.publishEvent(new UserDisabled(userId));
              }
              return known;
            }));
  }

  /**
   * Makes a user privacy officer, or ends that; apps then lose what they were allowed as one.
   *
   * @return false where there is no such user
   */
  public boolean setPrivacyOfficer(String userId, boolean isOne) {
    return Boolean.TRUE.equals(
        transactions.execute(
            status -> {
              boolean known =
                  jdbc.update("update eqp_user set privacy_officer = ? where id = ?", isOne, userId)
                      == 1;
              if (known && !isOne) {
                events.publishEvent(new OfficeEnded(userId));
              }
              return known;
            }));
  }

  /** Keeps in which language somebody wants the pages; BCP-47. */
  public void setLanguage(String userId, String language) {
    jdbc.update("update eqp_user set language = ? where id = ?", language, userId);
  }

  /** The stored hash of the password, absent where none was chosen yet. */
  Optional<String> passwordHash(String userId) {
    return jdbc
        .queryForList(
            "select password_hash from eqp_user where id = ? and password_hash is not null",
            String.class,
            userId)
        .stream()
        .findFirst();
  }

  /** Replaces the hash of an unchanged password by a stronger one. */
  void rehash(String userId, String passwordHash) {
    jdbc.update("update eqp_user set password_hash = ? where id = ?", passwordHash, userId);
  }

  /** Keeps when somebody last logged in. */
  public void loggedIn(String userId) {
    jdbc.update("update eqp_user set last_login_at = ? where id = ?", now(), userId);
  }

  /**
   * Gives a new password, and ends what the old one opened: all sessions but one, and links.
   *
   * @param keptSession the session that goes on, or null
   */
  void changePassword(String userId, String passwordHash, String keptSession) {
    transactions.executeWithoutResult(
        status -> {
          jdbc.update(
              "update eqp_user set password_hash = ?, password_changed_at = ? where id = ?",
              passwordHash,
              now(),
              userId);
          jdbc.update("delete from eqp_password_link where user_id = ?", userId);
          endSessions(userId, keptSession);
        });
  }

  private void endSessions(String userId, String keptSession) {
    jdbc.update(
        "delete from eqp_session where principal_name = ? and session_id <> ?",
        userId,
        keptSession == null ? "" : keptSession);
  }

  /**
   * Makes a link with which the user can choose a password, once, within {@link #LINK_LIFE}; an
   * earlier one is good no more.
   */
  PasswordLink newPasswordLink(String userId) {
    String secret = Secrets.random();
    Instant expires = clock.instant().plus(LINK_LIFE);
    transactions.executeWithoutResult(
        status -> {
          jdbc.update("delete from eqp_password_link where user_id = ?", userId);
          jdbc.update(
              "insert into eqp_password_link (link_hash, user_id, expires_at) values (?, ?, ?)",
              Secrets.hash(secret),
              userId,
              expires.atOffset(ZoneOffset.UTC));
        });
    return new PasswordLink(secret, expires);
  }

  /**
   * A link to choose a password.
   *
   * @param secret what the link holds; stored as a hash only
   * @param expiresAt when it stops to work
   */
  record PasswordLink(String secret, Instant expiresAt) {
    @Override
    public String toString() {
      return "PasswordLink[expiresAt=" + expiresAt + "]";
    }
  }

  /** Whose link this is; empty for one that is unknown, used or too old. */
  Optional<UserAccount> holderOf(String secret) {
    return one(
        " where enabled and id in"
            + " (select user_id from eqp_password_link where link_hash = ? and expires_at > ?)",
        Secrets.hash(secret),
        now());
  }

  /** Uses the link up; false where somebody was faster. */
  boolean useUp(String secret) {
    return jdbc.update(
            "delete from eqp_password_link where link_hash = ? and expires_at > ?",
            Secrets.hash(secret),
            now())
        == 1;
  }

  private Optional<UserAccount> one(String where, Object... values) {
    return list(where, values).stream().findFirst();
  }

  private List<UserAccount> list(String where, Object... values) {
    List<UserAccount> accounts =
        new ArrayList<>(jdbc.query(COLUMNS + where, (row, index) -> account(row), values));
    accounts.replaceAll(this::withPersons);
    return accounts;
  }

  private static UserAccount account(ResultSet row) throws SQLException {
    String issuer = row.getString("issuer");
    return new UserAccount(
        row.getString("id"),
        row.getString("username"),
        row.getString("display_name"),
        row.getString("language"),
        row.getBoolean("enabled"),
        List.of(),
        issuer == null ? null : new ExternalIdentity(issuer, row.getString("subject")),
        row.getBoolean("has_password"),
        instant(row, "created_at"),
        instant(row, "last_login_at"),
        row.getBoolean("privacy_officer"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private UserAccount withPersons(UserAccount account) {
    return new UserAccount(
        account.id(),
        account.username(),
        account.displayName(),
        account.language(),
        account.enabled(),
        jdbc.query(
            "select person from eqp_user_person where user_id = ? order by position",
            (row, index) -> new IdType(row.getString(1)),
            account.id()),
        account.identity(),
        account.hasPassword(),
        account.createdAt(),
        account.lastLoginAt(),
        account.isPrivacyOfficer());
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
