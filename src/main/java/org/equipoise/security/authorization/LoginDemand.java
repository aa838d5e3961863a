package org.equipoise.security.authorization;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an app asks of the login and the consent of its user (OpenID Connect Core 1.0 section
 * 3.1.2.1). It counts with the scope {@code openid} and without.
 *
 * @param prompts the values of {@code prompt}; one that is not known asks for nothing
 * @param maxAge how old the login may be; null for any age
 */
record LoginDemand(Set<String> prompts, Duration maxAge) {

  static final String PROMPT = "prompt";
  static final String MAX_AGE = "max_age";

  private static final String NONE = "none";
  private static final String LOGIN = "login";
  private static final String CONSENT = "consent";
  private static final String SELECT_ACCOUNT = "select_account";

  /** The values of {@code prompt} that ask for something. */
  static final List<String> PROMPTS = List.of(NONE, LOGIN, CONSENT, SELECT_ACCOUNT);

  /** Between a login that was made for a request, maybe elsewhere, and the request's return. */
  private static final Duration ON_THE_WAY = Duration.ofMinutes(1);

  LoginDemand {
    prompts = Set.copyOf(prompts);
  }

  /**
   * Reads the two parameters; null or blank is left out, and so is what {@linkplain #problem cannot
   * be read}.
   */
  static LoginDemand of(Object prompt, Object maxAge) {
    return new LoginDemand(
        words(prompt), isSeconds(maxAge) ? Duration.ofSeconds(Long.parseLong(text(maxAge))) : null);
  }

  /** Of the parameters of a request, by name. */
  static LoginDemand of(Map<String, Object> parameters) {
    return of(parameters.get(PROMPT), parameters.get(MAX_AGE));
  }

  /** What is wrong with the parameters of a request, in a sentence for the app. */
  static Optional<String> problem(Map<String, Object> parameters) {
    Set<String> prompts = words(parameters.get(PROMPT));
    if (prompts.contains(NONE) && prompts.size() > 1) {
      return Optional.of("prompt 'none' must stand alone");
    }
    Object maxAge = parameters.get(MAX_AGE);
    return text(maxAge).isEmpty() || isSeconds(maxAge)
        ? Optional.empty()
        : Optional.of("max_age must be a number of seconds");
  }

  private static Set<String> words(Object prompt) {
    Set<String> words = new LinkedHashSet<>(List.of(text(prompt).split(" +")));
    words.remove("");
    return words;
  }

  private static boolean isSeconds(Object maxAge) {
    return text(maxAge).matches("[0-9]{1,10}");
  }

  private static String text(Object parameter) {
    return parameter instanceof String text ? text.strip() : "";
  }

  /** Whether no page may be shown. */
  boolean forbidsPages() {
    return prompts.contains(NONE);
  }

  /** Whether the user is to be asked though the operator has approved the app for everybody. */
  boolean asksForConsent() {
    return prompts.contains(CONSENT);
  }

  /** An account is chosen by logging in to it. */
  private boolean asksForLogin() {
    return prompts.contains(LOGIN)
        || prompts.contains(SELECT_ACCOUNT)
        || Duration.ZERO.equals(maxAge);
  }

  /** Whether a login may be too old for it. */
  boolean concernsLogin() {
    return asksForLogin() || maxAge != null;
  }

  /** What of it concerns the login, in the parameters of a request to another provider. */
  Map<String, String> ofLogin() {
    Map<String, String> parameters = new LinkedHashMap<>();
    List<String> logins = Stream.of(LOGIN, SELECT_ACCOUNT).filter(prompts::contains).toList();
    if (!logins.isEmpty()) {
      parameters.put(PROMPT, String.join(" ", logins));
    }
    if (maxAge != null) {
      parameters.put(MAX_AGE, String.valueOf(maxAge.toSeconds()));
    }
    return parameters;
  }

  /**
   * Whether a login that was there before the request will do.
   *
   * @param login when; empty where that is not known
   */
  boolean isMetBy(Optional<Instant> login, Instant now) {
    return !asksForLogin() && (maxAge == null || isWithin(maxAge, login, now));
  }

  /**
   * Whether a login that was made for the request is one: at another provider, the user may have
   * been waved through.
   */
  boolean isMetAfresh(Optional<Instant> login, Instant now) {
    Duration allowed = asksForLogin() ? Duration.ZERO : maxAge;
    return allowed == null || isWithin(allowed.plus(ON_THE_WAY), login, now);
  }

  private static boolean isWithin(Duration allowed, Optional<Instant> login, Instant now) {
    // In whole seconds, as a login's time is kept.
    return login
        .filter(at -> Duration.between(at, now).toSeconds() <= allowed.toSeconds())
        .isPresent();
  }
}
