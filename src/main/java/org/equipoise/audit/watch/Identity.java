package org.equipoise.audit.watch;

import java.text.Normalizer;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;

/**
 * By what two records are seen to be about relatives, or about one person. Names are compared
 * without case, accents and punctuation.
 *
 * @param families family names, former ones too; the parts of one with a hyphen besides
 * @param givens given names
 * @param identifiers {@code system|value}; those without a system say too little
 * @param birthDate ISO 8601, to the day; null where it is not known to the day
 */
public record Identity(
    Set<String> families, Set<String> givens, Set<String> identifiers, String birthDate) {

  private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
  private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern HYPHENS = Pattern.compile("[-\u2010\u2011\u2013]");
  private static final int LENGTH_OF_A_DAY = 10;

  /** Of whom nothing is known. */
  static final Identity UNKNOWN = new Identity(Set.of(), Set.of(), Set.of(), null);

  public Identity {
    families = Set.copyOf(families);
    givens = Set.copyOf(givens);
    identifiers = Set.copyOf(identifiers);
  }

  static Identity of(Patient patient) {
    return of(
        patient.getName(),
        patient.getIdentifier(),
        patient.getBirthDateElement().getValueAsString());
  }

  static Identity of(Practitioner practitioner) {
    return of(
        practitioner.getName(),
        practitioner.getIdentifier(),
        practitioner.getBirthDateElement().getValueAsString());
  }

  private static Identity of(List<HumanName> names, List<Identifier> given, String birthDate) {
    Set<String> families = new HashSet<>();
    Set<String> givens = new HashSet<>();
    for (HumanName name : names) {
      if (name.hasFamily()) {
        families.add(plain(name.getFamily()));
        HYPHENS.splitAsStream(name.getFamily()).map(Identity::plain).forEach(families::add);
      }
      name.getGiven().forEach(one -> givens.add(plain(one.getValue())));
    }
    families.remove("");
    givens.remove("");
    Set<String> identifiers = new HashSet<>();
    given.stream()
        .filter(one -> one.hasSystem() && one.hasValue())
        .forEach(one -> identifiers.add(one.getSystem() + "|" + one.getValue().strip()));
    return new Identity(
        families,
        givens,
        identifiers,
        birthDate != null && birthDate.length() == LENGTH_OF_A_DAY ? birthDate : null);
  }

  private static String plain(String name) {
    if (name == null) {
      return "";
    }
    String bare = ACCENTS.matcher(Normalizer.normalize(name, Normalizer.Form.NFKD)).replaceAll("");
    return NO_LETTERS.matcher(bare).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
  }

  boolean sharesFamilyName(Identity other) {
    return !Collections.disjoint(families, other.families);
  }

  /** By an identifier, or by family name, given name and day of birth together. */
  boolean isSamePerson(Identity other) {
    return !Collections.disjoint(identifiers, other.identifiers)
        || (birthDate != null
            && birthDate.equals(other.birthDate)
            && sharesFamilyName(other)
            && !Collections.disjoint(givens, other.givens));
  }
}
