package org.equipoise.fhir;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * What patients' decisions about AI leave to a caller, wherever data flows; implemented by {@code
 * consent}. Declared here so that access rules know no feature.
 */
public interface ConsentEnforcement {

  /**
   * What is left to this caller. Made anew for each request: what it has looked up it keeps, and a
   * decision that is made later counts in the next request.
   */
  Sight sight(Caller caller);

  /** How much of a resource a caller sees. */
  enum View {
    /** All of it. */
    SHOWN,
    /** What {@link Sight#masked} leaves of it. */
    MASKED,
    /** Nothing, not even that it is there. */
    WITHHELD
  }

  /**
   * One caller's sight in one request. Resources are named {@code Type/id}, patients by their
   * logical id.
   */
  interface Sight {

    /** Whether nothing is ever withheld: from a patient, or who stands for one. */
    boolean isOpen();

    /** Whether only what patients permit is seen: by an AI. */
    boolean isAi();

    /**
     * For an AI: those of {@code patients} whose data it may find by this search.
     *
     * @param type what is searched for
     * @param searchedBy the parameters that the search and its order use: what is masked is not
     *     found by what was taken out of it
     */
    Set<String> permitting(Collection<String> patients, String type, Set<String> searchedBy);

    /** For an AI: all patients whose data it may find by this search. */
    Set<String> permitting(String type, Set<String> searchedBy);

    /**
     * For an AI: logical ids of the resources of a type that these patients permit one by one,
     * though not their data in general.
     */
    Set<String> permittedSingly(Collection<String> patients, String type);

    /**
     * Logical ids of the resources of a type that are withheld.
     *
     * @param patients whose; empty for everybody's
     */
    Set<String> withheld(String type, Optional<Set<String>> patients);

    /** Looks up at once what {@link #view} will be asked about. */
    void foresee(Collection<String> resources);

    /**
     * How much of one resource is seen.
     *
     * @param resource e.g. {@code Observation/3}
     * @param patients whom it is about; none makes an AI see nothing of it
     * @param ofWriter whether this is the answer to a write, in which a writer sees what it wrote
     */
    View view(String resource, Collection<String> patients, boolean ofWriter);

    /** Whether it hangs on a document that waits for the patient, and that the caller wrote. */
    boolean isOwnWaiting(String resource);

    /** What is left of a resource whose view is {@link View#MASKED}, marked as such. */
    org.hl7.fhir.r4.model.Resource masked(org.hl7.fhir.r4.model.Resource resource);
  }
}
