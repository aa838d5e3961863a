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

  /** Of what a bundle names and what is not there (any more). */
  private static final int MOST_DELETED = 20;

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
      IdType one = resources.iterator().next();
      stored.findLast(one).ifPresent(found -> owners.put(key(one), rules.patientsOf(found)));
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
          found.forEach(one -> owners.put(Sights.key(one), rules.patientsOf(one)));
        });
    // What was deleted.
    resources.stream()
        .filter(one -> !owners.containsKey(key(one)))
        .limit(MOST_DELETED)
        .forEach(
            one ->
                stored
                    .findLast(one)
                    .ifPresent(found -> owners.put(key(one), rules.patientsOf(found))));
    return owners;
  }

  private static String key(IdType id) {
    return id.toUnqualifiedVersionless().getValue();
  }

  @Override
  public Ground ground(RequestDetails request, String patient, boolean isTouched) {
    return viewers.of(request).ground(patient, isTouched);
  }
}
