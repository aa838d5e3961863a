package org.equipoise.transparency;

import java.util.Collection;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * {@code Type/id}, without server and version, so that references to the same resource are equal.
 */
final class Keys {

  private Keys() {}

  static String of(Resource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }

  /** Empty for a reference that names no resource of the record. */
  static Optional<String> of(Reference reference) {
    IIdType id = reference.getReferenceElement();
    return id.hasIdPart() && id.hasResourceType() && !id.isLocal()
        ? Optional.of(id.getResourceType() + "/" + id.getIdPart())
        : Optional.empty();
  }

  static boolean names(Reference reference, Resource resource) {
    return of(reference).filter(of(resource)::equals).isPresent();
  }

  /** {@code Type/id/_history/version}. */
  static String ofVersion(Resource resource) {
    return of(resource) + "/_history/" + version(resource);
  }

  static String version(Resource resource) {
    return resource.getIdElement().hasVersionIdPart()
        ? resource.getIdElement().getVersionIdPart()
        : resource.getMeta().getVersionId();
  }

  static String type(String key) {
    return key.substring(0, key.indexOf('/'));
  }

  static IdType id(String key) {
    return new IdType(key);
  }

  static <T extends Resource> Optional<T> find(Collection<T> resources, Reference reference) {
    return resources.stream().filter(resource -> names(reference, resource)).findFirst();
  }
}
