package org.equipoise.consent.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;

/** What hangs on the document {@code note}, and what has done so from birth. */
class AiContentIndexTest {

  private static final Predicate<String> NOTHING_ELSE = key -> false;
  private static final Set<String> NOTE = Set.of("note");

  private JdbcTemplate jdbc;
  private TransactionTemplate transactions;
  private AiContentIndex index;

  @BeforeEach
  void emptyTables() {
    DriverManagerDataSource database =
        new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    new ResourceDatabasePopulator(
            new ClassPathResource("db/migration/V8__consent_enforcement.sql"),
            new ClassPathResource("db/migration/V12__consent_leftovers.sql"),
            new ClassPathResource("db/migration/V19__parked_since.sql"))
        .execute(database);
    transactions = new TransactionTemplate(new DataSourceTransactionManager(database));
    jdbc = new JdbcTemplate(database);
    index = new AiContentIndex(jdbc, "http://localhost:8080/fhir", "Observation/doctors"::equals);
    learnNew(document("note"), NOTHING_ELSE);
  }

  private void learnNew(Resource created, Predicate<String> isCreated) {
    index.learnNew(created, isCreated, Optional.empty());
  }

  private void learnChanged(Resource before, Resource stored, Predicate<String> isCreated) {
    index.learnChanged(before, stored, isCreated, Optional.empty());
  }

  private static DocumentReference document(String id) {
    DocumentReference document = new DocumentReference();
    document.setId("DocumentReference/" + id);
    document
        .getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    document.setSubject(new Reference("Patient/1"));
    return document;
  }

  private static Observation observation(String id, String... origins) {
    Observation observation = new Observation();
    observation.setId("Observation/" + id);
    for (String origin : origins) {
      observation.addDerivedFrom(new Reference(origin));
    }
    return observation;
  }

  private static Provenance story(String id, String target, String source) {
    Provenance story = new Provenance();
    story.setId("Provenance/" + id);
    story.addTarget(new Reference(target));
    story.addEntity().setRole(ProvenanceEntityRole.SOURCE).setWhat(new Reference(source));
    return story;
  }

