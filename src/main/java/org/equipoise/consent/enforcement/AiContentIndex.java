package org.equipoise.consent.enforcement;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  private final JdbcTemplate jdbc;

  AiContentIndex(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Writes down what a new resource says. Costs nothing where it says nothing. */
  void learn(Resource created) {
    Set<Link> links = AiContent.links(created);
    boolean isDocument = AiContent.isAiDocument(created);
    if (links.isEmpty() && !isDocument) {
      return;
    }
    if (isDocument) {
      // One that was deleted may come back.
      delete(created);
    }
    insert(created, links, isDocument);
    spread(affected(created, links, isDocument));
  }

  /** The same, in place of what the resource said before. */
  void learn(Resource before, Resource stored) {
    Set<Link> said = AiContent.links(before);
    Set<Link> says = AiContent.links(stored);
    boolean wasDocument = AiContent.isAiDocument(before);
    boolean isDocument = AiContent.isAiDocument(stored);
    if (said.equals(says) && !wasDocument && !isDocument) {
      return;
    }
    delete(stored);
    insert(stored, says, isDocument);
    Set<String> affected = affected(stored, says, wasDocument || isDocument);
    said.forEach(link -> affected.add(link.derived()));
    spread(affected);
  }

  /** Takes back what a resource said that is gone; what others said of it stays. */
  void forget(Resource deleted) {
    Set<Link> said = AiContent.links(deleted);
    boolean wasDocument = AiContent.isAiDocument(deleted);
    if (said.isEmpty() && !wasDocument) {
      return;
    }
    // The rows of an AI document stay: what hangs on it does not become visible by its end.
    jdbc.update("delete from eqp_ai_link where source = ?", AiContent.key(deleted));
    spread(said.stream().map(Link::derived).collect(Collectors.toSet()));
  }

  private static Set<String> affected(Resource resource, Set<Link> links, boolean self) {
    Set<String> affected = links.stream().map(Link::derived).collect(Collectors.toSet());
    if (self) {
      affected.add(AiContent.key(resource));
    }
    return affected;
  }

  private void insert(Resource resource, Set<Link> links, boolean isDocument) {
    String source = AiContent.key(resource);
    jdbc.batchUpdate(
        "insert into eqp_ai_link (source, derived, origin) values (?, ?, ?)",
        links.stream().map(link -> new Object[] {source, link.derived(), link.origin()}).toList());
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
      Set<String> now = documentsBehind(content);
      Set<String> before = documentsOf(content);
      if (now.equals(before)) {
        continue;
      }
      List<Object[]> gone =
          before.stream()
              .filter(one -> !now.contains(one))
              .map(one -> new Object[] {content, one})
              .toList();
      if (!gone.isEmpty()) {
        jdbc.batchUpdate("delete from eqp_ai_content where content = ? and document_id = ?", gone);
      }
      jdbc.batchUpdate(
          "insert into eqp_ai_content (content, document_id) values (?, ?)",
          now.stream()
              .filter(one -> !before.contains(one))
              .map(one -> new Object[] {content, one})
              .toList());
      jdbc
          .queryForList(
              "select distinct derived from eqp_ai_link where origin = ?", String.class, content)
          .stream()
          .filter(derived -> !waiting.contains(derived))
          .forEach(waiting::add);
    }
  }

  /**
   * As the links say it: itself where it is an AI document, and those of all that it comes from.
   */
  private Set<String> documentsBehind(String content) {
    Set<String> documents =
        new HashSet<>(
            jdbc.queryForList(
                "select c.document_id from eqp_ai_link l join eqp_ai_content c"
                    + " on c.content = l.origin where l.derived = ?",
                String.class,
                content));
    if (content.startsWith("DocumentReference/")) {
      documents.addAll(
          jdbc.queryForList(
              "select document_id from eqp_ai_document where document_id = ?",
              String.class,
              content.substring("DocumentReference/".length())));
    }
    return documents;
  }

  private Set<String> documentsOf(String content) {
    return Set.copyOf(
        jdbc.queryForList(
            "select document_id from eqp_ai_content where content = ?", String.class, content));
  }

  /** Empties the index, to be filled anew. */
  void clear() {
    Stream.of("eqp_ai_link", "eqp_ai_content", "eqp_ai_document")
        .forEach(table -> jdbc.update("delete from " + table));
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
    Set<String> ids = new HashSet<>();
    Sql.inParts(
        documents,
        some ->
            jdbc
                .queryForList(
                    "select content from eqp_ai_content where document_id in ("
                        + Sql.places(some)
                        + ")",
                    String.class,
                    some.toArray())
                .stream()
                .filter(content -> content.startsWith(type + "/"))
                .map(content -> content.substring(type.length() + 1))
                .forEach(ids::add));
    return ids.isEmpty() ? Collections.emptySet() : ids;
  }
}
