package org.equipoise.security.access;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Set;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.instance.model.api.IIdType;

/** Who is told that a resource was deleted: whoever could read it until then. */
public final class GoneResources {

  private final AccessRules rules;
  private final Viewers viewers;
  private final Sights sights;
  private final StoredResources stored;

  GoneResources(AccessRules rules, Sights sights, StoredResources stored) {
    this.rules = rules;
    this.viewers = new Viewers(rules);
    this.sights = sights;
    this.stored = stored;
  }

  /**
   * Whether 410 tells the caller nothing that they could not know.
   *
   * @param id of what was deleted; false where there never was such a thing
   */
  public boolean mayBeKnown(RequestDetails request, IIdType id) {
    return stored
        .findLast(id)
        .filter(last -> rules.isOpen(viewers.of(request), last, Set.of(Permission.READ)))
        .filter(last -> sights.view(sights.of(request), last, false) == View.SHOWN)
        .isPresent();
  }
}
