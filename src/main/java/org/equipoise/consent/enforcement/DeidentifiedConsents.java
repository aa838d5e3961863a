package org.equipoise.consent.enforcement;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.hl7.fhir.r4.model.Consent;
import org.springframework.jdbc.core.JdbcTemplate;

/** The Consents that permit the use of de-identified data alone. */
class DeidentifiedConsents {

  private final JdbcTemplate jdbc;

  DeidentifiedConsents(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  void learn(Consent consent) {
    forget(consent);
    if (Masking.isAskedFor(consent)) {
      jdbc.update(
          "insert into eqp_deidentified_consent (consent_id) values (?)",
          consent.getIdElement().getIdPart());
    }
  }

  void forget(Consent consent) {
    jdbc.update(
        "delete from eqp_deidentified_consent where consent_id = ?",
        consent.getIdElement().getIdPart());
  }

  void clear() {
    jdbc.update("delete from eqp_deidentified_consent");
  }

  /**
   * Those of them that are for de-identified data alone.
   *
   * @param consents e.g. {@code Consent/7}
   */
  Set<String> among(Collection<String> consents) {
    Set<String> found = new HashSet<>();
    Sql.inParts(
        consents.stream().map(one -> one.substring("Consent/".length())).toList(),
        some ->
            jdbc.queryForList(
                    "select consent_id from eqp_deidentified_consent where consent_id in ("
                        + Sql.places(some)
                        + ")",
                    String.class,
                    some.toArray())
                .forEach(id -> found.add("Consent/" + id)));
    return found;
  }
}
