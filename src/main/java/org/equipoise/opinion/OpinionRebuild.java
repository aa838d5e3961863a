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
import org.equipoise.fhir.RebuildAtStart;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Who is asked for a second opinion, and what is shown to them. Until it is known nothing would be
 * hidden from who is to judge without it.
 */
class OpinionRebuild extends RebuildAtStart {

  private final JdbcTemplate jdbc;
  private final DaoRegistry records;
  private final SharedForOpinion shared;

  OpinionRebuild(
      JdbcTemplate jdbc,
      DaoRegistry records,
      SharedForOpinion shared,
      TransactionOperations transaction,
      boolean always) {
    super("who is asked for a second opinion", jdbc, transaction, always);
    this.jdbc = jdbc;
    this.records = records;
    this.shared = shared;
  }

  @Override
  protected boolean isKnown() {
    return hasRows("eqp_second_opinion");
  }

  @Override
  protected int rebuild() {
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
    return requests.size();
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
}
