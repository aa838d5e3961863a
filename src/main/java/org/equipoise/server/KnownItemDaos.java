package org.equipoise.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.model.DaoMethodOutcome;
import ca.uhn.fhir.jpa.api.svc.IIdHelperService;
import ca.uhn.fhir.jpa.api.svc.ResolveIdentityMode;
import ca.uhn.fhir.jpa.dao.JpaResourceDao;
import ca.uhn.fhir.jpa.dao.JpaResourceDaoObservation;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.KnownItems;
import org.equipoise.security.Callers;
import org.equipoise.security.access.DoorAccess;
import org.equipoise.security.access.RecordAccess;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
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

    /** Under which a transaction keeps what it has created. */
    private static final String CREATED = Lookup.class.getName() + ".created";

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

    /** What this transaction created, and as what it came. */
    private record Created(DaoMethodOutcome outcome, Resource asItCame) {}

    /** HAPI's own create. */
    interface Create {
      DaoMethodOutcome with(String condition);
    }

    /** Creates a resource, or answers with what stands already. */
    DaoMethodOutcome create(
        Resource incoming,
        String condition,
        RequestDetails request,
        TransactionDetails transaction,
        Create create) {
      Optional<Caller> caller =
          condition == null
                  && request instanceof ServletRequestDetails http
                  && !DoorAccess.isOperation(request)
              ? Callers.of(http)
              : Optional.empty();
      if (caller.isEmpty()) {
        return create.with(condition);
      }
      List<Keyed> keys =
          items.stream()
              .flatMap(
                  one ->
                      one.keys(incoming, caller.get(), clock.instant()).stream()
                          .map(key -> new Keyed(one, key)))
              .toList();
      Optional<Created> earlier = earlier(incoming, keys, transaction);
      if (earlier.isPresent()) {
        access.getObject().beforeCreate(incoming, request, transaction);
        return sameAs(earlier.get().outcome());
      }
      Optional<IdType> known =
          items.stream()
              .flatMap(one -> one.find(incoming, caller.get(), clock.instant()).stream())
              .findFirst();
      if (known.isPresent()) {
        // Who may not write it is not told that it is there.
        access.getObject().beforeCreate(incoming, request, transaction);
        return create.with(condition(known.get(), transaction));
      }
      Resource asItCame = keys.isEmpty() ? null : incoming.copy();
      DaoMethodOutcome outcome = create.with(null);
      keys.forEach(one -> created(transaction).put(one.key(), new Created(outcome, asItCame)));
      return outcome;
    }

    /** By which of them an item would be known again. */
    private record Keyed(KnownItems items, String key) {}

    private static Optional<Created> earlier(
        Resource incoming, List<Keyed> keys, TransactionDetails transaction) {
      for (Keyed one : keys) {
        Created earlier = created(transaction).get(one.key());
        if (earlier != null) {
          one.items().requireSame(incoming, earlier.asItCame());
          return Optional.of(earlier);
        }
      }
      return Optional.empty();
    }

    /**
     * The answer to an item that the same transaction has created. The storage engine writes at the
     * end of it, whatever it was told to write, and leaves alone the ids of what was there before:
     * without its version this is another id than that of the one created.
     */
    private static DaoMethodOutcome sameAs(DaoMethodOutcome created) {
      DaoMethodOutcome same = new DaoMethodOutcome();
      same.setCreated(false).setId(created.getId().toUnqualifiedVersionless());
      same.setResource(created.getResource());
      same.setEntity(created.getEntity());
      same.setPersistentId(created.getPersistentId());
      same.setNop(true);
      return same;
    }

    /** An address that matches what stands already, resolved. */
    private String condition(IdType known, TransactionDetails transaction) {
      String address = known.getResourceType() + "?_id=" + known.getIdPart();
      JpaPid pid =
          ids.resolveResourceIdentity(
                  RequestPartitionId.allPartitions(),
                  known.getResourceType(),
                  known.getIdPart(),
                  ResolveIdentityMode.excludeDeleted().noCacheUnlessDeletesDisabled())
              .getPersistentId();
      transaction.addResolvedMatchUrl(context, address, pid);
      return address;
    }

    private static Map<String, Created> created(TransactionDetails transaction) {
      Map<String, Created> created = transaction.getUserData(CREATED);
      if (created == null) {
        created = new HashMap<>();
        transaction.putUserData(CREATED, created);
        // One that is tried again begins anew.
        transaction.addRollbackUndoAction(() -> transaction.clearUserData(CREATED));
      }
      return created;
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
      return lookup.create(
          incoming,
          condition,
          request,
          transaction,
          known ->
              super.doCreateForPost(incoming, known, indexing, transaction, request, partition));
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
      return lookup.create(
          incoming,
          condition,
          request,
          transaction,
          known ->
              super.doCreateForPost(incoming, known, indexing, transaction, request, partition));
    }
  }
}
