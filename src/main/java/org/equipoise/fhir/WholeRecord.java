package org.equipoise.fhir;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * The record as a {@link WriteRule} finds it while a write is under way: what stands in it, and
 * what the same transaction is about to write. As the server, not as the caller: a rule must not
 * hold less because the caller sees less. What it finds is never shown.
 */
public interface WholeRecord {

  /** Nothing is there. */
  WholeRecord EMPTY =
      new WholeRecord() {
        @Override
        public Optional<Bundle> transaction() {
          return Optional.empty();
        }

        @Override
        public Optional<Resource> find(Reference reference) {
          return Optional.empty();
        }

        @Override
        public <T extends Resource> List<T> referringTo(
            Class<T> type, String parameter, IdType target) {
          return List.of();
        }

        @Override
        public <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters) {
          return List.of();
        }

        @Override
        public Optional<Resource> version(IdType id) {
          return Optional.empty();
        }

        @Override
        public void lock(String... keys) {
          // Nobody else is there.
        }

        @Override
        public List<Resource> documentsWith(IdType binary) {
          return List.of();
        }

        @Override
        public void rewrite(Resource resource) {
          throw new UnsupportedOperationException("Nothing is there to rewrite");
        }

        @Override
        public void add(Resource resource) {
          throw new UnsupportedOperationException("Nothing is kept here");
        }
      };

  /**
   * The transaction Bundle that the write is an entry of, as it was sent; empty for a write of its
   * own and for the entries of a batch, which are written or refused each on its own.
   */
  Optional<Bundle> transaction();

  /** The current version of what a reference leads to; empty where it is not on record yet. */
  Optional<Resource> find(Reference reference);

  /** Current resources of a type that refer to {@code target} by a search parameter. */
  <T extends Resource> List<T> referringTo(Class<T> type, String parameter, IdType target);

  /** All current resources of a type that match; parameters are combined as in a FHIR search. */
  <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters);

  /** One version of a resource, by an id that names it; empty where it is not there. */
  Optional<Resource> version(IdType id);

  /** Like {@link RecordTransaction#lock}. */
  void lock(String... keys);

  /** The DocumentReferences whose attachments have the address of this Binary. */
  List<Resource> documentsWith(IdType binary);

  /**
   * Stores a new version of a resource that stands in the record, in the same transaction and on
   * the server's own account.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where it would not
   *     meet its profile
   */
  void rewrite(Resource resource);

  /**
   * Stores a new resource, in the same transaction and on the server's own account.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where it would not
   *     meet its profile
   */
  void add(Resource resource);

  /**
   * The entries of the same transaction that are, or will be, what a reference leads to. The
   * storage engine gives a stored entry its id at once, and puts it where others refer to it.
   */
  default Stream<Resource> entriesAt(Reference reference) {
    String wanted = reference.getReference();
    if (wanted == null) {
      return Stream.empty();
    }
    String id = new IdType(wanted).toUnqualifiedVersionless().getValue();
    return transaction().stream()
        .flatMap(bundle -> bundle.getEntry().stream())
        .filter(entry -> entry.getResource() != null)
        .filter(
            entry ->
                wanted.equals(entry.getFullUrl())
                    || isPutTo(entry, id)
                    || isStoredAs(entry.getResource(), id))
        .map(Bundle.BundleEntryComponent::getResource);
  }

  private static boolean isPutTo(Bundle.BundleEntryComponent entry, String id) {
    String url = entry.getRequest().getUrl();
    return entry.getRequest().getMethod() == Bundle.HTTPVerb.PUT
        && url != null
        && url.replaceFirst("^/", "").equals(id);
  }

  private static boolean isStoredAs(Resource resource, String id) {
    return resource.getIdElement().hasIdPart()
        && (resource.fhirType() + "/" + resource.getIdElement().getIdPart()).equals(id);
  }
}
