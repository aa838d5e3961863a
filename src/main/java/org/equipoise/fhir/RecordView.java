package org.equipoise.fhir;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * The record of one moment, as the caller reaches it: a resource beyond the caller's reach does not
 * exist here. Reach is wider than scopes: an operation may look at what the token's scopes do not
 * name, and shows of it only what {@link #showable} leaves.
 */
public interface RecordView {

  /** How much of a type the caller's own scopes open to a read. */
  enum Extent {
    ALL,
    /** Only what granular scopes name, or what a patient permits an AI one by one. */
    SOME,
    NONE
  }

  /** Who asks. */
  Caller caller();

  /** The time of this call. */
  Instant now();

  /**
   * The current version.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException 404 where it is not there
   *     or not the caller's
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceGoneException 410 where it was deleted
   */
  <T extends Resource> T read(Class<T> type, IdType id);

  /** Like {@link #read}, for a reference; empty where it cannot be read or is no such type. */
  <T extends Resource> Optional<T> find(Class<T> type, Reference reference);

  /**
   * Matches that the caller may see, in the order that the search asks for.
   *
   * @param most at most so many; ask for one more than you want to know whether there are more
   */
  <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters, int most);

  /** The ids of all matches that the caller may see, in the order that the search asks for. */
  List<IdType> ids(Class<? extends Resource> type, SearchParameterMap parameters);

  /**
   * The versions of resources that the caller may see, deleted ones left out: of each resource the
   * newest first. One query, however many resources.
   *
   * @param most at most so many of all together
   */
  <T extends Resource> List<T> versions(Class<T> type, Collection<IdType> ids, int most);

  /** Those that a plain read by the caller would show whole: by their own scopes and by consent. */
  <T extends Resource> List<T> showable(List<T> resources);

  /**
   * How much of a type the caller's own scopes open.
   *
   * @param patientId logical id of the patient about whom the resources are
   */
  Extent extent(String type, String patientId);

  /** Whether any scope of the caller's own lets them search for this type. */
  boolean maySearch(String type);

  /** Whether the server keeps resources of this type. */
  boolean isServed(String type);

  /** Logical ids of the patients that a resource is about; empty for an AI, a clinic and such. */
  Set<String> patientsOf(Resource resource);
}
