package org.equipoise.opinion;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.fhir.SecondOpinions;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Who is asked for a second opinion and what they may read, in tables of its own, kept in the
 * transactions that write the requests, consents and answers.
 */
class SharedForOpinion implements SecondOpinions {

  /** A request of whoever is asked, with a consent in force that shows something of it. */
  private static final String SHOWN =
      " from eqp_second_opinion o"
          + " join eqp_second_opinion_asked a on a.request_id = o.request_id"
          + " join eqp_second_opinion_share s on s.request_id = o.request_id"
          + " where a.asked = ? and s.starts_at <= ? and s.ends_at > ?";

  private static final String DOCUMENT = "DocumentReference/";

  /** Databases limit how many values one statement takes. */
  private static final int MOST_AT_ONCE = 10_000;

  /** How documents of the same text are related. */
  private static final Set<DocumentRelationshipType> SAME_TEXT =
      EnumSet.of(DocumentRelationshipType.REPLACES, DocumentRelationshipType.TRANSFORMS);

  /** A chain of replacements is followed so far. */
  private static final int MOST_TELLING = 200;

  private final JdbcTemplate jdbc;
  private final ObjectProvider<DaoRegistry> records;
  private final Clock clock;

  SharedForOpinion(JdbcTemplate jdbc, ObjectProvider<DaoRegistry> records, Clock clock) {
    this.jdbc = jdbc;
    this.records = records;
    this.clock = clock;
  }

  // ---- what is asked

