package org.equipoise.security.authorization;

import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

/** The apps that a user has allowed to reach the record, for the user to see and to end. */
public interface AllowedApps {

  /** What {@code userId} has allowed and has not ended yet, by the apps' names. */
  List<AllowedApp> of(String userId);

  /**
   * Ends everything that the user has allowed this app: its tokens count no more from now on, and
   * it must ask again.
   *
   * @param appId as in {@link AllowedApp#id}; one that the user never allowed changes nothing
   * @param address network address of the user's browser
   */
  void revoke(String userId, String appId, String address);

  /**
   * One app.
   *
   * @param id names it within the server
   * @param name as a person reads it
   * @param accesses what it may do, for each patient and each set of scopes apart
   */
  record AllowedApp(String id, String name, List<Access> accesses) {}

  /**
   * What an app may do.
   *
   * @param patient logical id of the patient it is limited to, or null
   * @param scopes the granted scopes
   * @param since when the user first allowed this
   * @param until when it ends by itself
   * @param lastUsed when the app last got a token for it
   */
  record Access(
      String patient, SortedSet<String> scopes, Instant since, Instant until, Instant lastUsed) {}
}
