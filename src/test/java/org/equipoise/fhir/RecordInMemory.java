package org.equipoise.fhir;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * A record in memory, and a transaction that is under way. A search finds all of its type: a test
 * stores what matches.
 */
public final class RecordInMemory implements WholeRecord {

  private final Map<String, Resource> stored = new LinkedHashMap<>();
  private final Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);

  /** Puts a resource on record, by its id. */
  public RecordInMemory with(Resource resource) {
    stored.put(key(resource.fhirType() + "/" + resource.getIdElement().getIdPart()), resource);
    return this;
  }

  /** Adds an entry to the transaction. */
  public RecordInMemory entry(String fullUrl, Resource resource) {
    bundle
        .addEntry()
        .setFullUrl(fullUrl)
        .setResource(resource)
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl(resource.fhirType());
    return this;
  }

  private static String key(String reference) {
    return new IdType(reference).toUnqualifiedVersionless().getValue();
  }

  @Override
  public Optional<Bundle> transaction() {
    return bundle.hasEntry() ? Optional.of(bundle) : Optional.empty();
  }

  @Override
  public Optional<Resource> find(Reference reference) {
    return Optional.ofNullable(reference.getReference()).map(one -> stored.get(key(one)));
  }

  @Override
  public <T extends Resource> List<T> referringTo(Class<T> type, String parameter, IdType target) {
    return search(type, new SearchParameterMap());
  }

  @Override
  public <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters) {
    return stored.values().stream().filter(type::isInstance).map(type::cast).toList();
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
    throw new UnsupportedOperationException();
  }

  @Override
  public void add(Resource resource) {
    throw new UnsupportedOperationException();
  }
}
