package org.equipoise.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.model.DaoMethodOutcome;
import ca.uhn.fhir.jpa.api.svc.IIdHelperService;
import ca.uhn.fhir.jpa.api.svc.ResolveIdentityMode;
import ca.uhn.fhir.jpa.dao.JpaResourceDao;
import ca.uhn.fhir.jpa.dao.JpaResourceDaoObservation;
import ca.uhn.fhir.jpa.model.cross.IResourceLookup;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.time.Clock;
import java.util.Map;
import org.equipoise.fhir.KnownItems;
import org.equipoise.security.Callers;
import org.equipoise.security.access.DoorAccess;
import org.equipoise.security.access.RecordAccess;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Puts DAOs in the place of HAPI's that know again what is sent a second time: the create then ends
 * as a conditional create does that found its match, with 200 and the resource that stands, whether
 * it comes alone, in a transaction or in a batch. Without a condition of the client's there is no
 * other place to say so: hooks may refuse a create, not answer it.
 */
class KnownItemDaos implements BeanDefinitionRegistryPostProcessor {

  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "myObservationDaoR4", Observation.class,
          "myDocumentReferenceDaoR4", DocumentReference.class);

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    TYPES.forEach(
        (name, type) -> {
          BeanDefinition theirs = registry.getBeanDefinition(name);
          RootBeanDefinition ours =
              new RootBeanDefinition(
                  type == Observation.class ? ObservationDao.class : DocumentDao.class);
          ours.getPropertyValues()
              .add("resourceType", type)
              .add("context", new RuntimeBeanReference(FhirContext.class));
          ours.setPrimary(theirs.isPrimary());
          ours.setLazyInit(theirs.isLazyInit());
          registry.removeBeanDefinition(name);
          registry.registerBeanDefinition(name, ours);
        });
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
    // Definitions are all that changes.
  }

  /** Finds the condition under which a create is none. */
  static class Lookup {

    private final ObjectProvider<KnownItems> items;
    private final ObjectProvider<RecordAccess> access;
    private final IIdHelperService<JpaPid> ids;
    private final FhirContext context;
    private final Clock clock;

    Lookup(
        ObjectProvider<KnownItems> items,
        ObjectProvider<RecordAccess> access,
        IIdHelperService<JpaPid> ids,
        FhirContext context,
        Clock clock) {
      this.items = items;
      this.access = access;
      this.ids = ids;
      this.context = context;
      this.clock = clock;
    }

    /** An address that matches what stands already, resolved; null where nothing does. */
    String condition(Resource incoming, RequestDetails request, TransactionDetails transaction) {
      if (!(request instanceof ServletRequestDetails http) || DoorAccess.isOperation(request)) {
        return null;
      }
      return Callers.of(http)
          .flatMap(
              caller ->
                  items.stream()
                      .flatMap(one -> one.find(incoming, caller, clock.instant()).stream())
                      .findFirst())
          .map(
              id -> {
                // Who may not write it is not told that it is there.
                access.getObject().beforeCreate(incoming, request, transaction);
                IResourceLookup<JpaPid> found =
                    ids.resolveResourceIdentity(
                        RequestPartitionId.allPartitions(),
                        id.getResourceType(),
                        id.getIdPart(),
                        ResolveIdentityMode.excludeDeleted().noCacheUnlessDeletesDisabled());
                String condition = id.getResourceType() + "?_id=" + id.getIdPart();
                transaction.addResolvedMatchUrl(context, condition, found.getPersistentId());
                return condition;
              })
          .orElse(null);
    }
  }

  /** Of Observations. */
  static class ObservationDao extends JpaResourceDaoObservation<Observation> {

    @Autowired private Lookup lookup;

    @Override
    protected DaoMethodOutcome doCreateForPost(
        Observation incoming,
        String condition,
        boolean indexing,
        TransactionDetails transaction,
        RequestDetails request,
        RequestPartitionId partition) {
      return super.doCreateForPost(
          incoming,
          condition == null ? lookup.condition(incoming, request, transaction) : condition,
          indexing,
          transaction,
          request,
          partition);
    }
  }

  /** Of documents. */
  static class DocumentDao extends JpaResourceDao<DocumentReference> {

    @Autowired private Lookup lookup;

    @Override
    protected DaoMethodOutcome doCreateForPost(
        DocumentReference incoming,
        String condition,
        boolean indexing,
        TransactionDetails transaction,
        RequestDetails request,
        RequestPartitionId partition) {
      return super.doCreateForPost(
          incoming,
          condition == null ? lookup.condition(incoming, request, transaction) : condition,
          indexing,
          transaction,
          request,
          partition);
    }
  }
}
