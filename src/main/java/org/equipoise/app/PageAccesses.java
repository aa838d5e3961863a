package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.AccessLog;
import org.equipoise.security.ServerAddress;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.stereotype.Component;

/** Tells patients what the server's own pages showed of them. */
@Component
class PageAccesses {

  private final AccessLog log;
  private final ServerAddress address;

  PageAccesses(AccessLog log, ServerAddress address) {
    this.log = log;
    this.address = address;
  }

  /**
   * What one page is about to show.
   *
   * @param door by which way
   * @param operation what the page does
   * @param query what was looked for, without what names a person; null where nothing was
   */
  Shown shown(Door door, String operation, String query, HttpServletRequest request) {
    return new Shown(door, operation, query, request.getRemoteAddr());
  }

  /** What one page shows, patient by patient. */
  final class Shown {

    private final String request = UUID.randomUUID().toString();
    private final Door door;
    private final String operation;
    private final String query;
    private final String network;
    private final List<AccessEvent> events = new ArrayList<>();

    private Shown(Door door, String operation, String query, String network) {
      this.door = door;
      this.operation = operation;
      this.query = query;
      this.network = network;
    }

    /**
     * Adds what is shown of one patient.
     *
     * @param person as whom the user acts
     * @param patient logical id; null where nobody was found
     * @param entities references
     */
    void add(IdType person, String patient, Ground ground, List<String> entities) {
      events.add(
          new AccessEvent(
              request,
              door,
              operation,
              Outcome.SUCCESS,
              200,
              new Agent(
                  address.baseUrl(),
                  person.toUnqualifiedVersionless().getValue(),
                  null,
                  null,
                  null,
                  ground,
                  network),
              patient,
              entities,
              0,
              query,
              null,
              null));
    }

    /** Keeps it all, in one statement: what cannot be told to the patient later is not shown. */
    void keep() {
      if (!events.isEmpty()) {
        log.keep(events);
      }
    }
  }
}
