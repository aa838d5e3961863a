package org.equipoise.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.api.svc.IIdHelperService;
import ca.uhn.fhir.jpa.api.svc.ResolveIdentityMode;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Writes the entries of a transaction Bundle of ours inside the open database transaction, each
 * after those that it refers to. HAPI's own transaction processor stores first and resolves
 * references between entries afterwards, which indexes and updates the same rows twice; here every
 * row is written once. Takes what our operations write: POST, with or without {@code ifNoneExist},
 * and PUT to an id, with or without {@code ifMatch}.
 */
public final class EntryWriter {

  private final DaoRegistry daos;
  private final IIdHelperService<JpaPid> ids;
  private final FhirContext context;
  private final RequestDetails request;
  private final TransactionDetails details = new TransactionDetails();

  /** The stored id, with its version, of each fullUrl. */
  private final Map<String, IIdType> stored = new HashMap<>();

  /** For one transaction, written on account of {@code request}. */
  public EntryWriter(
      DaoRegistry daos, IIdHelperService<JpaPid> ids, FhirContext context, RequestDetails request) {
    this.daos = daos;
    this.ids = ids;
    this.context = context;
    this.request = request;
  }

  /**
   * Writes {@code transaction}, whose resources become the stored ones, with id and version.
   *
   * @throws IllegalArgumentException where entries refer to each other in a circle, or ask for
   *     another interaction
   */
  public void write(Bundle transaction) {
    lookUpOnce(transaction.getEntry());
    List<BundleEntryComponent> waiting = new ArrayList<>(transaction.getEntry());
    while (!waiting.isEmpty()) {
      BundleEntryComponent next =
          waiting.stream()
              .filter(entry -> waiting.stream().noneMatch(other -> mentions(entry, other)))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "Entries of a transaction refer to each other in a circle"));
      waiting.remove(next);
      store(next);
    }
  }

  /** One query for everything on record that the entries refer to, instead of one for each. */
  private void lookUpOnce(List<BundleEntryComponent> entries) {
    List<IIdType> mentioned =
        entries.stream()
            .flatMap(entry -> references(entry.getResource()))
            .map(Reference::getReferenceElement)
            .filter(id -> id.hasResourceType() && id.hasIdPart() && !id.hasBaseUrl())
            .map(IIdType::toUnqualifiedVersionless)
            .distinct()
            .toList();
    // What is not found is looked for again where it is needed, and named in the refusal.
    ids.resolveResourceIdentities(
            RequestPartitionId.allPartitions(),
            mentioned,
            ResolveIdentityMode.excludeDeleted().noCacheUnlessDeletesDisabled())
        .forEach((id, found) -> details.addResolvedResourceId(id, found.getPersistentId()));
  }

  private boolean mentions(BundleEntryComponent entry, BundleEntryComponent other) {
    return entry != other
        && other.hasFullUrl()
        && references(entry.getResource())
            .anyMatch(reference -> other.getFullUrl().equals(reference.getReference()));
  }

  private Stream<Reference> references(Resource resource) {
    return context
        .newTerser()
        .getAllPopulatedChildElementsOfType(resource, Reference.class)
        .stream()
        .filter(Reference::hasReference);
  }

  private void store(BundleEntryComponent entry) {
    pointToStored(entry.getResource());
    IIdType id = id(entry);
    entry.getResource().setId(id);
    if (entry.hasFullUrl()) {
      stored.put(entry.getFullUrl(), id);
    }
  }

  private void pointToStored(Resource resource) {
    references(resource)
        .filter(reference -> stored.containsKey(reference.getReference()))
        .forEach(
            reference -> {
              IIdType id = stored.get(reference.getReference());
              boolean ofVersion =
                  resource instanceof Provenance story && story.getTarget().contains(reference);
              reference.setReference(
                  (ofVersion ? id.toUnqualified() : id.toUnqualifiedVersionless()).getValue());
            });
  }

  private IIdType id(BundleEntryComponent entry) {
    Resource resource = entry.getResource();
    IFhirResourceDao<Resource> dao = daos.getResourceDao(resource.fhirType());
    String condition = entry.getRequest().getIfNoneExist();
    return switch (entry.getRequest().getMethod()) {
      case POST ->
          dao.create(
                  resource,
                  condition == null ? null : resource.fhirType() + "?" + condition,
                  true,
                  request,
                  details)
              .getId();
      case PUT -> {
        String version =
            entry.getRequest().hasIfMatch()
                ? entry.getRequest().getIfMatch().replaceAll("[^0-9]", "")
                : null;
        IdType target = new IdType(entry.getRequest().getUrl());
        resource.setId(version == null ? target : target.withVersion(version));
        yield dao.update(resource, null, true, false, request, details).getId();
      }
      default -> throw new IllegalArgumentException("Our operations write by POST and PUT");
    };
  }
}
