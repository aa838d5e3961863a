package org.equipoise.app;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the patient is to somebody who stands for them, turned round from what the record says:
 * whose {@code RelatedPerson.relationship} is mother has a child here.
 */
enum Relationship {
  CHILD(
      "PRN", "MTH", "FTH", "NMTH", "NFTH", "NPRN", "ADOPTP", "ADOPTM", "ADOPTF", "STPPRN", "STPMTH",
      "STPFTH", "PRNFOST", "MTHFOST", "FTHFOST", "GESTM"),
  PARENT(
      "CHILD",
      "SON",
      "DAU",
      "SONC",
      "DAUC",
      "NCHILD",
      "NSON",
      "CHLDADOPT",
      "SONADOPT",
      "DAUADOPT",
      "STPCHLD",
      "STPSON",
      "STPDAU",
      "CHLDFOST",
      "SONFOST",
      "DAUFOST",
      "CHLDINLAW",
      "SONINLAW",
      "DAUINLAW"),
  PARTNER("SPS", "HUSB", "WIFE", "DOMPART", "SIGOTHR"),
  SIBLING(
      "SIB", "BRO", "SIS", "NSIB", "NBRO", "NSIS", "HSIB", "HBRO", "HSIS", "STPSIB", "STPBRO",
      "STPSIS", "TWIN", "TWINBRO", "TWINSIS"),
  GRANDCHILD("GRPRN", "GRMTH", "GRFTH", "MGRPRN", "MGRMTH", "MGRFTH", "PGRPRN", "PGRMTH", "PGRFTH"),
  GRANDPARENT("GRNDCHILD", "GRNDSON", "GRNDDAU"),
  WARD("GUARD"),
  UNKNOWN;

  /** Codes of HL7's RoleCode. */
  private final Set<String> codes;

  Relationship(String... codes) {
    this.codes = Set.of(codes);
  }

  static Relationship of(List<String> relationships) {
    return Arrays.stream(values())
        .filter(relationship -> relationships.stream().anyMatch(relationship.codes::contains))
        .findFirst()
        .orElse(UNKNOWN);
  }

  /** As it stands in the message bundle. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
