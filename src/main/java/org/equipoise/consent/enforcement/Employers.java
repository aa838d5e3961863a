package org.equipoise.consent.enforcement;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.springframework.jdbc.core.JdbcTemplate;

/** For which organisations a Practitioner works, as their PractitionerRoles say it. */
class Employers {

  private final JdbcTemplate jdbc;

  Employers(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * As of now, e.g. {@code Organization/4}; empty where nothing is known.
   *
   * @param practitioner logical id
   */
  Set<String> of(String practitioner, Instant now) {
    return Set.copyOf(
        jdbc.queryForList(
            "select distinct organization from eqp_practitioner_organization"
                + " where practitioner_id = ? and (ended_at is null or ended_at > ?)",
            String.class,
            practitioner,
            OffsetDateTime.ofInstant(now, ZoneOffset.UTC)));
  }

  void learn(PractitionerRole role) {
    forget(role);
    IIdType person = role.getPractitioner().getReferenceElement();
    IIdType organization = role.getOrganization().getReferenceElement();
    boolean inactive = role.hasActive() && !role.getActive();
    if (inactive || !person.hasIdPart() || !organization.hasIdPart()) {
      return;
    }
    jdbc.update(
        "insert into eqp_practitioner_organization"
            + " (role_id, practitioner_id, organization, ended_at) values (?, ?, ?, ?)",
        role.getIdElement().getIdPart(),
        person.getIdPart(),
        "Organization/" + organization.getIdPart(),
        role.getPeriod().hasEnd()
            ? OffsetDateTime.ofInstant(role.getPeriod().getEnd().toInstant(), ZoneOffset.UTC)
            : null);
  }

  void forget(PractitionerRole role) {
    jdbc.update(
        "delete from eqp_practitioner_organization where role_id = ?",
        role.getIdElement().getIdPart());
  }

  void clear() {
    jdbc.update("delete from eqp_practitioner_organization");
  }
}
