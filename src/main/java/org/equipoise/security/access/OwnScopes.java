package org.equipoise.security.access;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.List;
import java.util.Set;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.ReadScopes;
import org.equipoise.fhir.RecordView.Extent;
import org.equipoise.fhir.SecondOpinions;
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
  private final Sights sights;
  private final SearchNarrowing narrowing;

  OwnScopes(
      AccessRules rules, Sights sights, ISearchParamRegistry parameters, SecondOpinions opinions) {
    this.rules = rules;
    this.viewers = new Viewers(rules);
    this.sights = sights;
    this.narrowing = new SearchNarrowing(parameters, opinions);
  }

  @Override
  public <T extends Resource> List<T> open(RequestDetails request, List<T> resources) {
    Viewer viewer = viewers.of(request);
    Sight sight = sights.of(request);
    List<T> open = resources.stream().filter(one -> rules.isOpen(viewer, one, READ)).toList();
    if (!sight.isOpen()) {
      sight.foresee(open.stream().map(Sights::key).toList());
    }
    return open.stream().filter(one -> sights.view(sight, one, false) == View.SHOWN).toList();
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
    Sight sight = sights.of(request);
    boolean isPart =
        grants.stream().allMatch(grant -> grant.scope().isGranular())
            || (sight.isAi()
                && !AccessRules.DIRECTORY.contains(type)
                && sight.permitting(Set.of(patientId), type, Set.of()).isEmpty());
    return isPart ? Extent.SOME : Extent.ALL;
  }

  /** Of a search that names no patient, what is withheld is left out when it is shown alone. */
  @Override
  public void leaveOutWithheld(RequestDetails request, String type, SearchParameterMap search) {
    Sight sight = sights.of(request);
    if (sight.isOpen() || !narrowing.namesPatient(search, type)) {
      return;
    }
    Viewer viewer = viewers.of(request);
    List<Grant> grants = RecordAccess.byReachAlone(DoorAccess.reachOfOperation(request), type);
    if (grants.isEmpty()) {
      return;
    }
    if (sight.isAi()) {
      narrowing.narrow(search, type, grants, viewer, sight);
    }
    narrowing.withhold(search, type, grants, viewer, sight, false);
  }

  @Override
  public boolean maySearch(RequestDetails request, String type) {
    return viewers.of(request).isAllowed(type, Permission.SEARCH);
  }

  @Override
  public Set<String> patientsOf(Resource resource) {
    return rules.patientsOf(resource);
  }
}
