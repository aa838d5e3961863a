package org.equipoise.security.user;

import java.util.List;
import org.hl7.fhir.r4.model.IdType;

/** As whom of the record a user may act. */
public interface UserPersons {

  /**
   * The persons, e.g. {@code Patient/1}, {@code RelatedPerson/3} or {@code Practitioner/7}, the
   * user's own first; empty for a user who is unknown or disabled. (A wait after wrong passwords
   * shuts only the login: else whoever knows a username could stop its owner's apps.)
   *
   * @param userId the user's stable id: the name of their authentication, and the {@code sub} of
   *     their tokens
   */
  List<IdType> personsOf(String userId);

  /**
   * Whether the user looks after who opened whose record, and acts as the Practitioner who does:
   * not where they act as a patient, which they may be too.
   */
  boolean isPrivacyOfficer(String userId, IdType person);
}
