package org.equipoise.security.access;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Set;
import org.equipoise.fhir.ReadScopes;
import org.equipoise.fhir.RecordView.Extent;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.r4.model.Resource;

/**
 * What a token's own scopes open: an operation may read beyond them on its own account, and what it
 * hands out must not go beyond what a plain read would show.
 */
final class OwnScopes implements ReadScopes {

  private static final Set<Permission> READ = Set.of(Permission.READ);

  private final AccessRules rules;
  private final Viewers viewers;

  OwnScopes(AccessRules rules) {
    this.rules = rules;
    this.viewers = new Viewers(rules);
  }

  @Override
  public boolean open(RequestDetails request, Resource resource) {
    return rules.isOpen(viewers.of(request), resource, READ);
  }

  @Override
  public Extent extent(RequestDetails request, String type, String patientId) {
    Viewer viewer = viewers.of(request);
    List<Grant> grants =
        viewer.grants(type, READ).stream()
            .filter(
                grant ->
                    AccessRules.DIRECTORY.contains(type)
                        || viewer.reaches(grant.reach(), patientId))
            .toList();
    if (grants.isEmpty()) {
      return Extent.NONE;
    }
    return grants.stream().allMatch(grant -> grant.scope().isGranular()) ? Extent.SOME : Extent.ALL;
  }

  @Override
  public Set<String> patientsOf(Resource resource) {
    return rules.patientsOf(resource);
  }
}
