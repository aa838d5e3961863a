package org.equipoise.security.access;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.UriOrListParam;
import ca.uhn.fhir.rest.param.UriParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/** The record as the server itself sees it, to judge by. */
final class StoredResources {

  private final DaoRegistry records;
  private final String fhirBase;

  /**
   * @param fhirBase the address of this server's FHIR base, without a trailing slash
   */
  StoredResources(DaoRegistry records, String fhirBase) {
    this.records = records;
    this.fhirBase = fhirBase;
  }

  /** The current version; empty where there is none. */
  Optional<Resource> find(IIdType id) {
    if (!records.isResourceTypeSupported(id.getResourceType())) {
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
    return "Binary".equals(id.getResourceType()) && id.hasIdPart() && !id.isAbsolute() ? id : null;
  }
}
