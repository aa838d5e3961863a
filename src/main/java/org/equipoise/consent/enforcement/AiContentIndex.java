package org.equipoise.consent.enforcement;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.enforcement.AiContent.Link;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Which AI documents a resource hangs on, kept in tables of its own in the transactions that write
 * the record, since the answer is needed for every resource that is shown and the way there may be
 * long (an Observation, taken from a translation of a note).
 */
class AiContentIndex {

  private static final int SLOTS = 256;

  private static final String DOCUMENT = "DocumentReference/";

  /** In place of the service that wrote something, where a person did. */
  private static final String PERSON = "";

  private final JdbcTemplate jdbc;
  private final String fhirBase;
  private final Predicate<String> namesPerson;

  /**
   * @param fhirBase the address of this server's FHIR base, without a trailing slash
   * @param namesPerson whether a resource on record, {@code Type/id}, says that a person wrote it
   */
  AiContentIndex(JdbcTemplate jdbc, String fhirBase, Predicate<String> namesPerson) {
    this.jdbc = jdbc;
    this.fhirBase = fhirBase;
    this.namesPerson = namesPerson;
  }

  /**
   * Writes down what a new resource says. Costs nothing where it says nothing.
   *
   * @param isCreated whether the same transaction creates a resource, {@code Type/id}
   * @param service the client that writes it; empty where a person does, or the server itself
   */
  void learnNew(Resource resource, Predicate<String> isCreated, Optional<String> service) {
    lock(AiContent.links(resource, fhirBase), isCreated);
    learn(resource, link -> isFromBirth(link, resource, isCreated, service));
  }

  /**
   * Has those wait for each other who say that one thing comes from another, and that this one
   * comes from a third: neither sees what the other has not committed. What comes into being in the
   * same transaction nobody else speaks of; nor of a document of no AI, such as a model card, which
   * all AIs' stories name.
   */
  private void lock(Set<Link> links, Predicate<String> isCreated) {
    if (links.stream().allMatch(link -> link.derived().startsWith("Task/"))) {
      // Nothing comes from a Task; and those are written under locks that are taken after this one.
      return;
    }
    Set<String> keys = new HashSet<>();
    links.stream()
        .map(Link::origin)
        .filter(origin -> !isCreated.test(origin) && mayHang(origin))
        .forEach(keys::add);
    Deque<String> derived =
        new ArrayDeque<>(
            links.stream().map(Link::derived).filter(one -> !isCreated.test(one)).toList());
    while (!derived.isEmpty()) {
      String one = derived.poll();
      if (keys.add(one)) {
        derived.addAll(derivedOf(one));
      }
    }
    keys.stream()
        .map(key -> Math.floorMod(key.hashCode(), SLOTS))
        .distinct()
        .sorted()
        .forEach(
            slot ->
                jdbc.queryForList(
                    "select slot from eqp_ai_content_lock where slot = ? for update",
                    Integer.class,
                    slot));
  }

  private boolean mayHang(String origin) {
    return !origin.startsWith("DocumentReference/") || !documentsOf(origin).isEmpty();
  }

  private List<String> derivedOf(String origin) {
    return jdbc.queryForList(
        "select distinct derived from eqp_ai_link where origin = ?", String.class, origin);
  }

  private void learn(Resource created, Predicate<Link> isFromBirth) {
    Set<Link> links = AiContent.links(created, fhirBase);
    boolean isDocument = AiContent.isAiDocument(created);
    if (links.isEmpty() && !isDocument) {
      return;
    }
    if (isDocument) {
      // One that was deleted may come back.
      delete(created);
    }
    insert(created, with(links, isFromBirth), isDocument);
    spread(affected(created, links, isDocument));
  }

