package org.equipoise.audit.watch;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.CodeWords;

/** Why an access is unusual: the codes of {@code CodeSystem/unusual-access}. */
public enum Rule {
  /** The house is open to every clinician, and this one does not treat the patient. */
  NO_CARE_RELATION(true),
  /** A clinician broke the glass. */
  BREAK_GLASS(true),
  /** Who opened it has a family name of the patient's. */
  SAME_FAMILY_NAME(true),
  /** Somebody opened their own record by their professional account. */
  OWN_RECORD(true),
  /** A person opened it when the house is closed. */
  OUT_OF_HOURS(true),
  /** Far more patients in a day than they, or others like them, open as a rule. */
  MORE_THAN_USUAL(false),
  /** An AI did what does not belong to the purpose it was let in for. */
  AI_OUTSIDE_PURPOSE(true),
  /** Many refusals in a short time. */
  REPEATED_REFUSALS(false);

  private final boolean aboutOnePatient;

  Rule(boolean aboutOnePatient) {
    this.aboutOnePatient = aboutOnePatient;
  }

  /**
   * Whether it is about what somebody has to do with this one patient; else about all that they did
   * that day, whoever the patients were.
   */
  public boolean isAboutOnePatient() {
    return aboutOnePatient;
  }

  /** Its code in {@code CodeSystem/unusual-access}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The rule with this code; empty where there is none. */
  public static Optional<Rule> of(String code) {
    return Arrays.stream(values()).filter(rule -> rule.code().equals(code)).findFirst();
  }

  /**
   * Its name and its reason, as patients read them: nothing about any other patient.
   *
   * @param language BCP-47 tag; English where it is not spoken
   */
  public CodeWords words(String language) {
    return CodeWords.of(Canonical.System.UNUSUAL_ACCESS, code(), language);
  }
}
