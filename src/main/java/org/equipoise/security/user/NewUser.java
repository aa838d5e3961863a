package org.equipoise.security.user;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.equipoise.security.user.UserAccount.ExternalIdentity;
import org.hl7.fhir.r4.model.IdType;

/**
 * What an operator says to make an account.
 *
 * @param username 2 to 100 letters, digits and {@code . _ @ + -}
 * @param displayName how the pages greet the person; 1 to 200 characters
 * @param language {@code en}, {@code es}, or null for what the browser asks for
 * @param persons as whom of the record they act: {@code Patient/…}, {@code RelatedPerson/…}, {@code
 *     Practitioner/…}; themselves first
 * @param issuer with {@code subject}: who they are at another OpenID provider; or null
 * @param subject see {@code issuer}
 * @param roles what else they are than the persons of the record: {@code privacy-officer}; or null
 */
record NewUser(
    String username,
    String displayName,
    String language,
    List<String> persons,
    String issuer,
    String subject,
    List<String> roles) {

  /** Looks after who opened whose record. */
  static final String PRIVACY_OFFICER = "privacy-officer";

  private static final Set<String> PERSON_TYPES =
      Set.of("Patient", "RelatedPerson", "Practitioner");
  private static final Set<String> LANGUAGES = Set.of("en", "es");
  private static final int MOST_PERSONS = 50;

  /** What is wrong, by the element at fault. */
  static final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Invalid(String element, String reason) {
      super(element + ": " + reason, null, false, false);
    }
  }

  /**
   * The persons, checked with everything else.
   *
   * @param exists whether the record holds such a person
   * @throws Invalid naming the first element that is wrong
   */
  List<IdType> checked(Predicate<IdType> exists) {
    if (username == null || !username.matches("[\\p{L}\\p{N}._@+-]{2,100}")) {
      throw new Invalid("username", "needs 2 to 100 letters, digits or . _ @ + -");
    }
    if (displayName == null
        || displayName.isBlank()
        || displayName.length() > 200
        || displayName.chars().anyMatch(Character::isISOControl)) {
      throw new Invalid("displayName", "needs 1 to 200 characters of plain text");
    }
    if (language != null && !LANGUAGES.contains(language.toLowerCase(Locale.ROOT))) {
      throw new Invalid("language", "must be en or es");
    }
    if ((issuer == null) != (subject == null)) {
      throw new Invalid("issuer", "issuer and subject are given together or not at all");
    }
    if (issuer != null
        && (issuer.isBlank()
            || issuer.length() > 500
            || subject.isBlank()
            || subject.length() > 255)) {
      throw new Invalid("issuer", "needs at most 500 characters, and subject at most 255");
    }
    requirePlain("issuer", issuer);
    requirePlain("subject", subject);
    if (persons == null || persons.isEmpty() || persons.size() > MOST_PERSONS) {
      throw new Invalid("persons", "needs 1 to " + MOST_PERSONS + " references");
    }
    List<IdType> checked = new ArrayList<>();
    for (int i = 0; i < persons.size(); i++) {
      checked.add(person("persons[" + i + "]", persons.get(i), exists));
    }
    if (Set.copyOf(checked.stream().map(IdType::getValue).toList()).size() < checked.size()) {
      throw new Invalid("persons", "names somebody twice");
    }
    if (roles != null && !roles.stream().allMatch(PRIVACY_OFFICER::equals)) {
      throw new Invalid("roles", "may hold " + PRIVACY_OFFICER);
    }
    if (isPrivacyOfficer()) {
      requirePractitioner("roles", checked);
    }
    return checked;
  }

  /** Whether the account is to be a privacy officer's. */
  boolean isPrivacyOfficer() {
    return roles != null && roles.contains(PRIVACY_OFFICER);
  }

  /**
   * @throws Invalid where no Practitioner is among the persons
   */
  static void requirePractitioner(String element, List<IdType> persons) {
    if (persons.stream().noneMatch(person -> "Practitioner".equals(person.getResourceType()))) {
      throw new Invalid(element, PRIVACY_OFFICER + " is for who has a Practitioner in the record");
    }
  }

  /** The other provider's word for them, or null. */
  ExternalIdentity identity() {
    return issuer == null ? null : new ExternalIdentity(issuer, subject);
  }

  private static void requirePlain(String element, String text) {
    if (text != null && text.chars().anyMatch(Character::isISOControl)) {
      throw new Invalid(element, "must hold no control characters");
    }
  }

  private static IdType person(String element, String text, Predicate<IdType> exists) {
    if (text == null || !text.matches("[A-Za-z]{1,20}/[A-Za-z0-9.-]{1,64}")) {
      throw new Invalid(element, "must be a reference such as Patient/7");
    }
    IdType person = new IdType(text);
    if (!PERSON_TYPES.contains(person.getResourceType())) {
      throw new Invalid(element, "must be a Patient, a RelatedPerson or a Practitioner");
    }
    if (!exists.test(person)) {
      throw new Invalid(element, text + " is not in the record");
    }
    return person;
  }
}
