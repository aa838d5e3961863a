package org.equipoise.opinion;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Finds out who is asked for a second opinion, and what is shown to them, from a record whose
 * tables were lost, or where the operator asks for it. Before the first request is taken: until
 * then nothing would be hidden from who is to judge without it.
 */
class OpinionRebuild implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(OpinionRebuild.class);

  private final JdbcTemplate jdbc;
  private final DaoRegistry records;
  private final SharedForOpinion shared;
  private final TransactionOperations transaction;
  private final boolean always;
  private volatile boolean running;

  OpinionRebuild(
      JdbcTemplate jdbc,
      DaoRegistry records,
      SharedForOpinion shared,
      TransactionOperations transaction,
      boolean always) {
    this.jdbc = jdbc;
    this.records = records;
    this.shared = shared;
    this.transaction = transaction;
    this.always = always;
  }

  @Override
  public void start() {
    running = true;
    transaction.executeWithoutResult(
        status -> {
          // One node at a time.
          jdbc.queryForList("select slot from eqp_lock where slot = 0 for update", Integer.class);
          if (always || !isKnown()) {
            rebuild();
          }
        });
  }

  /** All or nothing: tables that hold a part would pass for the whole at the next start. */
  void rebuild() {
    jdbc.update("delete from eqp_second_opinion");
    jdbc.update("delete from eqp_second_opinion_share");
    jdbc.update("delete from eqp_second_opinion_answer");
    List<ServiceRequest> requests =
        search(
            ServiceRequest.class,
            new SearchParameterMap()
                .add(
                    ServiceRequest.SP_CATEGORY,
                    new TokenParam(Canonical.System.TASK, Canonical.SECOND_OPINION)));
    for (ServiceRequest request : requests) {
      Set<String> asked =
          request.getPerformer().stream().map(this::who).collect(Collectors.toSet());
      shared.learn(request, asked);
      search(Consent.class, naming(Consent.SP_DATA, request)).stream()
          .filter(Opinions::isSharing)
          .forEach(shared::learn);
      search(DocumentReference.class, naming(DocumentReference.SP_RELATED, request)).stream()
          .filter(Opinions::isAnswer)
          .forEach(
              answer ->
                  shared.learn(answer, request.getIdElement().getIdPart(), author(answer, asked)));
    }
    if (!requests.isEmpty()) {
      log.info("Read who is asked for a second opinion from {} requests", requests.size());
    }
  }

  private static SearchParameterMap naming(String parameter, ServiceRequest request) {
    return new SearchParameterMap().add(parameter, new ReferenceParam(Opinions.key(request)));
  }

  private <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters) {
    return records
        .getResourceDao(type)
        .searchForResources(parameters.setLoadSynchronous(true), new SystemRequestDetails());
  }

  /** Of several, such as a person and their tool, the one who was asked. */
  private String author(DocumentReference answer, Set<String> asked) {
    List<String> authors = answer.getAuthor().stream().map(this::who).toList();
    return authors.stream()
        .filter(asked::contains)
        .findFirst()
        .orElseGet(() -> authors.isEmpty() ? "" : authors.get(0));
  }

  /** As whoever acts is known: who has a role is asked in person. */
  private String who(Reference reference) {
    String key = Opinions.key(reference);
    return key.startsWith("PractitionerRole/")
        ? role(new IdType(key)).map(role -> Opinions.key(role.getPractitioner())).orElse(key)
        : key;
  }

  private Optional<PractitionerRole> role(IdType id) {
    try {
      return Optional.of(
          records.getResourceDao(PractitionerRole.class).read(id, new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the web server, which starts among the last. */
  @Override
  public int getPhase() {
    return 0;
  }

  private boolean isKnown() {
    return !jdbc.queryForList(
            "select 1 from eqp_second_opinion fetch first 1 rows only", Integer.class)
        .isEmpty();
  }
}
