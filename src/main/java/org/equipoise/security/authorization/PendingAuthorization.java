package org.equipoise.security.authorization;

import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import org.hl7.fhir.r4.model.IdType;

/**
 * What an app asks for, while its user decides.
 *
 * @param state names the request; only its user's browser knows it
 * @param clientId the app
 * @param clientName the app's name as a person reads it
 * @param redirectHost where the browser goes afterwards, e.g. {@code app.example}
 * @param scopes what the app asks for and this user could allow; a scope that it may not have is
 *     left out already, and of several that open the very same to this user all but one
 * @param context what the app will be started with, as far as it is known
 * @param needsPatient whether a patient must be chosen before the user can decide
 * @param choices as whom, and for which patient, the user can act: one for a patient, one for each
 *     person that a representative stands for; empty where a clinician picks from the record
 * @param refreshLife how long the app keeps access if the user allows {@code offline_access}
 * @param sessionLife how long it keeps access with {@code online_access}
 * @param tokenLife how long it has access without either
 * @param isApproved whether the operator has approved the app for everybody, so that its user need
 *     not be asked
 */
public record PendingAuthorization(
    String state,
    String clientId,
    String clientName,
    String redirectHost,
    SortedSet<String> scopes,
    LaunchContext context,
    boolean needsPatient,
    List<Choice> choices,
    Duration refreshLife,
    Duration sessionLife,
    Duration tokenLife,
    boolean isApproved) {

  /**
   * As whom the user acts, and for which patient.
   *
   * @param person e.g. {@code RelatedPerson/3}
   * @param patient logical id
   */
  public record Choice(IdType person, String patient) {}
}
