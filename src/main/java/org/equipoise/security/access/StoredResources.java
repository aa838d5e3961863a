package org.equipoise.security.access;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.UriOrListParam;
import ca.uhn.fhir.rest.param.UriParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The record as the server itself sees it, to judge by. */
final class StoredResources {

  private static final int TOGETHER = 100;

  private final DaoRegistry records;
  private final JdbcTemplate jdbc;
  private final String fhirBase;

  /** What is read in place of what never was; null before there was any. */
  private final AtomicReference<IIdType> standIn = new AtomicReference<>();

  /**
   * @param fhirBase the address of this server's FHIR base, without a trailing slash
   */
  StoredResources(DaoRegistry records, JdbcTemplate jdbc, String fhirBase) {
    this.records = records;
    this.jdbc = jdbc;
    this.fhirBase = fhirBase;
  }

  /** The current version; empty where there is none. */
  Optional<Resource> find(IIdType id) {
    if (!records.isResourceTypeSupported(id.getResourceType())) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(id.toUnqualifiedVersionless()));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }

  /**
   * The current version, or, where it was deleted, the last one; empty where there never was. Of
   * what never was another is read in its place, so that the time that it takes does not tell.
   */
  Optional<Resource> findLast(IIdType id) {
    if (!isKept(id.getResourceType())) {
      return Optional.empty();
    }
    boolean isThere = everWas(id);
    IIdType toRead = isThere ? id.toUnqualifiedVersionless() : standIn();
    try {
      return Optional.ofNullable(toRead).map(this::read).filter(one -> isThere);
    } catch (ResourceGoneException e) {
      standIn.compareAndSet(toRead, null);
      return isThere ? beforeDeletion(e.getResourceId()) : Optional.empty();
    } catch (ResourceNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Of the directory: it is small, and no caller chooses it. */
  private IIdType standIn() {
    if (standIn.get() == null) {
      records
          .getResourceDao(Practitioner.class)
          .searchForResources(
              SearchParameterMap.newSynchronous().setLoadSynchronousUpTo(1),
              new SystemRequestDetails())
          .stream()
          .findFirst()
          .ifPresent(one -> standIn.set(one.getIdElement().toUnqualifiedVersionless()));
    }
    return standIn.get();
  }

  private Optional<Resource> beforeDeletion(IIdType deleted) {
    if (deleted == null || !deleted.isVersionIdPartValidLong()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          read(
              new IdType(
                  deleted.getResourceType(),
                  deleted.getIdPart(),
                  String.valueOf(deleted.getVersionIdPartAsLong() - 1))));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads the current version as {@code reader} does, to find out whether they can.
   *
   * @throws ResourceNotFoundException 404 where there is none for them
   * @throws ResourceGoneException 410 where it was deleted
   */
  void require(IIdType id, RequestDetails reader) {
    records.getResourceDao(id.getResourceType()).read(id.toUnqualifiedVersionless(), reader);
  }

  private Resource read(IIdType id) {
    return (Resource)
        records.getResourceDao(id.getResourceType()).read(id, new SystemRequestDetails());
  }

  boolean isKept(String type) {
    return records.isResourceTypeSupported(type);
  }

  /** The current versions of those that are there, by a search for each hundred. */
  List<Resource> find(String type, Collection<String> ids) {
    List<Resource> found = new ArrayList<>();
    List<String> all = List.copyOf(ids);
    for (int from = 0; from < all.size(); from += TOGETHER) {
      TokenOrListParam either = new TokenOrListParam();
      all.subList(from, Math.min(all.size(), from + TOGETHER))
          .forEach(id -> either.add(new TokenParam(id)));
      records
          .getResourceDao(type)
          .searchForResources(
              SearchParameterMap.newSynchronous().add("_id", either), new SystemRequestDetails())
          .forEach(one -> found.add((Resource) one));
    }
    return found;
  }

  /** Whether there is a version of it, be it deleted since. */
  boolean everWas(IIdType id) {
    return !jdbc.queryForList(
            "select 1 from hfj_resource where res_type = ? and fhir_id = ?",
            Integer.class,
            id.getResourceType(),
            id.getIdPart())
        .isEmpty();
  }

  /**
   * Those of {@code resources}, {@code Type/id}, that are there, by one look into the database;
   * what the same transaction has written may be missing.
   */
  Set<String> present(Collection<String> resources) {
    String each = String.join(", ", Collections.nCopies(resources.size(), "?"));
    return new HashSet<>(
        jdbc.queryForList(
            "select concat(res_type, '/', fhir_id) from hfj_resource"
                + " where res_deleted_at is null and fhir_id in ("
                + each
                + ")",
            String.class,
            resources.stream().map(one -> one.substring(one.indexOf('/') + 1)).toArray()));
  }

  /**
   * Logical ids of what was created on this condition within the last hour or so.
   *
   * @param condition as HAPI normalizes it, e.g. {@code Task?focus=DocumentReference%2F3}
   */
  List<String> createdOn(String condition) {
    return jdbc.queryForList(
        "select r.fhir_id from hfj_res_search_url u join hfj_resource r on r.res_id = u.res_id"
            + " where u.res_search_url = ?",
        String.class,
        condition);
  }

  /** Lets another be created on this condition. */
  void forget(String condition, String type, String id) {
    jdbc.update(
        "delete from hfj_res_search_url where res_search_url = ? and res_id in"
            + " (select res_id from hfj_resource where res_type = ? and fhir_id = ?)",
        condition,
        type,
        id);
  }

  /** The patients whose documents hold this Binary, by its logical id. */
  Set<String> patientsOfDocumentsWith(String binaryId) {
    SearchParameterMap search = SearchParameterMap.newSynchronous();
    UriOrListParam addresses = new UriOrListParam();
    for (String base : new String[] {"", "/", fhirBase + "/"}) {
      addresses.add(new UriParam(base + "Binary/" + binaryId));
    }
    search.add(DocumentReference.SP_LOCATION, addresses);
    return records
        .getResourceDao(DocumentReference.class)
        .searchForResources(search, new SystemRequestDetails())
        .stream()
        .map(document -> document.getSubject().getReferenceElement())
        .filter(subject -> "Patient".equals(subject.getResourceType()))
        .map(IIdType::getIdPart)
        .collect(Collectors.toSet());
  }

  /** The Binary of this server that an address leads to; null for any other address. */
  IIdType binaryAt(String address) {
    String relative =
        address.startsWith(fhirBase + "/") ? address.substring(fhirBase.length() + 1) : address;
    IdType id = new IdType(relative.replaceFirst("^/", ""));
    return "Binary".equals(id.getResourceType())
            && id.hasIdPart()
            && !id.isAbsolute()
            && !id.hasBaseUrl()
        ? id
        : null;
  }
}
