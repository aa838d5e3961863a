package org.equipoise.fhir;

/** What goes on for an app after its request was answered, and is not done yet. */
public interface UnfinishedWork {

  /**
   * Ends what an app has under way for a user, who took back what they had allowed it. Takes part
   * in the database transaction that is open; what is being written at the moment is waited for.
   *
   * @param clientId the OAuth client
   * @param subject as in {@link Caller#subject}
   */
  void endOf(String clientId, String subject);
}
