package org.equipoise.security.authorization;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.StandingCallers;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Asks the clients, the users and the record. That a token ended says nothing: one lives for
 * minutes, and what was asked for with it stands. Clients and users of other issuers are theirs to
 * know; whom a representative stands for is asked of them, too.
 */
class StoredStanding implements StandingCallers {

  private final JdbcTemplate jdbc;
  private final DaoRegistry records;
  private final Clock clock;

  StoredStanding(JdbcTemplate jdbc, DaoRegistry records, Clock clock) {
    this.jdbc = jdbc;
    this.records = records;
    this.clock = clock;
  }

  @Override
  public void require(Caller caller) {
    if (!isOfAnotherIssuer(caller)) {
      requireClient(caller.clientId());
      requireUser(caller.subject());
    }
    caller
        .person()
        .filter(person -> "RelatedPerson".equals(person.getResourceType()))
        .ifPresent(person -> requireRepresentation(person, caller.patientId()));
  }

  /** Their names have the issuer in front, as no client of ours is called. */
  private static boolean isOfAnotherIssuer(Caller caller) {
    return caller.clientId().contains("|");
  }

  private void requireClient(String clientId) {
    List<String> states =
        jdbc.queryForList(
            "select c.state from eqp_client c join oauth2_registered_client r on r.id = c.id"
                + " where r.client_id = ?",
            String.class,
            clientId);
    if (!states.contains("active")) {
      throw new Ended("the app that asked for it may not use this server any more");
    }
  }

  /** A service is its own subject, and no user. */
  private void requireUser(String subject) {
    if (jdbc.queryForList("select enabled from eqp_user where id = ?", Boolean.class, subject)
        .contains(false)) {
      throw new Ended("the account of who asked for it was closed");
    }
  }

  private void requireRepresentation(IdType person, String patient) {
    if (!patientOf(person).equals(Optional.ofNullable(patient))) {
      throw new Ended("who asked for it does not stand for the patient any more");
    }
  }

  private Optional<String> patientOf(IdType person) {
    try {
      RelatedPerson representative =
          records
              .getResourceDao(RelatedPerson.class)
              .read(person.toUnqualifiedVersionless(), new SystemRequestDetails());
      return Representation.patientOf(representative, clock.instant());
    } catch (ResourceGoneException | ResourceNotFoundException e) {
      return Optional.empty();
    }
  }
}
