package org.equipoise.fhir;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What patients sent, and whether somebody looked: for the pages, which have no token. As the
 * server, not as whoever looks: who may see it is for the caller of this to ask. Implemented by
 * {@code contribution}.
 */
public interface SentByPatients {

  /**
   * One thing that was sent.
   *
   * @param reference e.g. {@code Observation/3}
   * @param words what it is, as the record says it; null where it does not
   * @param since when it came
   * @param status what became of it, a code of {@code ack-status}
   * @param by who looked, e.g. {@code Practitioner/7}; null where nobody did
   * @param when they did; null where nobody did
   * @param note what they say to the patient; null where they say nothing
   */
  record Sent(
      String reference,
      String words,
      Instant since,
      String status,
      String by,
      Instant when,
      String note) {}

  /**
   * Since when the longest waiting of each patient waits, the longest first.
   *
   * @param patients logical ids; those for whom nothing waits are left out
   */
  Map<String, Instant> waitingSince(Collection<String> patients);

  /**
   * What waits, the longest waiting first.
   *
   * @param patient logical id
   */
  List<Sent> waiting(String patient, int most);

  /**
   * What somebody looked at, the latest first.
   *
   * @param patient logical id
   */
  List<Sent> looked(String patient, int most);
}
