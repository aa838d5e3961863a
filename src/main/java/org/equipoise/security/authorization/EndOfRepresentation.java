package org.equipoise.security.authorization;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.time.Clock;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Ends what apps got from a representative in the transaction that ends the representation, or
 * gives it to another patient. (One that ends by its period ends with the access token, since a
 * refresh asks again.)
 */
@Interceptor
public class EndOfRepresentation {

  private final JdbcTemplate jdbc;
  private final Clock clock;

  EndOfRepresentation(JdbcTemplate jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void onUpdate(IBaseResource before, IBaseResource after) {
    if (before instanceof RelatedPerson was
        && after instanceof RelatedPerson is
        && !Representation.patientOf(was, clock.instant())
            .equals(Representation.patientOf(is, clock.instant()))) {
      end(was);
    }
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void onDelete(IBaseResource deleted) {
    if (deleted instanceof RelatedPerson was) {
      end(was);
    }
  }

  private void end(RelatedPerson representative) {
    String person = "RelatedPerson/" + representative.getIdElement().getIdPart();
    jdbc.update(
        "delete from oauth2_authorization where principal_name in"
            + " (select user_id from eqp_user_person where person = ?)"
            // As the launch context stands among the attributes.
            + " and attributes like ?",
        person,
        "%\"person\":\"" + person + "\"%");
  }
}
