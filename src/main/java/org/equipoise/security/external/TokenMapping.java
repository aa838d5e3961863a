package org.equipoise.security.external;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.equipoise.security.Callers;
import org.equipoise.security.client.ClientScopes;
import org.equipoise.security.scope.SmartScope;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Rewrites the claims of another issuer's token as ours are written: pure, and never to more than
 * the token says. What it does not understand makes the token invalid; scopes that are not taken
 * from this issuer are left out.
 */
final class TokenMapping {

  private static final String SEPARATOR = "|";
  private static final String ID = "[A-Za-z0-9.-]{1,64}";
  private static final Pattern PERSON =
      Pattern.compile("(Patient|Practitioner|RelatedPerson)/(" + ID + ")");
  private static final Pattern DEVICE = Pattern.compile("Device/" + ID);
  private static final Pattern ORGANIZATION = Pattern.compile("Organization/" + ID);
  private static final Pattern AI_PURPOSE =
      Pattern.compile("ai-(documentation|decision-use|training|sharing)");
  private static final Pattern PATIENT_ID = Pattern.compile("(?:Patient/)?(" + ID + ")");

  private final TrustedIssuers.Issuer issuer;
  private final String fhirBase;

  TokenMapping(TrustedIssuers.Issuer issuer, String fhirBase) {
    this.issuer = issuer;
    this.fhirBase = fhirBase;
  }

  /**
   * The token with our claims and no others.
   *
   * @param token verified: signature, issuer, audience and time are right
   * @throws BadJwtException where a claim that must be there is not, or cannot be understood
   */
  Jwt map(Jwt token) {
    Matcher person = person(token);
    Jwt.Builder mapped =
        Jwt.withTokenValue(token.getTokenValue())
            .headers(headers -> headers.putAll(token.getHeaders()))
            .issuer(issuer.issuer())
            .audience(token.getAudience())
            .expiresAt(token.getExpiresAt())
            // With the issuer in front, since ours may have a user or client of the same name.
            .subject(qualified(issuer.issuer(), required(token, "sub")))
            .claim(
                Callers.CLIENT_ID,
                qualified(issuer.issuer(), required(token, issuer.claims().clientId())))
            .claim("scope", scopes(token, person != null));
    if (token.getIssuedAt() != null) {
      mapped.issuedAt(token.getIssuedAt());
    }
    if (token.getId() != null) {
      mapped.jti(token.getId());
    }
    String patient = patient(token, person);
    if (patient != null) {
      mapped.claim(Callers.PATIENT, patient);
    }
    if (person != null) {
      mapped.claim(Callers.FHIR_USER, fhirBase + "/" + person.group());
    }
    copyAi(token, mapped);
    copy(token, Callers.ORGANIZATION, ORGANIZATION, mapped);
    return mapped.build();
  }

  /** A user or client of another issuer, as it stands in the record. */
  static String qualified(String issuer, String id) {
    return issuer + SEPARATOR + id;
  }

  /** Whether a client id is one of these; the ids of our own clients hold no such character. */
  static boolean isOfAnotherIssuer(String clientId) {
    return clientId.contains(SEPARATOR);
  }

  /** Which AI the client is, and what for: it sees less by it, never more. */
  private static void copyAi(Jwt token, Jwt.Builder mapped) {
    copy(token, Callers.AI_DEVICE, DEVICE, mapped);
    copy(token, Callers.AI_PURPOSE, AI_PURPOSE, mapped);
    if ((text(token, Callers.AI_DEVICE) == null) != (text(token, Callers.AI_PURPOSE) == null)) {
      throw refused(Callers.AI_PURPOSE);
    }
  }

  private static void copy(Jwt token, String claim, Pattern form, Jwt.Builder mapped) {
    String value = text(token, claim);
    if (value == null) {
      return;
    }
    if (!form.matcher(value).matches()) {
      throw refused(claim);
    }
    mapped.claim(claim, value);
  }

  /** The person, matched as type and id; null where the token names none. */
  private Matcher person(Jwt token) {
    String reference = text(token, issuer.claims().fhirUser());
    if (reference == null) {
      return null;
    }
    String relative =
        reference.startsWith(fhirBase + "/")
            ? reference.substring(fhirBase.length() + 1)
            : reference;
    Matcher person = PERSON.matcher(relative);
    if (!person.matches()) {
      throw refused(issuer.claims().fhirUser());
    }
    return person;
  }

  /** Whom a patient's or representative's token is limited to: never nobody. */
  private String patient(Jwt token, Matcher person) {
    String reference = text(token, issuer.claims().patient());
    String patient = null;
    if (reference != null) {
      Matcher id = PATIENT_ID.matcher(reference);
      if (!id.matches()) {
        throw refused(issuer.claims().patient());
      }
      patient = id.group(1);
    }
    if (person == null || person.group(1).equals("Practitioner")) {
      return patient;
    }
    if (person.group(1).equals("Patient")) {
      // Who acts for another patient comes as that one's RelatedPerson.
      if (patient != null && !patient.equals(person.group(2))) {
        throw refused(issuer.claims().patient());
      }
      return person.group(2);
    }
    if (patient == null) {
      throw refused(issuer.claims().patient());
    }
    return patient;
  }

  /**
   * The scopes that are taken from this issuer: resource scopes, and {@code fhirUser} where there
   * is a person, whose own entry it opens. Without a person a token is a service's, and may hold
   * only {@code system/} scopes; with one, it may hold none.
   */
  private List<String> scopes(Jwt token, boolean hasPerson) {
    Object claim = token.getClaims().get(issuer.claims().scope());
    Stream<String> scopes;
    if (claim instanceof String text) {
      scopes = Arrays.stream(text.trim().split("\\s+"));
    } else if (claim instanceof Collection<?> list) {
      scopes = list.stream().filter(Objects::nonNull).map(Object::toString);
    } else {
      throw refused(issuer.claims().scope());
    }
    return scopes
        .filter(
            scope -> {
              if (scope.equals(ClientScopes.FHIR_USER)) {
                return hasPerson;
              }
              String context = scope.replaceFirst("/.*", "");
              return issuer.contexts().contains(context)
                  && hasPerson != context.equals("system")
                  && SmartScope.parse(scope).isPresent();
            })
        .distinct()
        .toList();
  }

  private static String required(Jwt token, String claim) {
    String value = text(token, claim);
    if (value == null || value.isBlank()) {
      throw refused(claim);
    }
    return value;
  }

  /** A claim that is a text where it is there at all; a list or object is not understood. */
  private static String text(Jwt token, String claim) {
    Object value = token.getClaims().get(claim);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw refused(claim);
  }

  private static BadJwtException refused(String claim) {
    return new BadJwtException("The claim " + claim + " is missing or cannot be understood");
  }
}
