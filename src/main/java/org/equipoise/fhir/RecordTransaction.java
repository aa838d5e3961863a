package org.equipoise.fhir;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * What an operation may do with the record while its one database transaction is open. Everything
 * is read and written as the caller: a resource outside the caller's reach does not exist here. The
 * work may be run again after a lost race, so it has no effect outside this interface.
 */
public interface RecordTransaction {

  /** Who asks. */
  Caller caller();

  /** The time of this call: the same for everything it writes. */
  Instant now();

  /**
   * The current version, or the named one where {@code id} has a version.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException 404 where it is not there
   *     or not the caller's
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceGoneException 410 where it was deleted
   */
  <T extends Resource> T read(Class<T> type, IdType id);

  /**
   * Like {@link #read}, for a reference found in another resource; empty where it cannot be read or
   * is no such type.
   */
  <T extends Resource> Optional<T> find(Class<T> type, Reference reference);

  /** All matches that the caller may see; parameters are combined as in a FHIR search. */
  <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters);

  /**
   * Writes a FHIR transaction Bundle. Entries are validated as every write is; {@code urn:uuid:}
   * references between them are resolved, and {@code Provenance.target} gets the version that was
   * written.
   *
   * @return the resources as stored, with id and version, in the order of the entries
   */
  List<Resource> write(Bundle transaction);

  /**
   * Waits until no other open transaction holds any of {@code keys}, then holds them to the end of
   * this one: on all nodes, since the locks are rows of the database. Ask for all that a call needs
   * at once: they are then taken in one order by everybody, so that two calls never wait for each
   * other.
   */
  void lock(String... keys);
}