  @Override
  public Map<String, String> patientsOf(String asked, Collection<String> resources) {
    Map<String, String> patients = new HashMap<>();
    List<String> all = List.copyOf(resources);
    for (int from = 0; from < all.size(); from += MOST_AT_ONCE) {
      shown(asked, all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE)), patients);
    }
    return patients;
  }

  /** While a request is open, what its consent names; afterwards it and their own answer alone. */
  private void shown(String asked, List<String> resources, Map<String, String> patients) {
    OffsetDateTime now = now();
    List<Object> values = new ArrayList<>(List.of(asked, now, now));
    values.addAll(resources);
    String query =
        "select s.resource, o.patient_id"
            + SHOWN
            + " and s.resource in ("
            + places(resources)
            + ") and (o.answered = false or s.resource = 'ServiceRequest/' || o.request_id)";
    List<String> documents =
        resources.stream()
            .filter(one -> one.startsWith(DOCUMENT))
            .map(one -> one.substring(DOCUMENT.length()))
            .toList();
    if (!documents.isEmpty()) {
      query +=
          " union select 'DocumentReference/' || n.document_id, o.patient_id"
              + " from eqp_second_opinion_answer n"
              + " join eqp_second_opinion o on o.request_id = n.request_id"
              + " join eqp_second_opinion_asked a on a.request_id = o.request_id"
              + " join eqp_second_opinion_share s on s.request_id = o.request_id"
              + " where n.author = a.asked and a.asked = ? and s.starts_at <= ? and s.ends_at > ?"
              + " and n.document_id in ("
              + places(documents)
              + ")";
      values.addAll(List.of(asked, now, now));
      values.addAll(documents);
    }
    jdbc.query(
        query,
        row -> {
          patients.put(row.getString(1), row.getString(2));
        },
        values.toArray());
  }

  private static String places(List<String> values) {
    return String.join(", ", Collections.nCopies(values.size(), "?"));
  }

  @Override
  public boolean isAsked(String asked) {
    return first("select request_id from eqp_second_opinion_asked where asked = ?", asked)
        .isPresent();
  }

  @Override
  public Set<String> requestsOf(String asked) {
    OffsetDateTime now = now();
    return Set.copyOf(
        jdbc.queryForList(
            "select distinct o.request_id" + SHOWN + " and o.answered = false",
            String.class,
            asked,
            now,
            now));
  }

  @Override
  public Set<String> hiddenFrom(String asked) {
    OffsetDateTime now = now();
    return Set.copyOf(
        jdbc.queryForList(
            "select distinct o.document_id from eqp_second_opinion o"
                + " join eqp_second_opinion_asked a on a.request_id = o.request_id"
                + " where a.asked = ? and o.blinded = true and o.answered = false"
                // Whose answer is no longer taken has no reason to judge without it.
                + " and exists (select 1 from eqp_second_opinion_share s"
                + " where s.request_id = o.request_id and s.starts_at <= ? and s.ends_at > ?)",
            String.class,
            asked,
            now,
            now));
  }

  @Override
  public boolean showsVersion(String asked, String resource, long version) {
    int slash = resource.indexOf('/');
    List<OffsetDateTime> starts =
        jdbc.query(
            "select s.starts_at" + SHOWN + " and s.resource = ?",
            (row, index) -> row.getObject(1, OffsetDateTime.class),
            asked,
            now(),
            now(),
            resource);
    // Of one that a later version had taken the place of by then, nothing is shown. The moment of
    // the consent is kept to the second.
    return starts.isEmpty()
        || starts.stream()
            .map(start -> Timestamp.from(start.toInstant().plusSeconds(1)))
            .anyMatch(
                start ->
                    jdbc.queryForObject(
                            "select count(*) from hfj_res_ver v"
                                + " join hfj_resource r on r.res_id = v.res_id"
                                + " where r.res_type = ? and r.fhir_id = ? and v.res_ver > ?"
                                + " and v.res_updated < ?",
                            Integer.class,
                            resource.substring(0, slash),
                            resource.substring(slash + 1),
                            version,
                            start)
                        == 0);
  }

  @Override
  public Set<String> tellingOf(Set<String> documents) {
    Set<String> telling = new LinkedHashSet<>();
    Deque<String> next = new ArrayDeque<>();
    documents.forEach(id -> next.add("DocumentReference/" + id));
    while (!next.isEmpty() && telling.size() < MOST_TELLING) {
      String key = next.remove();
      if (telling.add(key)) {
        document(new IdType(key))
            .ifPresent(
                document -> {
                  Opinions.binaries(document).forEach(telling::add);
                  SAME_TEXT.stream()
                      .flatMap(relation -> Opinions.targets(document, relation))
                      .map(Opinions::key)
                      .filter(target -> target.startsWith("DocumentReference/"))
                      .forEach(next::add);
                });
      }
    }
    for (String key : List.copyOf(telling)) {
      if (key.startsWith("DocumentReference/")) {
        telling.addAll(referringTo(key.substring(key.indexOf('/') + 1)));
      }
    }
    return telling;
  }

  /** Requests and consents tell that somebody was asked, which they know. */
  private List<String> referringTo(String document) {
    return jdbc.queryForList(
        "select distinct s.res_type || '/' || s.fhir_id from hfj_res_link l"
            + " join hfj_resource t on t.res_id = l.target_resource_id"
            + " join hfj_resource s on s.res_id = l.src_resource_id"
            + " where t.res_type = 'DocumentReference' and t.fhir_id = ?"
            + " and s.res_type not in ('ServiceRequest', 'Consent')",
        String.class,
        document);
  }

  private Optional<DocumentReference> document(IdType id) {
    try {
      return Optional.of(
          records
              .getObject()
              .getResourceDao(DocumentReference.class)
              .read(id, new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Answered> answered(String asked, Resource answer) {
    if (!(answer instanceof DocumentReference document) || !Opinions.isAnswer(document)) {
      return Optional.empty();
    }
    String request =
        Opinions.requestOf(document).map(one -> one.getReferenceElement().getIdPart()).orElse("");
    boolean isOwn =
        document.getIdElement().hasIdPart()
            && first(
                    "select author from eqp_second_opinion_answer"
                        + " where document_id = ? and request_id = ? and author = ?",
                    document.getIdElement().getIdPart(),
                    request,
                    asked)
                .isPresent();
    if (!isOwn && !requestsOf(asked).contains(request)) {
      return Optional.empty();
    }
    OffsetDateTime now = now();
    return jdbc
        .query(
            "select distinct o.patient_id, o.document_id" + SHOWN + " and o.request_id = ?",
            (row, index) ->
                new Answered(
                    row.getString(1),
                    Set.of(
                        "Patient/" + row.getString(1),
                        "DocumentReference/" + row.getString(2),
                        "ServiceRequest/" + request)),
            asked,
            now,
            now,
            request)
        .stream()
        .findFirst();
  }

  private Optional<String> first(String query, Object... values) {
    return jdbc.queryForList(query, String.class, values).stream().findFirst();
  }

  private OffsetDateTime now() {
    return time(clock.instant());
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  // ---- what is kept

  /**
   * A request as it now stands.
   *
   * @param asked who is asked, {@code Practitioner/id} or {@code Device/id}
   */
  void learn(ServiceRequest request, Set<String> asked) {
    String id = request.getIdElement().getIdPart();
    jdbc.update("delete from eqp_second_opinion where request_id = ?", id);
    boolean answered = request.getStatus() == ServiceRequestStatus.COMPLETED;
    if (!answered && request.getStatus() != ServiceRequestStatus.ACTIVE) {
      return;
    }
    jdbc.update(
        "insert into eqp_second_opinion (request_id, patient_id, document_id, blinded, answered)"
            + " values (?, ?, ?, ?, ?)",
        id,
        request.getSubject().getReferenceElement().getIdPart(),
        request.getReasonReferenceFirstRep().getReferenceElement().getIdPart(),
        Opinions.Wanted.of(request).blinded(),
        answered);
    jdbc.batchUpdate(
        "insert into eqp_second_opinion_asked (asked, request_id) values (?, ?)",
        asked.stream().map(one -> new Object[] {one, id}).toList());
  }

  void forget(ServiceRequest request) {
    jdbc.update(
        "delete from eqp_second_opinion where request_id = ?", request.getIdElement().getIdPart());
  }

  /** A consent as it now stands. */
  void learn(Consent sharing) {
    String id = sharing.getIdElement().getIdPart();
    jdbc.update("delete from eqp_second_opinion_share where consent_id = ?", id);
    Optional<String> request =
        Opinions.requestOf(sharing).map(one -> one.getReferenceElement().getIdPart());
    if (sharing.getStatus() != ConsentState.ACTIVE || request.isEmpty()) {
      return;
    }
    OffsetDateTime starts = time(sharing.getProvision().getPeriod().getStart().toInstant());
    OffsetDateTime ends = time(sharing.getProvision().getPeriod().getEnd().toInstant());
    List<Object[]> rows =
        sharing.getProvision().getData().stream()
            .map(data -> Opinions.key(data.getReference()))
            .collect(Collectors.toCollection(java.util.LinkedHashSet::new))
            .stream()
            .map(resource -> new Object[] {id, resource, request.get(), starts, ends})
            .toList();
    jdbc.batchUpdate(
        "insert into eqp_second_opinion_share (consent_id, resource, request_id, starts_at, ends_at)"
            + " values (?, ?, ?, ?, ?)",
        rows);
  }

  /** An answer to a request. */
  void learn(DocumentReference answer, String request, String author) {
    jdbc.update(
        "insert into eqp_second_opinion_answer (document_id, request_id, author) values (?, ?, ?)",
        answer.getIdElement().getIdPart(),
        request,
        author);
  }

  void forget(DocumentReference answer) {
    jdbc.update(
        "delete from eqp_second_opinion_answer where document_id = ?",
        answer.getIdElement().getIdPart());
  }
}
