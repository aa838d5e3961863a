package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.server.AccessRows.Row;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Caller kind × door × resource type × whose resource it is. Each cell asks one question of the
 * server and looks at all of its answer: nothing of a patient beyond the caller's reach stands in
 * body or headers, and what is due is served. Each leaves exactly one access event for every
 * patient whom it touches, which says who asked, by which door, for what, and how it ended.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessMatrixOfEveryTypeTest extends ServerTest {

  private static final String JSON = "application/fhir+json";

  private static final String NOTHING = "00000000-0000-4000-8000-000000000000";

  /** Their search finds nothing for a caller who does not reach everybody. */
  private static final Set<String> NEVER_FOUND = Set.of("Binary", "Group");

  /** Whose. */
  private enum Owner {
    ADA("matrix-ada", "Aardwolfish"),
    BOB("matrix-bob", "Zyzzyvaesque"),
    /** Permits training on de-identified data alone, and nothing else. */
    CID("matrix-cid", "Xylophagous");

    /** Those whom the whole matrix is about. */
    private static final List<Owner> EACH = List.of(ADA, BOB);

    private final String id;
    private final String word;

    Owner(String id, String word) {
      this.id = id;
      this.word = word;
    }
  }

  /** Of Ada's, yet of a category that the granular app may not see. */
  private static final String VITAL_SIGNS = "Quokkalike";

  /** Who asks. */
  private enum Who {
    ADA("matrix-ada", "patient/*.cruds", Owner.ADA),
    BOB("matrix-bob", "patient/*.cruds", Owner.BOB),
    ADAS_SON("matrix-adas-son", "patient/*.cruds", Owner.ADA),
    ADAS_DOCTOR("matrix-adas-doctor", "user/*.cruds", Owner.ADA),
    BOBS_DOCTOR("matrix-bobs-doctor", "user/*.cruds", Owner.BOB),
    /** Treats Ada for another organisation, with which she shares nothing that AIs wrote. */
    ADAS_FOREIGN_DOCTOR("matrix-foreign-doctor", "user/*.cruds", Owner.ADA),
    SCRIBE("demo-scribe", "system/*.cruds", Owner.ADA, Owner.BOB),
    READING_SERVICE("demo-scribe", "system/*.rs", Owner.ADA, Owner.BOB),
    GRANULAR_APP(
        "matrix-ada",
        "patient/Observation.rs?category="
            + TestResources.OBSERVATION_CATEGORY
            + "|laboratory patient/Patient.rs",
        Owner.ADA),
    /** An AI whose purpose Ada permits; Bob was not asked. */
    PERMITTED_AI("ai-advisor", "system/*.rs", Owner.ADA),
    /** An AI whose purpose Ada permits, and Bob permitted and took back. */
    WITHDRAWN_AI("ai-writer", "system/*.rs", Owner.ADA),
    /** A service of another organisation. */
    OTHER_CLINIC("other-clinic", "system/*.rs", Owner.ADA, Owner.BOB),
    /** An AI whose purpose Bob refuses; of Ada nothing was said. */
    REFUSED_AI("ai-trainer", "system/*.rs"),
    NOBODY(null, null);

    private final String client;
    private final String scopes;
    private final Set<Owner> owners;

    Who(String client, String scopes, Owner... owners) {
      this.client = client;
      this.scopes = scopes;
      this.owners = Set.of(owners);
    }

    boolean sees(Owner owner, String type) {
      return owners.contains(owner)
          && (this != GRANULAR_APP || Set.of("Observation", "Patient").contains(type));
    }

    boolean mayWrite() {
      return scopes != null && !scopes.equals("system/*.rs");
    }

    boolean isClinician() {
      return this == ADAS_DOCTOR || this == BOBS_DOCTOR || this == ADAS_FOREIGN_DOCTOR;
    }

    boolean isPatientSide() {
      return this == ADA || this == BOB || this == ADAS_SON;
    }

    boolean isAi() {
      return client != null && client.startsWith("ai-");
    }

    /** Whether a document that an AI wrote about the owner, and that is not parked, is shown. */
    boolean seesAiDocument(Owner owner) {
      boolean isForeign = this == OTHER_CLINIC || this == ADAS_FOREIGN_DOCTOR;
      return sees(owner, "DocumentReference") && !(isForeign && owner == Owner.ADA);
    }

    boolean isService() {
      return this == SCRIBE || this == READING_SERVICE || this == OTHER_CLINIC;
    }

    /** Who acts, as an access event names them; null for a program. */
    private String person() {
      if (isClinician()) {
        return "Practitioner/" + client;
      }
      return switch (this) {
        case ADA, BOB, GRANULAR_APP -> "Patient/" + client;
        case ADAS_SON -> "RelatedPerson/" + client;
        default -> null;
      };
    }

    private String ground(String patient) {
      if (isService() || isAi()) {
        return "SERVICE";
      }
      if (isClinician()) {
        return "CARE";
      }
      return this == ADAS_SON ? "REPRESENTATIVE" : "OWN";
    }
  }

  /** What a door asks for. */
  private record Ask(
      String method, String path, String contentType, String body, String... headers) {

    /** The same about something that never was. */
    Ask aboutNothing(String id) {
      return new Ask(
          method,
          path.replace(id, NOTHING),
          contentType,
          body == null ? null : body.replace(id, NOTHING),
          headers);
    }

    Api.Answer by(Api api) {
      return api.exchange(method, path, contentType, body, headers);
    }

    /**
     * Asks in a way that the access events can be told by.
     *
     * @param call names this very request
     */
    Api.Answer by(Api api, String call) {
      String[] more = Arrays.copyOf(headers, headers.length + 2);
      more[headers.length] = "X-Request-Id";
      more[headers.length + 1] = call;
      return api.exchange(method, path, contentType, body, more);
    }

    static Ask get(String path) {
      return new Ask("GET", path, JSON, null);
    }
  }

  /** Makes the question for one resource. */
  @FunctionalInterface
  private interface Asking {
    Ask of(String type, String id, Owner owner);
  }

  private enum Kind {
    /** One resource, by its id: 200 where due, else 404. */
    ONE,
    /** Many, among which a due one is. */
    FINDS,
    /** Whatever it answers, nothing foreign. */
    TELLS_NOTHING,
    /** Refused to everybody. */
    CLOSED,
    /** Refused to those who do not reach the resource, which stays as it was. */
    CHANGES,
    /** The same, of one resource by its id: 404 where the scopes would do, else 403. */
    CHANGES_ONE,
    /** An operation on documents: the same there, and unknown (400) on every other type. */
    ON_DOCUMENTS,
    /** The same, for a patient to sign: 403 to everybody else who reaches it. */
    SIGNS;

    static final Set<Kind> WRITES = EnumSet.of(CHANGES, CHANGES_ONE, ON_DOCUMENTS, SIGNS);
  }

  private record Door(String name, Kind kind, Asking asking) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String bundle(String type, String method, String url, String more) {
    return "{\"resourceType\":\"Bundle\",\"type\":\""
        + type
        + "\",\"entry\":[{\"request\":{\"method\":\""
        + method
        + "\",\"url\":\""
        + url
        + "\"}"
        + more
        + "}]}";
  }

  private static String patientParameter(String type) {
    return switch (type) {
      case "Patient" -> "_id";
      case "Provenance" -> "record-patient";
      default -> "patient";
    };
  }

  private static String least(String type, String id) {
    return "{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"}";
  }

  private static final List<Door> DOORS =
      List.of(
          new Door("read", Kind.ONE, (type, id, owner) -> Ask.get(type + "/" + id)),
          new Door(
              "vread", Kind.ONE, (type, id, owner) -> Ask.get(type + "/" + id + "/_history/1")),
          new Door(
              "history", Kind.ONE, (type, id, owner) -> Ask.get(type + "/" + id + "/_history")),
          new Door(
              "history of type", Kind.CLOSED, (type, id, owner) -> Ask.get(type + "/_history")),
          new Door("history of all", Kind.CLOSED, (type, id, owner) -> Ask.get("_history")),
          new Door(
              "search",
              Kind.FINDS,
              (type, id, owner) ->
                  Ask.get(
                      type
                          + "?_count=500&_sort=-_lastUpdated"
                          // AI devices, which are nobody's, are what a search without it finds.
                          + (type.equals("Device") ? "&patient=Patient/" + owner.id : ""))),
          new Door(
              "search by id",
              Kind.TELLS_NOTHING,
              (type, id, owner) -> Ask.get(type + "?_id=" + id)),
          new Door(
              "search by patient",
              Kind.FINDS,
              (type, id, owner) -> Ask.get(type + "?" + patientParameter(type) + "=" + owner.id)),
          new Door(
              "search by POST",
              Kind.FINDS,
              (type, id, owner) ->
                  new Ask(
                      "POST",
                      type + "/_search",
                      "application/x-www-form-urlencoded",
                      patientParameter(type) + "=" + owner.id)),
          new Door(
              "count",
              Kind.TELLS_NOTHING,
              (type, id, owner) ->
                  Ask.get(type + "?_summary=count&" + patientParameter(type) + "=" + owner.id)),
          new Door(
              "page of another's search",
              Kind.TELLS_NOTHING,
              (type, id, owner) -> Ask.get(type + "?_count=1&_offset=1")),
          new Door(
              "page by token",
              Kind.CLOSED,
              (type, id, owner) -> Ask.get("?_getpages=" + id + "&_getpagesoffset=0")),
          new Door(
              "_include",
              Kind.TELLS_NOTHING,
              (type, id, owner) -> Ask.get(type + "?_include=*&_count=50")),
          new Door(
              "_revinclude",
              Kind.TELLS_NOTHING,
              (type, id, owner) ->
                  Ask.get(
                      "Patient?_revinclude=*&_count=50&_id="
                          + owner.id
                          + "&_language:not="
                          + type)),
          new Door(
              "_revinclude of the directory",
              Kind.TELLS_NOTHING,
              (type, id, owner) ->
                  Ask.get("Practitioner?_revinclude:iterate=" + type + ":*&_count=20")),
          new Door(
              "chain",
              Kind.TELLS_NOTHING,
              (type, id, owner) -> Ask.get(type + "?patient.family=" + owner.word + "&_count=50")),
          new Door(
              "longer chain",
              Kind.TELLS_NOTHING,
              (type, id, owner) ->
                  Ask.get(type + "?patient.general-practitioner.name=" + owner.word)),
          new Door(
              "_has",
              Kind.TELLS_NOTHING,
              (type, id, owner) -> Ask.get("Patient?_has:" + type + ":patient:_id=" + id)),
          new Door(
              "_has of the directory",
              Kind.TELLS_NOTHING,
              (type, id, owner) -> Ask.get("Practitioner?_has:" + type + ":performer:_id=" + id)),
          new Door(
              "_filter",
              Kind.CLOSED,
              (type, id, owner) -> Ask.get(type + "?_filter=_id%20eq%20%22" + id + "%22")),
          new Door(
              "batch",
              Kind.TELLS_NOTHING,
              (type, id, owner) ->
                  new Ask("POST", "", JSON, bundle("batch", "GET", type + "/" + id, ""))),
          new Door(
              "search in a batch",
              Kind.TELLS_NOTHING,
              (type, id, owner) ->
                  new Ask("POST", "", JSON, bundle("batch", "GET", type + "?_count=200", ""))),
          new Door(
              "transaction",
              Kind.TELLS_NOTHING,
              (type, id, owner) ->
                  new Ask("POST", "", JSON, bundle("transaction", "GET", type + "/" + id, ""))),
          new Door(
              "history in a batch",
              Kind.TELLS_NOTHING,
              (type, id, owner) ->
                  new Ask(
                      "POST", "", JSON, bundle("batch", "GET", type + "/" + id + "/_history", ""))),
          new Door(
              "history of type in a batch",
              Kind.CLOSED,
              (type, id, owner) ->
                  new Ask("POST", "", JSON, bundle("batch", "GET", type + "/_history", ""))),
          new Door(
              "patch",
              Kind.CHANGES_ONE,
              (type, id, owner) ->
                  new Ask(
                      "PATCH",
                      type + "/" + id,
                      "application/json-patch+json",
                      "[{\"op\":\"add\",\"path\":\"/language\",\"value\":\"en\"}]")),
          new Door(
              "update",
              Kind.CHANGES_ONE,
              (type, id, owner) -> new Ask("PUT", type + "/" + id, JSON, least(type, id))),
          new Door(
              "delete",
              Kind.CHANGES_ONE,
              (type, id, owner) -> new Ask("DELETE", type + "/" + id, JSON, null)),
          new Door(
              "delete in a transaction",
              Kind.CHANGES_ONE,
              (type, id, owner) ->
                  new Ask("POST", "", JSON, bundle("transaction", "DELETE", type + "/" + id, ""))),
          new Door(
              "conditional delete",
              Kind.CHANGES,
              (type, id, owner) -> new Ask("DELETE", type + "?_id=" + id, JSON, null)),
          new Door(
              "conditional update",
              Kind.CHANGES,
              (type, id, owner) -> new Ask("PUT", type + "?_id=" + id, JSON, least(type, id))),
          new Door(
              "conditional patch",
              Kind.CHANGES,
              (type, id, owner) ->
                  new Ask(
                      "PATCH",
                      type + "?_id=" + id,
                      "application/json-patch+json",
                      "[{\"op\":\"add\",\"path\":\"/language\",\"value\":\"en\"}]")),
          new Door(
              "conditional create in a transaction",
              Kind.CHANGES,
              (type, id, owner) ->
                  new Ask(
                      "POST",
                      "",
                      JSON,
                      "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                          + "{\"resourceType\":\""
                          + type
                          + "\"},\"request\":{\"method\":\"POST\",\"url\":\""
                          + type
                          + "\",\"ifNoneExist\":\"_id="
                          + id
                          + "\"}}]}")),
          new Door(
              "$everything",
              Kind.FINDS,
              (type, id, owner) -> Ask.get("Patient/" + owner.id + "/$everything?_type=" + type)),
          new Door(
              "$validate",
              Kind.CLOSED,
              (type, id, owner) -> Ask.get(type + "/" + id + "/$validate")),
          new Door("$meta", Kind.CLOSED, (type, id, owner) -> Ask.get(type + "/" + id + "/$meta")),
          new Door(
              "$meta in a batch",
              Kind.CLOSED,
              (type, id, owner) ->
                  new Ask(
                      "POST", "", JSON, bundle("batch", "GET", type + "/" + id + "/$meta", ""))),
          new Door(
              "$expunge",
              Kind.CLOSED,
              (type, id, owner) -> new Ask("POST", type + "/" + id + "/$expunge", JSON, null)),
          new Door(
              "$graphql",
              Kind.CLOSED,
              (type, id, owner) -> Ask.get(type + "/" + id + "/$graphql?query=%7Bid%7D")),
          new Door("$export", Kind.CLOSED, (type, id, owner) -> Ask.get("$export?_type=" + type)),
          new Door("$lastn", Kind.CLOSED, (type, id, owner) -> Ask.get(type + "/$lastn")),
          new Door(
              "$attach-explanation",
              Kind.ON_DOCUMENTS,
              (type, id, owner) ->
                  new Ask(
                      "POST",
                      type + "/" + id + "/$attach-explanation",
                      JSON,
                      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"generate\",\"valueBoolean\":true}]}")),
          new Door(
              "$attach-consent",
              Kind.SIGNS,
              (type, id, owner) ->
                  new Ask(
                      "POST",
                      type + "/" + id + "/$attach-consent",
                      JSON,
                      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"decision\",\"valueCode\":\"deny\"},"
                          + "{\"name\":\"purpose\",\"valueCoding\":{\"system\":\""
                          + Canonical.System.AI_PURPOSE
                          + "\",\"code\":\"ai-training\"}}]}")));

  /** A clinician's own: it opens the record, and is tested where the care relation is. */
  private static final Door BREAK_GLASS =
      new Door(
          "$break-glass",
          Kind.CLOSED,
          (type, id, owner) ->
              new Ask(
                  "POST",
                  "Patient/" + owner.id + "/$break-glass",
                  JSON,
                  "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"reason\",\"valueCoding\":{\"system\":\""
                      + Canonical.System.BREAK_GLASS_REASON
                      + "\",\"code\":\"emergency\"}},{\"name\":\"text\",\"valueString\":\"because of "
                      + type
                      + "\"}]}"));

  /**
   * An operation, as a door to one resource of one type.
   *
   * @param isRead whether it may be called without harm by those who may call it
   * @param may who of those who reach the resource may call it
   */
  private record Operation(
      String name, String type, boolean isRead, Asking asking, Predicate<Who> may) {
    @Override
    public String toString() {
      return type + "/" + name;
    }

    static Operation read(String name, String type, String query, Predicate<Who> may) {
      return new Operation(
          name, type, true, (of, id, owner) -> Ask.get(of + "/" + id + "/" + name + query), may);
    }

    static Operation write(
        String name, String type, Parameters body, Predicate<Who> may, String... headers) {
      return new Operation(
          name,
          type,
          false,
          (of, id, owner) ->
              new Ask("POST", of + "/" + id + "/" + name, JSON, Api.json(body), headers),
          may);
    }
  }

  private static final List<Operation> OPERATIONS =
      List.of(
          Operation.write(
              "$review",
              "DocumentReference",
              TestCalls.with(new Parameters(), "decision", new CodeType("attest")),
              Who::isClinician,
              "If-Match",
              "W/\"1\""),
          Operation.write(
              "$decide-ai-use", "Patient", TestCalls.deny("ai-training"), Who::isPatientSide),
          Operation.write("$withdraw-consent", "Patient", new Parameters(), Who::isPatientSide),
          Operation.write("$withdraw-consent", "Consent", new Parameters(), Who::isPatientSide),
          // Whoever reaches the patient is not neutral.
          Operation.write(
              "$confirm-free-choice",
              "Consent",
              TestCalls.with(new Parameters(), "free", new BooleanType(true)),
              who -> false),
          new Operation(
              "$evaluate-ai-use",
              "Patient",
              true,
              (type, id, owner) ->
                  Ask.get("Consent/$evaluate-ai-use?patient=" + id + "&purpose=ai-training"),
              who -> who != Who.GRANULAR_APP),
          Operation.read("$teach-back", "Patient", "?purpose=ai-training", who -> true),
          Operation.read(
              "$ai-transparency", "Patient", "?_count=50", who -> who != Who.GRANULAR_APP),
          Operation.read(
              "$ai-transparency", "DocumentReference", "", who -> who != Who.GRANULAR_APP));

  private final Map<Owner, Map<String, String>> ids = new LinkedHashMap<>();

  /** What operations are called on, by type: a document that an AI wrote, a Consent on AI. */
  private final Map<Owner, Map<String, String>> targets = new LinkedHashMap<>();

  private final AtomicInteger cells = new AtomicInteger();

  @BeforeAll
  void twoRecordsOfEveryType() {
    writeHousehold();
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (Owner owner : Owner.values()) {
      Patient patient = new Patient();
      patient.setId(owner.id);
      patient.addName().setFamily(owner.word);
      TestRecords.put(people, patient);
    }
    for (String id :
        List.of(
            "matrix-adas-doctor",
            "matrix-bobs-doctor",
            "matrix-cids-doctor",
            "matrix-foreign-doctor")) {
      Practitioner practitioner = new Practitioner();
      practitioner.setId(id);
      practitioner.addName().setFamily("Matrix");
      TestRecords.put(people, practitioner);
    }
    RelatedPerson son =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/matrix-ada"));
    son.setId("matrix-adas-son");
    TestRecords.put(people, son);
    Organization other = new Organization().setActive(true).setName("Other Clinic");
    other.setId("other-clinic");
    TestRecords.put(people, other);
    PractitionerRole role = new PractitionerRole().setActive(true);
    role.setId("matrix-foreign-role");
    role.setPractitioner(new Reference("Practitioner/matrix-foreign-doctor"));
    role.setOrganization(new Reference("Organization/other-clinic"));
    TestRecords.put(people, role);
    TestRecords.put(people, TestRecords.careTeam(Owner.ADA.id, "matrix-foreign-doctor"));
    scribe().post("", people).ok(Bundle.class);
    record(Owner.ADA, "matrix-adas-doctor");
    record(Owner.BOB, "matrix-bobs-doctor");
    record(Owner.CID, "matrix-cids-doctor");
    decide(Owner.ADA, TestCalls.permit("ai-decision-use"));
    decide(Owner.BOB, TestCalls.deny("ai-training"));
    for (Owner owner : Owner.EACH) {
      String consent = decide(owner, TestCalls.permit("ai-documentation"));
      DocumentReference note = TestRecords.plainNote(owner.id);
      note.setDescription(owner.word);
      String document =
          scribe()
              .post("DocumentReference", note)
              .ok(DocumentReference.class)
              .getIdElement()
              .getIdPart();
      targets.put(
          owner, Map.of("Patient", owner.id, "Consent", consent, "DocumentReference", document));
    }
    decide(Owner.ADA, TestCalls.deny("ai-sharing"));
    self(Owner.BOB)
        .post(
            "Consent/" + targets.get(Owner.BOB).get("Consent") + "/$withdraw-consent",
            new Parameters())
        .ok(Parameters.class);
    decide(
        Owner.CID,
        TestCalls.with(
            TestCalls.with(
                new Parameters(),
                "consent",
                ConsentRecords.deidentified(Owner.CID.id, "ai-training")),
            "teachBack",
            TestCalls.answers(5)));
    scribe()
        .post(
            "Observation", new TestResources(Owner.ADA.id, VITAL_SIGNS).observation("vital-signs"))
        .ok(Resource.class);
  }

  private Api self(Owner owner) {
    return Api.as(server(), owner.id, SECRET, "patient/*.cruds");
  }

  /** Logical id of the first Consent. */
  private String decide(Owner owner, Parameters decision) {
    return self(owner)
        .post("Patient/" + owner.id + "/$decide-ai-use", decision)
        .ok(Parameters.class)
        .getParameter("return")
        .getResource()
        .getIdElement()
        .getIdPart();
  }

  private Api as(Who who, String scopes) {
    return who.client == null
        ? anonymous()
        : Api.as(server(), who.client, who.client.startsWith("demo") ? "demo" : SECRET, scopes);
  }

  private void record(Owner owner, String practitioner) {
    Map<String, String> stored = new LinkedHashMap<>();
    stored.put("Patient", owner.id);
    new TestResources(owner.id, owner.word)
        .all(practitioner)
        .forEach(
            (type, resource) -> {
              Api.Answer answer = scribe().post(type, resource);
              assertThat(answer.status()).as(type + " " + answer.body()).isEqualTo(201);
              stored.put(
                  type,
                  answer
                      .header("Location")
                      .orElseThrow()
                      .replaceFirst(".*/" + type + "/([^/]+)/_history/.*", "$1"));
            });
    ids.put(owner, stored);
    Set<String> directory =
        Set.of("Location", "Medication", "Organization", "Practitioner", "PractitionerRole");
    List<String> expected =
        ServedTypes.RECORDS.stream().filter(type -> !directory.contains(type)).toList();
    assertThat(stored.keySet()).as("types with a record").containsAll(expected);
  }

  private Stream<Arguments> callersAndDoors() {
    return Arrays.stream(Who.values())
        .flatMap(
            who ->
                Stream.concat(
                        DOORS.stream(), who.isClinician() ? Stream.empty() : Stream.of(BREAK_GLASS))
                    .map(door -> Arguments.of(who, door)));
  }

  /**
   * One call, and what access events it must leave.
   *
   * @param name of the door or operation
   */
  private record Cell(
      String call,
      Who who,
      String name,
      Owner owner,
      String type,
      String id,
      Ask ask,
      Api.Answer answer) {

    static String newCall() {
      return UUID.randomUUID().toString();
    }

    @Override
    public String toString() {
      return who
          + ", "
          + name
          + ": "
          + ask.method()
          + " "
          + ask.path()
          + " of "
          + owner
          + " -> "
          + answer.status();
    }

    String key() {
      return type + "/" + id;
    }

    boolean isBundle() {
      return ask.path().isEmpty();
    }

    /** Whether the question itself names the resource, or the patient, as an address does. */
    boolean isAddressed() {
      return ask.path().matches("(Patient/" + owner.id + "|" + type + "/" + id + ")([/?].*)?");
    }

    boolean isNamed() {
      return (ask.path() + ask.body()).contains(owner.id) || isAddressed() || isBundle();
    }
  }

  private static final Map<String, String> DOOR_OF =
      Map.ofEntries(
          Map.entry("read", "READ"),
          Map.entry("vread", "VREAD"),
          Map.entry("history", "HISTORY"),
          Map.entry("search", "SEARCH"),
          Map.entry("search by id", "SEARCH"),
          Map.entry("search by patient", "SEARCH"),
          Map.entry("search by POST", "SEARCH"),
          Map.entry("count", "SEARCH"),
          Map.entry("page of another's search", "PAGE"),
          Map.entry("_include", "SEARCH"),
          Map.entry("chain", "SEARCH"),
          Map.entry("patch", "PATCH"),
          Map.entry("update", "UPDATE"),
          Map.entry("delete", "DELETE"),
          Map.entry("conditional delete", "DELETE"),
          Map.entry("$everything", "OPERATION"),
          Map.entry("$attach-explanation", "OPERATION"),
          Map.entry("$attach-consent", "OPERATION"),
          Map.entry("$validate", "OPERATION"));

  /** The audit matrix: what is wrong with the access events that these calls left. */
  private List<String> unaudited(List<Cell> called, long before) {
    Map<String, List<Row>> told = new AccessRows(jdbc).after(before);
    List<String> problems = new ArrayList<>();
    for (Cell cell : called) {
      List<Row> rows = told.getOrDefault(cell.call(), List.of());
      problem(cell, rows)
          .forEach(one -> problems.add("access events: " + one + ": " + cell + rows));
    }
    return problems;
  }

  private List<String> problem(Cell cell, List<Row> rows) {
    List<String> problems = new ArrayList<>();
    if (cell.who() == Who.NOBODY) {
      if (!rows.isEmpty()) {
        problems.add("of a call without a token");
      }
      return problems;
    }
    if (rows.isEmpty()) {
      problems.add("none");
    }
    List<String> patients = rows.stream().map(Row::patient).toList();
    if (new HashSet<>(patients).size() != rows.size()) {
      problems.add("more than one for a patient");
    }
    if (patients.size() > 1 && patients.contains(null)) {
      problems.add("one for nobody besides");
    }
    boolean isRefused = cell.answer().status() >= 400;
    for (Row row : rows) {
      boolean isAgent =
          cell.who().client.equals(row.client())
              && Objects.equals(cell.who().person(), row.person())
              && (!cell.who().isAi() || TestRecords.SCRIBE_DEVICE.equals(row.device()))
              && "127.0.0.1".equals(row.address());
      if (!isAgent) {
        problems.add("wrong agent");
      }
      int status = cell.answer().status();
      if (!(cell.isBundle() && !isRefused)
          && row.status() != status
          // What is told when it commits knows no answer yet.
          && !(row.status() == 0 && !isRefused)) {
        problems.add("wrong status");
      }
      if (cell.isBundle()
          && !isRefused
          && row.status() != 0
          && !cell.answer().body().contains("\"status\":\"" + row.status())) {
        problems.add("wrong status of the entry");
      }
      // A decision about consent tells by its outcome what was decided.
      boolean isVerdict = row.door().equals("CONSENT_DECISION");
      if (!isVerdict && row.outcome() != (row.status() >= 400 ? 4 : 0)) {
        problems.add("wrong outcome");
      }
      String door = DOOR_OF.get(cell.name());
      if (door != null && !door.equals(row.door())) {
        problems.add("wrong door");
      }
      if (row.outcome() == 0
          && row.patient() != null
          && cell.who().owners.stream().anyMatch(owner -> owner.id.equals(row.patient()))
          && !row.entities().isEmpty()
          && !cell.who().ground(row.patient()).equals(row.ground())) {
        problems.add("wrong ground");
      }
      for (Owner other : Owner.EACH) {
        if (!other.id.equals(row.patient())) {
          ids.get(other).values().stream()
              .filter(one -> one.length() > 20 && row.patient() != null)
              .filter(one -> (row.entities() + String.valueOf(row.query())).contains(one))
              .filter(one -> !one.equals(cell.id()) || row.entities().toString().contains(one))
              .forEach(one -> problems.add(row.patient() + " is told of what is " + other + "'s"));
        }
      }
    }
    if (isRefused && cell.isAddressed() && !patients.equals(List.of(cell.owner().id))) {
      problems.add("not told to whose it is");
    }
    if (cell.who().isPatientSide() || cell.who() == Who.GRANULAR_APP) {
      patients.stream()
          .filter(Objects::nonNull)
          .filter(one -> cell.who().owners.stream().noneMatch(owner -> owner.id.equals(one)))
          .filter(one -> !(one.equals(cell.owner().id) && cell.isNamed()))
          .forEach(one -> problems.add("told to " + one));
    }
    boolean isShown =
        cell.answer().status() == 200
            && !cell.type().equals("Patient")
            && withoutQuestion(cell.answer().body())
                .replaceAll("\\s", "")
                .contains("\"id\":\"" + cell.id() + "\"");
    if (isShown
        && rows.stream()
            .filter(row -> cell.owner().id.equals(row.patient()))
            .flatMap(row -> row.entities().stream())
            .noneMatch(
                one ->
                    one.startsWith(cell.key() + "/_history/")
                        // A mask hides the version too.
                        || (cell.owner() == Owner.CID && one.equals(cell.key())))) {
      problems.add("what was shown is not named");
    }
    return problems;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("callersAndDoors")
  void door_whenAnybodyAsks_thenNothingForeignAndAllThatIsDueAndToldToThePatient(
      Who who, Door door) {
    Api api = as(who, who.scopes);
    List<String> problems = new ArrayList<>();
    List<Cell> called = new ArrayList<>();
    long before = new AccessRows(jdbc).last();
    for (Owner owner : Owner.EACH) {
      ids.get(owner)
          .forEach(
              (type, id) -> {
                if (Kind.WRITES.contains(door.kind())
                    && (who == Who.SCRIBE || who.sees(owner, type))
                    && who.mayWrite()) {
                  return;
                }
                cells.incrementAndGet();
                Ask ask = door.asking().of(type, id, owner);
                String call = Cell.newCall();
                Api.Answer answer = ask.by(api, call);
                called.add(new Cell(call, who, door.name(), owner, type, id, ask, answer));
                problem(who, door, owner, type, id, ask, answer)
                    .forEach(
                        problem ->
                            problems.add(
                                problem
                                    + ": "
                                    + ask.method()
                                    + " "
                                    + ask.path()
                                    + " of "
                                    + owner
                                    + " -> "
                                    + answer.status()
                                    + " "
                                    + shortened(answer.body())));
              });
    }
    problems.addAll(unaudited(called, before));
    assertThat(problems).isEmpty();
  }

  /** Whose document is hidden, and from whom. */
  private enum Hidden {
    /** Bob no longer permits that an AI writes about him, and nobody is responsible. */
    PARKED(
        Owner.BOB,
        "Parkedword",
        Who.SCRIBE,
        Who.READING_SERVICE,
        Who.BOBS_DOCTOR,
        Who.ADA,
        Who.ADAS_DOCTOR,
        Who.ADAS_FOREIGN_DOCTOR,
        Who.PERMITTED_AI,
        Who.WITHDRAWN_AI),
    /** Ada does not permit that it is shared; other-clinic is another organisation. */
    NOT_SHARED(
        Owner.ADA, "Unsharedword", Who.OTHER_CLINIC, Who.ADAS_FOREIGN_DOCTOR, Who.REFUSED_AI);

    private final Owner owner;
    private final String word;
    private final List<Who> from;

    Hidden(Owner owner, String word, Who... from) {
      this.owner = owner;
      this.word = word;
      this.from = List.of(from);
    }
  }

  @ParameterizedTest
  @EnumSource(Hidden.class)
  void door_whenConsentHidesADocument_thenNoDoorTellsOfItOrOfWhatHangsOnIt(Hidden hidden) {
    Bundle note = TestRecords.noteWithProvenance(hidden.owner.id);
    ((DocumentReference) note.getEntry().get(0).getResource()).setDescription(hidden.word);
    Map<String, String> written = new LinkedHashMap<>();
    scribe().post("", note).ok(Bundle.class).getEntry().stream()
        .map(entry -> new IdType(entry.getResponse().getLocation()))
        .forEach(id -> written.put(id.getResourceType(), id.getIdPart()));
    List<String> problems = new ArrayList<>();
    List<Cell> called = new ArrayList<>();
    long told = new AccessRows(jdbc).last();
    for (Who who : hidden.from) {
      Api api = as(who, who.scopes);
      for (Door door : DOORS) {
        written.forEach(
            (type, id) -> {
              cells.incrementAndGet();
              Ask ask = door.asking().of(type, id, hidden.owner);
              String call = Cell.newCall();
              Api.Answer answer = ask.by(api, call);
              called.add(new Cell(call, who, door.name(), hidden.owner, type, id, ask, answer));
              String at = who + ", " + door + ", " + type + " -> " + answer.status() + " ";
              if (withoutQuestion(answer.body()).contains(hidden.word)
                  || (!(ask.path() + ask.body()).contains(id) && answer.body().contains(id))) {
                problems.add(at + shortened(answer.body()));
              }
              if (answer.status() >= 500
                  || (door.kind() == Kind.ONE && answer.status() != 404)
                  || (door.kind() == Kind.CHANGES_ONE && answer.status() < 400)
                  || (door.name().equals("search by id")
                      && answer.status() == 200
                      && !answer.body().contains("\"total\":0"))) {
                problems.add(at + "status or total");
              }
            });
      }
    }
    problems.addAll(unaudited(called, told));
    assertThat(problems).isEmpty();
    written.forEach(
        (type, id) ->
            assertThat(self(hidden.owner).get(type + "/" + id).header("ETag").orElse(""))
                .as("as it was: " + type)
                .contains("\"1\""));
  }

  @Test
  void door_whenAnAiMaySeeDeidentifiedDataAlone_thenNoDoorShowsTheOriginal() {
    Api ai = Api.as(server(), Who.REFUSED_AI.client, SECRET, "system/*.cruds");
    List<String> problems = new ArrayList<>();
    List<Cell> called = new ArrayList<>();
    long told = new AccessRows(jdbc).last();
    AtomicInteger shown = new AtomicInteger();
    String inBinary =
        Base64.getEncoder().encodeToString(Owner.CID.word.getBytes(StandardCharsets.UTF_8));
    for (Door door : DOORS) {
      ids.get(Owner.CID)
          .forEach(
              (type, id) -> {
                cells.incrementAndGet();
                Ask ask = door.asking().of(type, id, Owner.CID);
                String call = Cell.newCall();
                Api.Answer answer = ask.by(ai, call);
                called.add(
                    new Cell(call, Who.REFUSED_AI, door.name(), Owner.CID, type, id, ask, answer));
                String at = door + ", " + type + " -> " + answer.status() + " ";
                String said = withoutQuestion(answer.body());
                if (answer.status() == 200
                    && (said.contains(Owner.CID.word) || said.contains(inBinary))) {
                  problems.add(at + shortened(answer.body()));
                }
                boolean isRead = door.name().equals("read");
                if (isRead && answer.status() == 200) {
                  shown.incrementAndGet();
                }
                if (answer.status() >= 500
                    || (isRead && answer.status() != 404 && !answer.body().contains("REDACTED"))
                    || (door.kind() == Kind.ONE && !isRead && answer.status() != 404)
                    || (door.kind() == Kind.CHANGES_ONE && answer.status() < 400)) {
                  problems.add(at + "status or mark");
                }
              });
    }
    problems.addAll(unaudited(called, told));
    assertThat(problems).isEmpty();
    assertThat(shown.get()).as("types of which something is left").isPositive();
    ids.get(Owner.CID)
        .forEach(
            (type, id) ->
                assertThat(self(Owner.CID).get(type + "/" + id).header("ETag").orElse(""))
                    .as("as it was: " + type)
                    .contains("\"1\""));
  }

  private static Stream<Arguments> callersAndOperations() {
    return Arrays.stream(Who.values())
        .flatMap(who -> OPERATIONS.stream().map(operation -> Arguments.of(who, operation)));
  }

  /** Whoever does not reach what an operation is called on cannot tell that it is there. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("callersAndOperations")
  void operation_whenAnybodyCalls_thenNothingForeignAndAllThatIsDueAndToldToThePatient(
      Who who, Operation operation) {
    Api api = as(who, who.isAi() ? "system/*.cruds" : who.scopes);
    List<String> problems = new ArrayList<>();
    List<Cell> called = new ArrayList<>();
    long told = new AccessRows(jdbc).last();
    for (Owner owner : Owner.EACH) {
      String id = targets.get(owner).get(operation.type());
      boolean isReached =
          operation.type().equals("DocumentReference")
              ? who.seesAiDocument(owner)
              : who.sees(owner, operation.type());
      boolean may = isReached && operation.may().test(who);
      if (may && !operation.isRead()) {
        continue;
      }
      cells.incrementAndGet();
      Ask ask = operation.asking().of(operation.type(), id, owner);
      Map<String, Long> before = operation.isRead() ? Map.of() : rowCounts();
      String call = Cell.newCall();
      Api.Answer answer = ask.by(api, call);
      called.add(new Cell(call, who, operation.name(), owner, operation.type(), id, ask, answer));
      String at = ask.path() + " -> " + answer.status() + " " + shortened(answer.body()) + ": ";
      if (who == Who.NOBODY) {
        if (answer.status() != 401) {
          problems.add(at + "not 401");
        }
        continue;
      }
      if (isReached && answer.status() != (may ? 200 : 403)) {
        problems.add(at + "not " + (may ? 200 : 403));
      }
      if (!isReached) {
        Api.Answer nothing = ask.aboutNothing(id).by(api);
        if (answer.status() != nothing.status()
            || !answer.body().replace(id, NOTHING).equals(nothing.body())) {
          problems.add(at + "told apart from nothing: " + shortened(nothing.body()));
        }
        if (answer.status() != 403 && answer.status() != 404) {
          problems.add(at + "not refused");
        }
      }
      if (!operation.isRead() && !rowCounts().equals(before)) {
        problems.add(at + "written");
      }
      for (Owner other : Owner.EACH) {
        String document = targets.get(other).get("DocumentReference");
        if (!who.owners.contains(other) && answer.body().contains(other.word)) {
          problems.add(at + "a word of " + other);
        }
        if (!who.seesAiDocument(other)
            && !ask.path().contains(document)
            && answer.body().contains(document)) {
          problems.add(at + "the document of " + other);
        }
      }
    }
    problems.addAll(unaudited(called, told));
    assertThat(problems).isEmpty();
  }

  private static String shortened(String text) {
    return text.length() <= 400 ? text : text.substring(0, 400) + "...";
  }

  private List<String> problem(
      Who who, Door door, Owner owner, String type, String id, Ask ask, Api.Answer answer) {
    List<String> problems = new ArrayList<>();
    String all = answer.body() + answer.response().headers().map();
    for (Owner other : Owner.EACH) {
      if (!who.owners.contains(other)) {
        // The self link and a refusal may repeat the question.
        if (answer.status() == 200 && withoutQuestion(all).contains(other.word)) {
          problems.add("a word of " + other);
        }
        ids.get(other).values().stream()
            .filter(one -> one.length() > 20 && !(ask.path() + ask.body()).contains(one))
            .filter(all::contains)
            .findFirst()
            .ifPresent(one -> problems.add("id " + one + " of " + other));
      }
    }
    if (who == Who.GRANULAR_APP && all.contains(VITAL_SIGNS)) {
      problems.add("what the query of the scope leaves out");
    }
    if (answer.status() >= 500) {
      problems.add("failed");
    }
    if (who == Who.NOBODY && answer.status() != 401) {
      problems.add("not 401");
    }
    if (who == Who.NOBODY) {
      return problems;
    }
    boolean due = who.sees(owner, type);
    switch (door.kind()) {
      case ONE -> {
        boolean scoped = who != Who.GRANULAR_APP || who.sees(Owner.ADA, type);
        int expected = due ? 200 : scoped ? 404 : 403;
        if (answer.status() != expected) {
          problems.add("not " + expected);
        }
        if (due && !answer.body().contains(id)) {
          problems.add("not shown");
        }
      }
      case FINDS -> {
        boolean found =
            due
                && (!NEVER_FOUND.contains(type)
                    || (who.isService() && door.name().equals("search")));
        if (found && !answer.body().contains(id)) {
          problems.add("not found");
        }
        if (!due && answer.status() == 200 && answer.body().contains("/" + id + "\"")) {
          problems.add("found");
        }
      }
      case CLOSED -> {
        boolean closed =
            answer.status() >= 400
                || (ask.path().isEmpty() && answer.body().contains("\"status\":\"4"));
        if (!closed) {
          problems.add("open");
        }
      }
      case CHANGES, CHANGES_ONE, ON_DOCUMENTS, SIGNS -> {
        if (answer.status() < 400) {
          problems.add("done");
        }
        boolean signs = door.kind() == Kind.SIGNS;
        boolean unknown =
            (signs || door.kind() == Kind.ON_DOCUMENTS) && !type.equals("DocumentReference");
        // Of what is out of a clinician's reach, not even that patients alone sign it is told.
        boolean mayNotSign = signs && (who.isService() || (who.isClinician() && due));
        int refused = unknown ? 400 : who.scopes.endsWith(".cruds") && !mayNotSign ? 404 : 403;
        if (door.kind() != Kind.CHANGES && answer.status() != refused) {
          problems.add("not " + refused);
        }
        long version = version(type, id);
        if (version != 1 && !type.equals("Patient")) {
          problems.add("changed to version " + version);
        }
      }
      case TELLS_NOTHING -> {
        boolean named = ask.path().contains(id) || ask.path().contains("=" + owner.id);
        if (!due && named && answer.status() == 200 && answer.body().contains("\"total\":1")) {
          problems.add("counted");
        }
      }
    }
    return problems;
  }

  /** The current version in the record; a deletion is one too. */
  private long version(String type, String id) {
    return jdbc.queryForObject(
        "select res_ver from hfj_resource where res_type = ? and fhir_id = ?",
        Long.class,
        type,
        id);
  }

  private static String withoutQuestion(String text) {
    return text.replaceAll("\"url\":\\s*\"[^\"]*\"", "");
  }

  @AfterAll
  void thousandsOfCellsAndAllAsItWas() {
    assertThat(cells.get()).isGreaterThan(10_000);
    for (Owner owner : Owner.EACH) {
      ids.get(owner)
          .forEach(
              (type, id) -> {
                if (!type.equals("Patient")) {
                  assertThat(scribe().get(type + "/" + id).header("ETag").orElse(""))
                      .as("as it was: " + type + " of " + owner)
                      .contains("\"1\"");
                }
              });
    }
  }
}
