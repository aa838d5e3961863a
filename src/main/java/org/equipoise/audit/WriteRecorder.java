package org.equipoise.audit;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessFacts;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/**
 * Keeps the access events of all that is written, by whichever door and also by a job for a caller,
 * in the database transaction that writes it. Belongs on the storage interceptors.
 */
@Interceptor
public class WriteRecorder {

  /** Behind all who may yet refuse the write or finish the resource. */
  private static final int LAST = 10_000;

  private final AccessTelling telling;
  private final AccessFacts facts;
  private final AccessEvents store;

  WriteRecorder(AccessTelling telling, AccessFacts facts, AccessEvents store) {
    this.telling = telling;
    this.facts = facts;
    this.store = store;
  }

  /** Its entries are written by requests of their own, which know the whole no more. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void beforeTransaction(IBaseBundle entries, RequestDetails request) {
    if (request instanceof ServletRequestDetails http && entries instanceof Bundle bundle) {
      Told.of(http.getServletRequest()).ask(bundle);
    }
  }

  /** References between the entries of a transaction lead to their ids by now. */
  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED, order = LAST)
  public void afterCreate(IBaseResource stored, RequestDetails request) {
    written(Door.CREATE, null, (Resource) stored, request);
  }

  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED, order = LAST)
  public void afterUpdate(IBaseResource before, IBaseResource stored, RequestDetails request) {
    written(Door.UPDATE, (Resource) before, (Resource) stored, request);
  }

  /**
   * The storage engine tells of some deletions when the transaction is about to commit: too late.
   */
  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED, order = LAST)
  public void beforeDelete(IBaseResource stored, RequestDetails request) {
    written(Door.DELETE, null, (Resource) stored, request);
  }

  private void written(Door door, Resource before, Resource resource, RequestDetails request) {
    if (telling.caller(request).isEmpty()) {
      return;
    }
    Set<String> patients = facts.patientsOf(request, resource);
    Set<String> patientsBefore =
        new HashSet<>(before == null ? Set.of() : facts.patientsOf(request, before));
    patientsBefore.removeAll(patients);
    Told told = Told.of(((ServletRequestDetails) request).getServletRequest());
    Committing.ofTransaction(store)
        .account(told, Writes.class, key -> new Writes(telling, request))
        .add(door, resource, patients, before, patientsBefore);
  }

  /** What one request wrote in one transaction. */
  private static final class Writes implements Committing.Account {

    private record Written(Door door, String key, Touched touched) {}

    private final AccessTelling telling;
    private final RequestDetails request;
    private final List<Written> all = new ArrayList<>();

    Writes(AccessTelling telling, RequestDetails request) {
      this.telling = telling;
      this.request = request;
    }

    void add(
        Door door, Resource resource, Set<String> patients, Resource before, Set<String> noLonger) {
      Touched touched = new Touched();
      touched.add(Touched.reference(resource), patients);
      if (!noLonger.isEmpty()) {
        // It was taken out of their record; how it is now is none of theirs.
        touched.add(Touched.reference(before), noLonger);
      }
      all.add(
          new Written(
              door, resource.fhirType() + "/" + resource.getIdElement().getIdPart(), touched));
    }

    /** Each entry of a batch or transaction is a door of its own, else all is one. */
    @Override
    public List<AccessEvent> events(Set<String> told) {
      if (request.isSubRequest()
          || request.getRestOperationType() == RestOperationTypeEnum.TRANSACTION) {
        return all.stream()
            .flatMap(
                one -> telling.events(request, entry(one), 0, one.touched(), Set.of()).stream())
            .toList();
      }
      Touched together = new Touched();
      all.forEach(one -> together.addAll(one.touched()));
      Asked asked = Asked.of(request);
      together.addNamed(asked);
      return telling.events(request, asked, 0, together, told);
    }

    private Asked entry(Written one) {
      return new Asked(
          one.door() == Door.UPDATE && isPatched(one.key()) ? Door.PATCH : one.door(),
          null,
          one.key(),
          new IdType(one.key()),
          Map.of(),
          null);
    }

    private boolean isPatched(String key) {
      List<BundleEntryComponent> asked =
          Told.of(((ServletRequestDetails) request).getServletRequest()).asked();
      return isAsked(asked, HTTPVerb.PATCH, key) && !isAsked(asked, HTTPVerb.PUT, key);
    }

    /** By its id, or by a condition on its type. */
    private static boolean isAsked(List<BundleEntryComponent> asked, HTTPVerb method, String key) {
      return asked.stream()
          .map(BundleEntryComponent::getRequest)
          .filter(request -> request.getMethod() == method && request.hasUrl())
          .map(request -> request.getUrl().replaceFirst("^/", ""))
          .anyMatch(
              url -> url.equals(key) || url.startsWith(key.substring(0, key.indexOf('/')) + "?"));
    }
  }
}