  /** The same, in place of what the resource said before. */
  void learnChanged(
      Resource before, Resource stored, Predicate<String> isCreated, Optional<String> service) {
    Set<Link> said = before.isDeleted() ? left(stored) : AiContent.links(before, fhirBase);
    Set<Link> says = AiContent.links(stored, fhirBase);
    boolean wasDocument = AiContent.isAiDocument(before);
    boolean isDocument = AiContent.isAiDocument(stored);
    if (said.equals(says) && !wasDocument && !isDocument) {
      return;
    }
    lock(says, isCreated);
    Set<Link> late = late(AiContent.key(stored));
    delete(stored);
    insert(
        stored,
        with(
            says,
            link ->
                said.contains(link)
                    ? !late.contains(link)
                    : !link.derived().equals(AiContent.key(stored))
                        && isFromBirth(link, stored, isCreated, service)),
        isDocument);
    Set<String> affected = affected(stored, says, wasDocument || isDocument);
    said.forEach(link -> affected.add(link.derived()));
    spread(affected);
  }

  /**
   * Takes back what a resource said of others that is gone. What it hung on itself stays, and what
   * others said of it: its versions do not become visible by its end.
   */
  void forget(Resource deleted) {
    Set<Link> said = AiContent.links(deleted, fhirBase);
    boolean wasDocument = AiContent.isAiDocument(deleted);
    if (said.isEmpty() && !wasDocument) {
      return;
    }
    // The rows of an AI document stay too, for what hangs on it.
    jdbc.update(
        "delete from eqp_ai_link where source = ? and derived <> source", AiContent.key(deleted));
    spread(said.stream().map(Link::derived).collect(Collectors.toSet()));
  }

  /**
   * Reads it all anew, but for what was said late of what, and what was deleted hung on: the record
   * does not tell that.
   *
   * @param gone {@code Type/id} of what was deleted
   * @param telling read when the index is empty, so that what another node writes meanwhile is
   *     either read or keeps the rows that it wrote
   */
  void rebuild(Stream<Resource> telling, Set<String> gone) {
    Set<String> late =
        Set.copyOf(
            jdbc.query(
                "select source, derived, origin from eqp_ai_link where from_birth = false",
                (row, index) ->
                    String.join(" ", row.getString(1), row.getString(2), row.getString(3))));
    forgetAllBut(gone);
    telling.forEach(
        resource -> {
          delete(resource);
          learn(
              resource,
              link ->
                  !late.contains(
                      String.join(" ", AiContent.key(resource), link.derived(), link.origin())));
        });
    gone.forEach(one -> spread(Set.of(one)));
  }

  /**
   * Whether nobody can have seen the derived thing apart from its origin: it says so itself when it
   * comes into being, comes in the same transaction, is a Binary that no other document holds, or
   * is what the writer of the origin, a service, wrote too: it shall not get around its being
   * parked by saying so later.
   */
  private boolean isFromBirth(
      Link link, Resource source, Predicate<String> isCreated, Optional<String> service) {
    return link.derived().equals(AiContent.key(source))
        || isCreated.test(link.derived())
        || isOfOneWriter(link)
        || service.filter(client -> isTakenForIts(link, client)).isPresent()
        || (link.derived().startsWith("Binary/")
            && jdbc.queryForList(
                    "select 1 from eqp_ai_link where derived = ? and source <> ?",
                    Integer.class,
                    link.derived(),
                    AiContent.key(source))
                .isEmpty());
  }

  private boolean isOfOneWriter(Link link) {
    return !jdbc.queryForList(
            "select 1 from eqp_written_by d join eqp_written_by o on o.client_id = d.client_id"
                + " where d.content = ? and o.content = ? and d.client_id <> ?",
            Integer.class,
            link.derived(),
            link.origin(),
            PERSON)
        .isEmpty();
  }

  /**
   * Of what was written before writers were remembered: whether a service says it of a parked
   * document of its own, and of what no person is known to have written. Then it is taken for the
   * service's too; who wrote it cannot be found out any more, and what may be a piece of a hidden
   * note is rather hidden.
   */
  private boolean isTakenForIts(Link link, String client) {
    String document = link.origin().substring(link.origin().indexOf('/') + 1);
    return link.origin().startsWith("DocumentReference/")
        && !jdbc.queryForList(
                "select 1 from eqp_parked where document_id = ? and client_id = ?"
                    + " and not exists (select 1 from eqp_written_by where content = ?)",
                Integer.class,
                document,
                client,
                link.derived())
            .isEmpty()
        && !namesPerson.test(link.derived());
  }

