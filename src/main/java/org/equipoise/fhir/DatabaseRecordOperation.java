package org.equipoise.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.HookParams;
import ca.uhn.fhir.interceptor.api.IInterceptorBroadcaster;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.api.model.PersistentIdToForcedIdMap;
import ca.uhn.fhir.jpa.api.svc.IIdHelperService;
import ca.uhn.fhir.jpa.api.svc.ResolveIdentityMode;
import ca.uhn.fhir.jpa.dao.tx.HapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.ResourceMetadataKeyEnum;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SimplePreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.SimplePreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.bulk.IBulkDataExportHistoryHelper;
import ca.uhn.fhir.rest.api.server.storage.IResourcePersistentId;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.util.CompositeInterceptorBroadcaster;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs operations on HAPI's storage: one JPA transaction for a call, in which our own tables take
 * part. HAPI's transaction service runs the call again when it lost a race (a unique key, a version
 * conflict).
 */
public class DatabaseRecordOperation implements RecordOperation, RecordReader, BackgroundOperation {

  private static final String REQUEST_ID = "requestId";
  private static final String REPLAYED = "replayed";
  private static final int LONGEST_REQUEST_ID = 200;

  /** The end of a history in time is open, whichever node's clock wrote it. */
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);

  private final HapiTransactionService transactions;
  private final DaoRegistry daos;
  private final IIdHelperService<JpaPid> ids;
  private final JdbcTemplate jdbc;
  private final RecordLocks locks;
  private final FhirContext context;
  private final Clock clock;
  private final Function<RequestDetails, Caller> callers;
  private final ReadScopes scopes;
  private final IBulkDataExportHistoryHelper histories;
  private final IInterceptorBroadcaster interceptors;
  private final LaterRequests laterRequests;

  public DatabaseRecordOperation(
      HapiTransactionService transactions,
      DaoRegistry daos,
      IIdHelperService<JpaPid> ids,
      JdbcTemplate jdbc,
      FhirContext context,
      Clock clock,
      Function<RequestDetails, Caller> callers,
      ReadScopes scopes,
      IBulkDataExportHistoryHelper histories,
      IInterceptorBroadcaster interceptors,
      LaterRequests laterRequests) {
    this.transactions = transactions;
    this.daos = daos;
    this.ids = ids;
    this.jdbc = jdbc;
    this.locks = new RecordLocks(jdbc);
    this.context = context;
    this.clock = clock;
    this.callers = callers;
    this.scopes = scopes;
    this.histories = histories;
    this.interceptors = interceptors;
    this.laterRequests = laterRequests;
  }

  @Override
  public Parameters run(
      String name,
      IdType target,
      Parameters input,
      RequestDetails request,
      Consumer<RecordTransaction> first,
      Function<RecordTransaction, Parameters> work) {
    Caller caller = callers.apply(request);
    Optional<String> requestId = requestId(input);
    // The body as our own parser writes it: two bodies that differ in white space only are the
    // same.
    String hash = requestId.map(id -> hash(target, input)).orElse(null);
    String ifMatch = request.getHeader("If-Match");
    return transactions
        .withRequest(request)
        .withTransactionDetails(new TransactionDetails())
        .execute(
            () -> {
              Open open = new Open(caller, clock.instant(), request);
              if (requestId.isEmpty()) {
                first.accept(open);
                requireVersion(open, target, ifMatch);
                return work.apply(open);
              }
              Key key = new Key(caller.clientId(), caller.subject(), name, requestId.get());
              if (!claim(key, hash)) {
                // The answer holds what stands in the record: not for who has no access any more.
                open.read(typeOf(target), target.toUnqualifiedVersionless());
                return earlierAnswer(key, hash);
              }
              // Not of a repeat: the first call may have made a new version itself.
              first.accept(open);
              requireVersion(open, target, ifMatch);
              Parameters answer = work.apply(open);
              jdbc.update(
                  "update eqp_request set answer = ?"
                      + " where client_id = ? and subject = ? and operation = ? and request_id = ?",
                  parser().encodeResourceToString(answer),
                  key.clientId(),
                  key.subject(),
                  key.operation(),
                  key.requestId());
              return answer;
            });
  }

  @Override
  public <T> T look(RequestDetails request, Function<RecordTransaction, T> work) {
    return inOneMoment(request, work::apply);
  }

  @Override
  public <T> T read(RequestDetails request, Function<RecordView, T> work) {
    return inOneMoment(request, work::apply);
  }

  @Override
  public <T> T run(
      Caller caller, String type, String operation, Function<RecordTransaction, T> work) {
    RequestDetails request = laterRequests.of(caller, type, operation);
    return transactions
        .withRequest(request)
        .withTransactionDetails(new TransactionDetails())
        .execute(() -> work.apply(new Open(caller, clock.instant(), request)));
  }

  private <T> T inOneMoment(RequestDetails request, Function<Open, T> work) {
    Caller caller = callers.apply(request);
    AtomicReference<T> seen = new AtomicReference<>();
    try {
      return transactions
          .withRequest(request)
          .withTransactionDetails(new TransactionDetails())
          .readOnly()
          .withIsolation(Isolation.REPEATABLE_READ)
          .execute(
              () -> {
                seen.set(null);
                seen.set(work.apply(new Open(caller, clock.instant(), request)));
                return seen.get();
              });
    } catch (UnexpectedRollbackException e) {
      // A read that found nothing marked the transaction for rollback. Nothing was written in it,
      // so that it ends as well by one as by a commit.
      if (seen.get() == null) {
        throw e;
      }
      return seen.get();
    }
  }

  private record Key(String clientId, String subject, String operation, String requestId) {}

  private static Optional<String> requestId(Parameters input) {
    List<Parameters.ParametersParameterComponent> given =
        input.getParameter().stream()
            .filter(parameter -> REQUEST_ID.equals(parameter.getName()))
            .toList();
    if (given.isEmpty()) {
      return Optional.empty();
    }
    String expression = "Parameters.parameter.where(name='requestId')";
    if (given.size() > 1) {
      throw Refusal.invalid(expression, "requestId may be given once");
    }
    String id = given.get(0).getValue() instanceof StringType text ? text.getValue() : null;
    if (id == null || id.isBlank() || id.length() > LONGEST_REQUEST_ID) {
      throw Refusal.invalid(
          expression,
          "requestId must be a valueString of 1 to " + LONGEST_REQUEST_ID + " characters");
    }
    return Optional.of(id);
  }

  private String hash(IdType target, Parameters input) {
    String text =
        target.toUnqualifiedVersionless().getValue()
            + "\n"
            + parser().encodeResourceToString(input);
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /**
   * Makes the request id ours, and says whether it was free: one statement for the usual call,
   * which is no replay. Waits for another call that has just claimed it.
   */
  private boolean claim(Key key, String hash) {
    try {
      return jdbc.update(
              "insert into eqp_request (client_id, subject, operation, request_id, body_hash)"
                  + " select cast(? as varchar), cast(? as varchar), cast(? as varchar), cast(? as varchar),"
                  + " cast(? as varchar)"
                  + " where not exists (select 1 from eqp_request"
                  + " where client_id = ? and subject = ? and operation = ? and request_id = ?)",
              key.clientId(),
              key.subject(),
              key.operation(),
              key.requestId(),
              hash,
              key.clientId(),
              key.subject(),
              key.operation(),
              key.requestId())
          == 1;
    } catch (DuplicateKeyException e) {
      // The other call won; the next attempt finds its answer.
      throw new ResourceVersionConflictException(
          "Another call claimed the same requestId", e, null);
    }
  }

  private Parameters earlierAnswer(Key key, String hash) {
    String[] row =
        jdbc.queryForObject(
            "select body_hash, answer from eqp_request"
                + " where client_id = ? and subject = ? and operation = ? and request_id = ?",
            (found, index) -> new String[] {found.getString(1), found.getString(2)},
            key.clientId(),
            key.subject(),
            key.operation(),
            key.requestId());
    if (!row[0].equals(hash)) {
      throw Refusal.conflict(
          "Parameters.parameter.where(name='requestId')",
          "requestId '"
              + key.requestId()
              + "' was used before with another body or on another resource");
    }
    Parameters answer = parser().parseResource(Parameters.class, row[1]);
    answer.addParameter().setName(REPLAYED).setValue(new BooleanType(true));
    return answer;
  }

  private static void requireVersion(RecordTransaction open, IdType target, String ifMatch) {
    if (ifMatch == null) {
      return;
    }
    String wanted = ifMatch.trim().replaceFirst("^W/", "").replace("\"", "");
    Class<? extends Resource> type = typeOf(target);
    String current =
        open.read(type, target.toUnqualifiedVersionless()).getIdElement().getVersionIdPart();
    if (!current.equals(wanted)) {
      throw Refusal.preconditionFailed(
          "If-Match names version "
              + wanted
              + " of "
              + target.toUnqualifiedVersionless().getValue()
              + ", but the current version is "
              + current);
    }
  }

  @SuppressWarnings("unchecked")
  private static Class<? extends Resource> typeOf(IdType id) {
    return (Class<? extends Resource>)
        FhirContext.forR4Cached()
            .getResourceDefinition(id.getResourceType())
            .getImplementingClass();
  }

  private IParser parser() {
    return context.newJsonParser();
  }

  /** The open transaction of one attempt. */
  private final class Open implements RecordTransaction, RecordView {

    private final Caller caller;
    private final Instant now;
    private final RequestDetails request;

    Open(Caller caller, Instant now, RequestDetails request) {
      this.caller = caller;
      this.now = now;
      this.request = request;
    }

    @Override
    public Caller caller() {
      return caller;
    }

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public <T extends Resource> T read(Class<T> type, IdType id) {
      return dao(type).read(id, request);
    }

    @Override
    public <T extends Resource> Optional<T> find(Class<T> type, Reference reference) {
      if (!(reference.getReferenceElement() instanceof IdType id)
          || !id.hasIdPart()
          || id.isLocal()
          || !context.getResourceType(type).equals(id.getResourceType())) {
        return Optional.empty();
      }
      if (!id.hasVersionIdPart()
          && TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
        // What a read does not find ends a transaction that only reads.
        return search(
                type, SearchParameterMap.newSynchronous("_id", new TokenParam(id.getIdPart())))
            .stream()
            .findFirst();
      }
      try {
        return Optional.of(read(type, id));
      } catch (ResourceNotFoundException | ResourceGoneException e) {
        return Optional.empty();
      }
    }

    @Override
    public <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters) {
      // Not the search of the REST doors: that one stops at the size of a page, which is the
      // client's to choose.
      return dao(type).searchForResources(parameters, request);
    }

    @Override
    public <T extends Resource> List<T> search(
        Class<T> type, SearchParameterMap parameters, int most) {
      scopes.leaveOutWithheld(request, context.getResourceType(type), parameters);
      return search(type, parameters.setLoadSynchronousUpTo(most));
    }

    @Override
    public List<IdType> ids(Class<? extends Resource> type, SearchParameterMap parameters) {
      // The one search of the storage engine that narrows to what the caller may find, and keeps
      // the
      // order.
      List<JpaPid> found = dao(type).searchForIds(parameters, request);
      PersistentIdToForcedIdMap<JpaPid> names = ids.translatePidsToForcedIds(Set.copyOf(found));
      return found.stream()
          .map(
              one ->
                  names
                      .get(one)
                      .map(IdType::new)
                      .orElseGet(
                          () -> new IdType(context.getResourceType(type), one.getId().toString())))
          .toList();
    }

    @Override
    public <T extends Resource> List<T> versions(
        Class<T> type, Collection<IdType> wanted, int most) {
      List<IResourcePersistentId<?>> found = new ArrayList<>();
      ids.resolveResourceIdentities(
              RequestPartitionId.allPartitions(),
              wanted.stream().<IIdType>map(IdType::toUnqualifiedVersionless).toList(),
              ResolveIdentityMode.excludeDeleted().noCacheUnlessDeletesDisabled())
          .forEach((id, one) -> found.add(one.getPersistentId()));
      if (found.isEmpty()) {
        return List.of();
      }
      List<IBaseResource> versions =
          histories
              .fetchHistoryForResourceIds(
                  type.getSimpleName(),
                  found,
                  RequestPartitionId.allPartitions(),
                  null,
                  Date.from(now.plus(CLOCK_SKEW)))
              .getResources(0, most);
      // That query is the storage engine's own; who may see what it found is asked here.
      return visible(versions).stream()
          .map(type::cast)
          .filter(version -> ResourceMetadataKeyEnum.DELETED_AT.get(version) == null)
          .toList();
    }

    private List<IBaseResource> visible(List<IBaseResource> found) {
      SimplePreResourceAccessDetails accessed = new SimplePreResourceAccessDetails(found);
      call(Pointcut.STORAGE_PREACCESS_RESOURCES, IPreResourceAccessDetails.class, accessed);
      List<IBaseResource> remaining = new ArrayList<>();
      for (int i = 0; i < found.size(); i++) {
        if (!accessed.isDontReturnResourceAtIndex(i)) {
          remaining.add(found.get(i));
        }
      }
      SimplePreResourceShowDetails shown = new SimplePreResourceShowDetails(remaining);
      call(Pointcut.STORAGE_PRESHOW_RESOURCES, IPreResourceShowDetails.class, shown);
      return shown.toList();
    }

    private <D> void call(Pointcut pointcut, Class<D> kind, D details) {
      CompositeInterceptorBroadcaster.newCompositeBroadcaster(interceptors, request)
          .callHooks(
              pointcut,
              new HookParams()
                  .add(kind, details)
                  .add(RequestDetails.class, request)
                  .addIfMatchesType(ServletRequestDetails.class, request));
    }

    @Override
    public <T extends Resource> List<T> showable(List<T> resources) {
      return scopes.open(request, resources);
    }

    @Override
    public Extent extent(String type, String patientId) {
      return scopes.extent(request, type, patientId);
    }

    @Override
    public boolean maySearch(String type) {
      return scopes.maySearch(request, type);
    }

    @Override
    public boolean isServed(String type) {
      return daos.isResourceTypeSupported(type);
    }

    @Override
    public Set<String> patientsOf(Resource resource) {
      return scopes.patientsOf(resource);
    }

    @Override
    public List<Resource> write(Bundle transaction) {
      // References are replaced in what is written; a second attempt must find its input untouched.
      Bundle copy = transaction.copy();
      try {
        new EntryWriter(daos, ids, context, request).write(copy);
      } catch (InternalErrorException | UnexpectedRollbackException e) {
        throw ExceptionUtils.hasCause(e, UnexpectedRollbackException.class)
                || e instanceof UnexpectedRollbackException
            ? lostRace(e)
            : e;
      }
      return copy.getEntry().stream().map(Bundle.BundleEntryComponent::getResource).toList();
    }

    /**
     * Two first writers of one tag definition: HAPI makes it in a transaction of its own, and
     * reports the loser as a failure of the server. As a version conflict it is tried again.
     */
    private static ResourceVersionConflictException lostRace(RuntimeException cause) {
      ResourceVersionConflictException lost =
          new ResourceVersionConflictException(cause.getMessage());
      lost.initCause(cause);
      return lost;
    }

    @Override
    public void lock(String... keys) {
      locks.hold(keys);
    }

    @SuppressWarnings("unchecked")
    private <T extends IBaseResource> IFhirResourceDao<T> dao(Class<T> type) {
      return daos.getResourceDao(type);
    }
  }
}
