package org.equipoise.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.UriOrListParam;
import ca.uhn.fhir.rest.param.UriParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.RecordLocks;
import org.equipoise.fhir.WholeRecord;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** The record in the open database transaction of a write. */
final class StoredWholeRecord implements WholeRecord {

  private final Bundle transaction;
  private final DaoRegistry records;
  private final String fhirBase;
  private final WriteValidation validation;
  private final RecordLocks locks;

  /**
   * @param transaction the Bundle that the write is an entry of, or null
   */
  StoredWholeRecord(
      Bundle transaction,
      DaoRegistry records,
      String fhirBase,
      WriteValidation validation,
      RecordLocks locks) {
    this.transaction = transaction;
    this.records = records;
    this.fhirBase = fhirBase;
    this.validation = validation;
    this.locks = locks;
  }

  @Override
  public Optional<Bundle> transaction() {
    return Optional.ofNullable(transaction);
  }

  @Override
  public Optional<Resource> find(Reference reference) {
    IIdType id = reference.getReferenceElement();
    if (!id.hasIdPart()
        || !id.hasResourceType()
        || id.isLocal()
        || !records.isResourceTypeSupported(id.getResourceType())
        || (id.hasBaseUrl() && !fhirBase.equals(id.getBaseUrl()))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          (Resource)
              records
                  .getResourceDao(id.getResourceType())
                  .read(id.toUnqualifiedVersionless(), new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }

  @Override
  public <T extends Resource> List<T> referringTo(Class<T> type, String parameter, IdType target) {
    return records
        .getResourceDao(type)
        .searchForResources(
            SearchParameterMap.newSynchronous()
                .add(parameter, new ReferenceParam(target.toUnqualifiedVersionless().getValue())),
            new SystemRequestDetails());
  }

  @Override
  public <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters) {
    return records
        .getResourceDao(type)
        .searchForResources(parameters.setLoadSynchronous(true), new SystemRequestDetails());
  }

  @Override
  public Optional<Resource> version(IdType id) {
    try {
      return Optional.of(
          (Resource)
              records
                  .getResourceDao(id.getResourceType())
                  .read(id.toUnqualified(), new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }

  @Override
  public void lock(String... keys) {
    locks.hold(keys);
  }

  @Override
  public List<Resource> documentsWith(IdType binary) {
    UriOrListParam addresses = new UriOrListParam();
    for (String base : new String[] {"", "/", fhirBase + "/"}) {
      addresses.add(new UriParam(base + "Binary/" + binary.getIdPart()));
    }
    return List.copyOf(
        records
            .getResourceDao(DocumentReference.class)
            .searchForResources(
                SearchParameterMap.newSynchronous().add(DocumentReference.SP_LOCATION, addresses),
                new SystemRequestDetails()));
  }

  @Override
  public void rewrite(Resource resource) {
    IFhirResourceDao<Resource> dao = records.getResourceDao(resource.fhirType());
    Resource stored = (Resource) dao.update(resource, new SystemRequestDetails()).getResource();
    validation.requireValid(stored);
  }

  @Override
  public void add(Resource resource) {
    IFhirResourceDao<Resource> dao = records.getResourceDao(resource.fhirType());
    Resource stored = (Resource) dao.create(resource, new SystemRequestDetails()).getResource();
    validation.requireValid(stored);
  }
}