  /**
   * Remembers which service wrote these new resources, or that a person did.
   *
   * @param service the client; empty for a person
   */
  void learnWriter(Optional<String> service, List<Resource> created) {
    String client = service.orElse(PERSON);
    List<Object[]> written =
        created.stream()
            .filter(one -> AiContent.subjectOf(one) != null)
            .filter(one -> AiContent.isWriting(one) || AiContent.isAiDocument(one))
            .map(AiContent::key)
            .map(key -> new Object[] {key, client})
            .toList();
    if (written.isEmpty()) {
      return;
    }
    jdbc.batchUpdate("insert into eqp_written_by (content, client_id) values (?, ?)", written);
  }

  /** What stayed of what a resource said before it was deleted. */
  private Set<Link> left(Resource resource) {
    return Set.copyOf(
        jdbc.query(
            "select derived, origin from eqp_ai_link where source = ?",
            (row, index) -> new Link(row.getString(1), row.getString(2)),
            AiContent.key(resource)));
  }

  private Set<Link> late(String source) {
    return Set.copyOf(
        jdbc.query(
            "select derived, origin from eqp_ai_link where source = ? and from_birth = false",
            (row, index) -> new Link(row.getString(1), row.getString(2)),
            source));
  }

  private static Map<Link, Boolean> with(Set<Link> links, Predicate<Link> isFromBirth) {
    return links.stream().collect(Collectors.toMap(link -> link, isFromBirth::test));
  }

  private static Set<String> affected(Resource resource, Set<Link> links, boolean self) {
    Set<String> affected = links.stream().map(Link::derived).collect(Collectors.toSet());
    if (self) {
      affected.add(AiContent.key(resource));
    }
    return affected;
  }

  /**
   * @param links whether each was said when the derived thing came into being
   */
  private void insert(Resource resource, Map<Link, Boolean> links, boolean isDocument) {
    String source = AiContent.key(resource);
    jdbc.batchUpdate(
        "insert into eqp_ai_link (source, derived, origin, from_birth) values (?, ?, ?, ?)",
        links.entrySet().stream()
            .map(
                one ->
                    new Object[] {
                      source, one.getKey().derived(), one.getKey().origin(), one.getValue()
                    })
            .toList());
    if (isDocument) {
      DocumentReference document = (DocumentReference) resource;
      jdbc.update(
          "insert into eqp_ai_document (document_id, patient_id, custodian, authors)"
              + " values (?, ?, ?, ?)",
          document.getIdElement().getIdPart(),
          AiContent.patientOf(document),
          document.getCustodian().getReferenceElement().hasIdPart()
              ? document.getCustodian().getReferenceElement().toUnqualifiedVersionless().getValue()
              : null,
          String.join(" ", AiContent.devices(document)));
    }
  }

  private void delete(Resource resource) {
    jdbc.update("delete from eqp_ai_link where source = ?", AiContent.key(resource));
    if (resource instanceof DocumentReference) {
      jdbc.update(
          "delete from eqp_ai_document where document_id = ?", resource.getIdElement().getIdPart());
    }
  }

  /** Brings these up to date, and what hangs on them where they changed. */
  private void spread(Set<String> affected) {
    Deque<String> waiting = new ArrayDeque<>(affected);
    while (!waiting.isEmpty()) {
      String content = waiting.poll();
      Map<String, Boolean> now = documentsBehind(content);
      Map<String, Boolean> before = documentsOf(content);
      if (now.equals(before)) {
        continue;
      }
      List<Object[]> gone =
          before.entrySet().stream()
              .filter(one -> !one.getValue().equals(now.get(one.getKey())))
              .map(one -> new Object[] {content, one.getKey()})
              .toList();
      if (!gone.isEmpty()) {
        jdbc.batchUpdate("delete from eqp_ai_content where content = ? and document_id = ?", gone);
      }
      jdbc.batchUpdate(
          "insert into eqp_ai_content (content, document_id, from_birth) values (?, ?, ?)",
          now.entrySet().stream()
              .filter(one -> !one.getValue().equals(before.get(one.getKey())))
              .map(one -> new Object[] {content, one.getKey(), one.getValue()})
              .toList());
      derivedOf(content).stream()
          .filter(derived -> !waiting.contains(derived))
          .forEach(waiting::add);
    }
  }

