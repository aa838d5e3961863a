package org.equipoise.security.user;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.hl7.fhir.r4.model.IdType;

/**
 * Somebody who can log in.
 *
 * @param id stable: the {@code sub} of their tokens; a UUID
 * @param username what they type to log in; unique whatever its case
 * @param displayName how the pages greet them
 * @param language BCP-47 tag of the language that they chose, or null
 * @param enabled whether they may log in, and their apps reach the record
 * @param persons as whom of the record they act, e.g. {@code Patient/1}; themselves first
 * @param identity who they are at another OpenID provider, or null
 * @param hasPassword whether they have chosen a password
 * @param createdAt when the operator made the account
 * @param lastLoginAt when they last logged in, or null
 * @param isPrivacyOfficer whether they look after who opened whose record
 */
public record UserAccount(
    String id,
    String username,
    String displayName,
    String language,
    boolean enabled,
    List<IdType> persons,
    ExternalIdentity identity,
    boolean hasPassword,
    Instant createdAt,
    Instant lastLoginAt,
    boolean isPrivacyOfficer) {

  public UserAccount {
    persons = List.copyOf(persons);
  }

  /**
   * Who a user is at another OpenID provider (OpenID Connect Core 1.0, section 5.7: only the two
   * together name a person).
   *
   * @param issuer {@code iss} of the provider's ID tokens
   * @param subject their {@code sub}
   */
  public record ExternalIdentity(String issuer, String subject) {}

  /** The form in which usernames are compared. */
  static String key(String username) {
    return username.strip().toLowerCase(Locale.ROOT);
  }
}
