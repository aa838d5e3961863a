package org.equipoise.security.access;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessFacts;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/** What the access rules found out about a request that they judged. */
final class JudgedAccess implements AccessFacts {

  private final AccessRules rules;
  private final Viewers viewers;
  private final Sights sights;
  private final StoredResources stored;

  JudgedAccess(AccessRules rules, Sights sights, StoredResources stored) {
    this.rules = rules;
    this.viewers = new Viewers(rules);
    this.sights = sights;
    this.stored = stored;
  }

  @Override
  public boolean isPublic(String type) {
    return Interactions.DEFINITIONS.contains(type);
  }

  @Override
  public Set<String> patientsOf(RequestDetails request, Resource resource) {
    return sights.ownersOf(request, resource);
  }

  @Override
  public Map<String, Set<String>> lookUp(Collection<IdType> resources) {
    Map<String, Set<String>> owners = new HashMap<>();
    if (resources.size() == 1) {
      stored.findLast(resources.iterator().next()).ifPresent(one -> add(one, owners));
      return owners;
    }
    Map<String, Set<String>> ids =
        resources.stream()
            .collect(
                Collectors.groupingBy(
                    IdType::getResourceType,
                    Collectors.mapping(IdType::getIdPart, Collectors.toSet())));
    ids.forEach(
        (type, some) -> {
          List<Resource> found = stored.isKept(type) ? stored.find(type, some) : List.of();
          found.forEach(one -> add(one, owners));
        });
    return owners;
  }

  private void add(Resource resource, Map<String, Set<String>> owners) {
    owners.put(Sights.key(resource), rules.patientsOf(resource));
  }

  @Override
  public Ground ground(RequestDetails request, String patient, boolean isTouched) {
    return viewers.of(request).ground(patient, isTouched);
  }
}