  /**
   * As the links say it: itself where it is an AI document, and those of all that it comes from;
   * whether it hung on each, by any way, from its birth.
   */
  private Map<String, Boolean> documentsBehind(String content) {
    Map<String, Boolean> documents = new HashMap<>();
    jdbc.query(
        "select c.document_id, l.from_birth and c.from_birth from eqp_ai_link l"
            + " join eqp_ai_content c on c.content = l.origin where l.derived = ?",
        row -> {
          documents.merge(row.getString(1), row.getBoolean(2), Boolean::logicalOr);
        },
        content);
    if (content.startsWith("DocumentReference/")) {
      jdbc.queryForList(
              "select document_id from eqp_ai_document where document_id = ?",
              String.class,
              content.substring("DocumentReference/".length()))
          .forEach(self -> documents.put(self, true));
    }
    return documents;
  }

  private Map<String, Boolean> documentsOf(String content) {
    Map<String, Boolean> documents = new HashMap<>();
    jdbc.query(
        "select document_id, from_birth from eqp_ai_content where content = ?",
        row -> {
          documents.put(row.getString(1), row.getBoolean(2));
        },
        content);
    return documents;
  }

  /** Empties the index, to be filled anew. */
  private void forgetAllBut(Set<String> gone) {
    jdbc.update("delete from eqp_ai_content");
    forgetAllBut(gone, "", "select distinct source from eqp_ai_link", "eqp_ai_link", "source");
    forgetAllBut(
        gone,
        DOCUMENT,
        "select document_id from eqp_ai_document",
        "eqp_ai_document",
        "document_id");
  }

  private void forgetAllBut(
      Set<String> gone, String prefix, String all, String table, String column) {
    jdbc.batchUpdate(
        "delete from " + table + " where " + column + " = ?",
        jdbc.queryForList(all, String.class).stream()
            .filter(one -> !gone.contains(prefix + one))
            .map(one -> new Object[] {one})
            .toList());
  }

  boolean isEmpty() {
    return jdbc.queryForList("select 1 from eqp_ai_document fetch first 1 rows only", Integer.class)
        .isEmpty();
  }

  /** Logical ids of the AI documents about these patients, by their logical ids. */
  Set<String> ofPatients(Collection<String> patients) {
    Set<String> ids = new HashSet<>();
    Sql.inParts(
        patients,
        some ->
            ids.addAll(
                jdbc.queryForList(
                    "select document_id from eqp_ai_document where patient_id in ("
                        + Sql.places(some)
                        + ")",
                    String.class,
                    some.toArray())));
    return ids;
  }

  /** Logical ids of what of a type hangs on any of these documents. */
  Set<String> ofType(String type, Collection<String> documents) {
    return ofType(type, documents, "");
  }

  /** The same, of what has hung on them since it came into being. */
  Set<String> ofTypeFromBirth(String type, Collection<String> documents) {
    return ofType(type, documents, " and from_birth = true");
  }

  private Set<String> ofType(String type, Collection<String> documents, String condition) {
    Set<String> ids = new HashSet<>();
    Sql.inParts(
        documents,
        some ->
            jdbc
                .queryForList(
                    "select content from eqp_ai_content where document_id in ("
                        + Sql.places(some)
                        + ")"
                        + condition,
                    String.class,
                    some.toArray())
                .stream()
                .filter(content -> content.startsWith(type + "/"))
                .map(content -> content.substring(type.length() + 1))
                .forEach(ids::add));
    return ids.isEmpty() ? Collections.emptySet() : ids;
  }
}