  @Test
  void learnNew_whenItSaysItself_thenFromBirth() {
    learnNew(observation("a", "DocumentReference/note"), NOTHING_ELSE);
    learnNew(observation("b", "Observation/a"), NOTHING_ELSE);

    assertThat(index.ofTypeFromBirth("Observation", NOTE)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void learnNew_whenAStoryIsOfWhatStood_thenLateForThatAndWhatHangsOnIt() {
    learnNew(observation("a"), NOTHING_ELSE);
    learnNew(observation("b", "Observation/a"), NOTHING_ELSE);

    learnNew(story("s", "Observation/a", "DocumentReference/note"), NOTHING_ELSE);

    assertThat(index.ofType("Observation", NOTE)).containsExactlyInAnyOrder("a", "b");
    assertThat(index.ofTypeFromBirth("Observation", NOTE)).isEmpty();
    assertThat(index.ofTypeFromBirth("Provenance", NOTE)).containsExactly("s");
  }

  @Test
  void learnNew_whenTheStoryComesBeforeItsTargetInOneTransaction_thenFromBirth() {
    learnNew(story("s", "Observation/a", "DocumentReference/note"), "Observation/a"::equals);
    learnNew(observation("a"), NOTHING_ELSE);

    assertThat(index.ofTypeFromBirth("Observation", NOTE)).containsExactly("a");
  }

  @Test
  void learnNew_whenABinaryIsHeldByAnotherDocument_thenLate() {
    DocumentReference shown = document("shown");
    shown.addContent().getAttachment().setUrl("Binary/text");
    learnNew(shown, NOTHING_ELSE);
    DocumentReference later = document("later");
    later.addContent().getAttachment().setUrl("Binary/text");
    later.addContent().getAttachment().setUrl("Binary/own");
    learnNew(later, NOTHING_ELSE);

    assertThat(index.ofTypeFromBirth("Binary", Set.of("shown"))).containsExactly("text");
    assertThat(index.ofTypeFromBirth("Binary", Set.of("later"))).containsExactly("own");
    assertThat(index.ofType("Binary", Set.of("later"))).containsExactlyInAnyOrder("text", "own");
  }

  @Test
  void learnNew_whenSomethingElseHoldsTheBinary_thenLate() {
    DiagnosticReport shown = new DiagnosticReport();
    shown.setId("DiagnosticReport/shown");
    shown.addPresentedForm().setUrl("Binary/text");
    learnNew(shown, NOTHING_ELSE);
    DocumentReference later = document("later");
    later.addContent().getAttachment().setUrl("Binary/text");
    learnNew(later, NOTHING_ELSE);

    assertThat(index.ofType("Binary", Set.of("later"))).containsExactly("text");
    assertThat(index.ofTypeFromBirth("Binary", Set.of("later"))).isEmpty();
  }

  @Test
  void learnNew_whenItsOriginIsLinkedAtTheSameTime_thenHangsOnItTooInTheEnd() throws Exception {
    learnNew(observation("a"), NOTHING_ELSE);
    CountDownLatch learned = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> derives =
          other.submit(
              () ->
                  transactions.executeWithoutResult(
                      status -> {
                        learnNew(observation("b", "Observation/a"), NOTHING_ELSE);
                        learned.countDown();
                        await(started);
                        pause();
                      }));
      await(learned);
      transactions.executeWithoutResult(
          status -> {
            started.countDown();
            learnNew(story("s", "Observation/a", "DocumentReference/note"), NOTHING_ELSE);
          });
      derives.get();
    } finally {
      other.shutdownNow();
    }

    assertThat(index.ofType("Observation", NOTE)).containsExactlyInAnyOrder("a", "b");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Long enough for the other to run past, where nothing holds it up. */
  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void learnChanged_whenItIsSaidLater_thenLateAndStaysSo() {
    Observation silent = observation("a");
    Observation says = observation("a", "DocumentReference/note");
    learnNew(silent, NOTHING_ELSE);

    learnChanged(silent, says, NOTHING_ELSE);
    learnChanged(says, observation("a", "DocumentReference/note", "Observation/b"), NOTHING_ELSE);

    assertThat(index.ofType("Observation", NOTE)).containsExactly("a");
    assertThat(index.ofTypeFromBirth("Observation", NOTE)).isEmpty();
  }

  @Test
  void learnChanged_whenItWasSaidFromBirth_thenStaysSo() {
    Observation says = observation("a", "DocumentReference/note");
    learnNew(says, NOTHING_ELSE);

    learnChanged(says, observation("a", "DocumentReference/note", "Observation/b"), NOTHING_ELSE);

    assertThat(index.ofTypeFromBirth("Observation", NOTE)).containsExactly("a");
  }

  @Test
  void forget_whenTheOneWhoSaidItFromBirthIsGone_thenWhatWasSaidLateStays() {
    Provenance together = story("s", "Observation/a", "DocumentReference/note");
    learnNew(together, "Observation/a"::equals);
    learnNew(story("t", "Observation/a", "DocumentReference/note"), NOTHING_ELSE);

    index.forget(together);

    assertThat(index.ofType("Observation", NOTE)).containsExactly("a");
    assertThat(index.ofTypeFromBirth("Observation", NOTE)).isEmpty();
  }

  private void park(String client) {
    jdbc.update(
        "insert into eqp_parked (document_id, patient_id, client_id, task_id, state)"
            + " values ('note', '1', ?, 't', 'asked')",
        client);
  }

  private void tell(String target, Optional<String> service) {
    index.learnNew(
        story("s-" + target, "Observation/" + target, "DocumentReference/note"),
        NOTHING_ELSE,
        service);
  }

  @Test
  void learnNew_whenTheWriterIsNotKnownAnyMore_thenTakenForTheServicesThatSaysSoOfItsOwnNote() {
    park("scribe");
    for (String old : List.of("old", "others", "persons", "doctors")) {
      learnNew(observation(old), NOTHING_ELSE);
    }

    tell("old", Optional.of("scribe"));
    tell("others", Optional.of("another"));
    tell("persons", Optional.empty());
    tell("doctors", Optional.of("scribe"));

    assertThat(index.ofType("Observation", NOTE))
        .containsExactlyInAnyOrder("old", "others", "persons", "doctors");
    assertThat(index.ofTypeFromBirth("Observation", NOTE)).containsExactly("old");
  }

  @Test
  void learnNew_whenAPersonOrAnotherServiceWroteIt_thenNobodyHidesItByANoteOfTheirs() {
    park("scribe");
    Observation clinicians = observation("clinicians");
    Observation anothers = observation("anothers");
    for (Observation one : List.of(clinicians, anothers)) {
      one.setSubject(new Reference("Patient/1"));
      learnNew(one, NOTHING_ELSE);
    }
    index.learnWriter(Optional.empty(), List.of(clinicians));
    index.learnWriter(Optional.of("another"), List.of(anothers));

    tell("clinicians", Optional.of("scribe"));
    tell("anothers", Optional.of("scribe"));

    assertThat(index.ofTypeFromBirth("Observation", NOTE)).isEmpty();
  }

  @Test
  void learnNew_whenAPersonWroteBoth_thenWhatTheySayLaterHidesNothing() {
    Observation finding = observation("finding");
    finding.setSubject(new Reference("Patient/1"));
    learnNew(finding, NOTHING_ELSE);
    index.learnWriter(Optional.empty(), List.of(finding, document("note")));

    tell("finding", Optional.empty());

    assertThat(index.ofTypeFromBirth("Observation", NOTE)).isEmpty();
  }

  @Test
  void forget_whenWhatHungOnADocumentIsDeleted_thenItStillDoes() {
    Observation says = observation("a", "DocumentReference/note");
    learnNew(says, NOTHING_ELSE);

    index.forget(says);

    assertThat(index.ofTypeFromBirth("Observation", NOTE)).containsExactly("a");
  }

  @Test
  void rebuild_whenSomethingWasSaidLate_thenItStaysLate() {
    List<Resource> telling =
        List.of(
            story("s", "Observation/a", "DocumentReference/note"),
            observation("c", "DocumentReference/note"),
            document("note"));
    telling.subList(0, 2).forEach(one -> learnNew(one, NOTHING_ELSE));

    index.rebuild(telling.stream(), Set.of());

    assertThat(index.ofType("Observation", NOTE)).containsExactlyInAnyOrder("a", "c");
    assertThat(index.ofTypeFromBirth("Observation", NOTE)).containsExactly("c");
  }

  @Test
  void rebuild_whenSomethingWasDeleted_thenItHangsOnAsBefore() {
    Observation deleted = observation("a", "DocumentReference/note");
    learnNew(deleted, NOTHING_ELSE);
    learnNew(observation("b", "DocumentReference/note"), NOTHING_ELSE);
    index.forget(deleted);

    index.rebuild(Stream.of(document("note")), Set.of("Observation/a"));

    assertThat(index.ofTypeFromBirth("Observation", NOTE)).containsExactly("a");
  }
}
