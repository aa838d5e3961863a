package org.equipoise.fhir;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Resource;

/**
 * What those who are asked for a second opinion may see: a little that they could not see
 * otherwise, and, where they are to judge without the first opinion, less than otherwise.
 * Implemented by {@code opinion}, from what patients agreed to; the one place that decides it.
 * Declared here so that access rules know no feature. Each answer is as of now: nothing is kept
 * from one call to the next.
 *
 * <p>Whoever is asked is named {@code Practitioner/id} or, an AI, {@code Device/id}.
 */
public interface SecondOpinions {

  /**
   * The patient whose consent shows this very resource to somebody who is asked; empty where none
   * does.
   *
   * @param asked whoever is asked
   * @param resource e.g. {@code DocumentReference/3}
   * @return logical id
   */
  default Optional<String> patientOf(String asked, String resource) {
    return Optional.ofNullable(patientsOf(asked, List.of(resource)).get(resource));
  }

  /**
   * The same for several resources at once: those that are shown, each with the logical id of the
   * patient.
   */
  Map<String, String> patientsOf(String asked, Collection<String> resources);

  /**
   * Whether somebody is asked for anything, or has answered it: where not, nothing is shown to them
   * and nothing hidden from them.
   */
  boolean isAsked(String asked);

  /** Logical ids of the open requests whose consent shows them to whoever is asked. */
  Set<String> requestsOf(String asked);

  /**
   * Whether a version of a shared resource was there when it was shared, or came later: what a
   * correction took out before is not shown.
   *
   * @param asked whoever is asked
   * @param resource e.g. {@code DocumentReference/3}
   * @param version of the resource
   */
  boolean showsVersion(String asked, String resource, long version);

  /**
   * Logical ids of the documents that whoever is asked is to judge without, together with all that
   * hangs on them, as long as a consent in force lets them answer.
   */
  Set<String> hiddenFrom(String asked);

  /**
   * What tells of these documents, whoever wrote them: they themselves, what they replace and are
   * made from, what refers to them, and the Binaries that hold their text.
   *
   * @param documents logical ids
   * @return {@code Type/id}
   */
  Set<String> tellingOf(Set<String> documents);

  /** What an answer is about. */
  record Answered(String patient, Set<String> references) {}

  /**
   * The open request that a new resource would answer, or the one that a stored answer of theirs
   * answers.
   *
   * @param asked whoever is asked
   * @return the logical id of the patient, and what the answer must refer to although its author
   *     may not read it ({@code Type/id}); empty where it is no such answer
   */
  Optional<Answered> answered(String asked, Resource answer);
}
