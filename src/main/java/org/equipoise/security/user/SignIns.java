package org.equipoise.security.user;

import java.util.List;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.AccessLog;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.http.HttpStatus;

/**
 * Keeps an event of each login and logout. Of a login under a name that nobody has, only that there
 * was one: what was typed there may be a password, and a name would tell who has an account.
 */
public class SignIns {

  /** The client of what people do on the server's own pages. */
  private static final String OWN_PAGES = "equipoise";

  private final AccessLog log;

  SignIns(AccessLog log) {
    this.log = log;
  }

  /** By which way somebody logs in. */
  public enum Way {
    PASSWORD("password"),
    /** A right or wrong password that was not looked at: they have to wait. */
    LOCKED("locked"),
    /** At another OpenID provider. */
    EXTERNAL("external");

    private final String code;

    Way(String code) {
      this.code = code;
    }
  }

  /**
   * Somebody logged in.
   *
   * @param persons as whom of the record they act; themselves first
   * @param address network address of their browser; null where it is not known
   */
  public void loggedIn(Way way, List<IdType> persons, String address) {
    keep(Door.LOGIN, way.code, persons, address, HttpStatus.OK);
  }

  /**
   * A login was refused.
   *
   * @param persons of the account that it was for; empty where there is none
   */
  public void refused(Way way, List<IdType> persons, String address) {
    keep(Door.LOGIN, way.code, persons, address, HttpStatus.UNAUTHORIZED);
  }

  /** Somebody logged out. */
  public void loggedOut(List<IdType> persons, String address) {
    keep(Door.LOGOUT, null, persons, address, HttpStatus.OK);
  }

  private void keep(
      Door door, String operation, List<IdType> persons, String address, HttpStatus status) {
    log.keep(
        List.of(
            new AccessEvent(
                null,
                door,
                operation,
                Outcome.of(status.value()),
                status.value(),
                new Agent(
                    OWN_PAGES,
                    persons.isEmpty() ? null : persons.get(0).toUnqualifiedVersionless().getValue(),
                    null,
                    null,
                    null,
                    Ground.NONE,
                    address == null || address.isBlank() ? null : address),
                null,
                List.of(),
                0,
                null,
                null,
                null)));
  }
}
