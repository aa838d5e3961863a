package org.equipoise.security.authorization;

import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.IdType;

/**
 * The requests of apps that wait for their users. The pages for choosing a patient and for consent
 * stand between {@code /oauth2/authorize} and its answer; all that they may know or change goes
 * through here, and is checked here again.
 */
public interface PendingAuthorizations {

  /**
   * The request, resolved as far as it can be without asking: an EHR's launch is used up by the
   * first call.
   *
   * @param state as the page received it
   * @param userId the user who is logged in
   * @return empty where there is none of this user's
   */
  Optional<PendingAuthorization> find(String state, String userId);

  /**
   * For whom a user may act now, themselves first; nobody where they are a clinician and nothing
   * else.
   */
  List<PendingAuthorization.Choice> choices(String userId);

  /**
   * Keeps the user's choice of patient.
   *
   * @return false, and nothing is kept, where there is no such request or the user may not act for
   *     this patient as this person
   */
  boolean choose(String state, String userId, IdType person, String patient);
}
