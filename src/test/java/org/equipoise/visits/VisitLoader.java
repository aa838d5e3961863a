package org.equipoise.visits;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.StringType;

/**
 * Loads the recorded visits into a running server over REST as the people and machines of a clinic
 * would: a scribe writes patients and transcripts; each patient permits that AIs write about them;
 * the scribe writes AI notes and their Provenance and has each note explained in English and
 * Spanish; each patient then says yes or no to each. Needs the clients of {@link VisitClients}. A
 * second run adds nothing that is there.
 */
public final class VisitLoader {

  private static final int PARALLEL = 2;
  private static final String QUESTIONNAIRE = "Questionnaire/teach-back";

  private final RestClient rest;
  private final List<Visit> visits;
  private final Consumer<String> progress;
  private final AtomicInteger alreadyThere = new AtomicInteger();

  /**
   * @param server base address without {@code /fhir}, e.g. {@code http://127.0.0.1:8080}
   * @param secret of all clients
   * @param progress gets a line for each visit
   */
  public VisitLoader(
      FhirContext context,
      URI server,
      List<Visit> visits,
      String secret,
      Consumer<String> progress) {
    this.rest = new RestClient(context, server, secret);
    this.visits = visits;
    this.progress = progress;
  }

  /** Loads all visits and tells what came of it; a refusal ends its note, not the run. */
  public LoadReport load() throws InterruptedException {
    long start = System.nanoTime();
    Optional<Bundle> models =
        rest.post(
            "models", "models and cards", asScribe(), "", VisitResources.models(), Bundle.class);
    Optional<Questionnaire> teachBack =
        rest.get("questionnaire", QUESTIONNAIRE, asScribe(), QUESTIONNAIRE, Questionnaire.class);
    if (models.isPresent() && teachBack.isPresent()) {
      inParallel(teachBack.get());
    }
    return rest.report(alreadyThere.get(), (System.nanoTime() - start) / 1e9);
  }

  private void inParallel(Questionnaire teachBack) throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(PARALLEL);
    try {
      AtomicInteger done = new AtomicInteger();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < visits.size(); i++) {
        int index = i;
        all.add(
            workers.submit(
                () -> {
                  load(visits.get(index), VisitConsent.of(index), teachBack);
                  progress.accept(
                      "%d of %d visits".formatted(done.incrementAndGet(), visits.size()));
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("The loader itself failed", e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private void load(Visit visit, VisitConsent consent, Questionnaire teachBack) {
    if (rest.post("visit", visit.id(), asScribe(), "", VisitResources.visit(visit), Bundle.class)
        .isEmpty()) {
      return;
    }
    if (rest.post(
            "decide-ai-use",
            visit.id(),
            as(visit),
            VisitResources.patientOf(visit).getReference() + "/$decide-ai-use",
            VisitConsent.PERMIT_UNDERSTOOD.inGeneral(
                "ai-documentation", visit, teachBack, LocalDate.now(ZoneOffset.UTC)),
            Parameters.class)
        .isEmpty()) {
      return;
    }
    for (String key : visit.aiNotes().keySet()) {
      NoteModel model = NoteModel.of(key);
      String subject = visit.id() + " by " + key;
      note(visit, model, subject)
          .ifPresent(
              note -> {
                rest.post(
                        "attach-explanation",
                        subject,
                        asScribe(),
                        note + "/$attach-explanation",
                        explanation(visit, model),
                        Parameters.class)
                    .ifPresent(answer -> rest.read(subject, answer));
                Parameters call =
                    consent.parameters(visit, model, teachBack, LocalDate.now(ZoneOffset.UTC));
                rest.post(
                        "attach-consent",
                        subject,
                        as(visit),
                        note + "/$attach-consent",
                        call,
                        Parameters.class)
                    .ifPresent(
                        answer ->
                            rest.decided(
                                subject,
                                answer.getParameterBool("effective"),
                                consent.isEffective()));
              });
    }
  }

  /**
   * Stores a note unless it is there, and returns {@code DocumentReference/[id]}. A create that was
   * sent again after a lost answer would double the note, so each attempt looks first.
   */
  private Optional<String> note(Visit visit, NoteModel model, String subject) {
    for (int attempt = 1; ; attempt++) {
      Optional<Bundle> found = find(VisitResources.noteIdentifier(visit, model), subject);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      if (found.get().hasEntry()) {
        alreadyThere.addAndGet(attempt == 1 ? 1 : 0);
        return Optional.of(versionless(found.get().getEntryFirstRep().getResource().getId()));
      }
      RestClient.Answer<Bundle> answer =
          rest.postOnce(
              "note",
              subject,
              asScribe(),
              "",
              VisitResources.note(visit, model, Instant.now()),
              Bundle.class);
      if (answer.body().isPresent()) {
        return Optional.of(
            versionless(answer.body().get().getEntryFirstRep().getResponse().getLocation()));
      }
      if (!rest.mayRetry(answer.status(), attempt)) {
        return Optional.empty();
      }
    }
  }

  private Optional<Bundle> find(Identifier identifier, String subject) {
    String query =
        "DocumentReference?identifier="
            + URLEncoder.encode(
                identifier.getSystem() + "|" + identifier.getValue(), StandardCharsets.UTF_8);
    return rest.get("find", subject, asScribe(), query, Bundle.class);
  }

  private static String versionless(String id) {
    return new IdType(id).toUnqualifiedVersionless().getValue();
  }

  private static Parameters explanation(Visit visit, NoteModel model) {
    Parameters call = new Parameters();
    call.addParameter()
        .setName("requestId")
        .setValue(new StringType("%s-%s-explanation".formatted(visit.id(), model.slug())));
    call.addParameter().setName("generate").setValue(new BooleanType(true));
    call.addParameter().setName("language").setValue(new CodeType("en"));
    call.addParameter().setName("language").setValue(new CodeType("es"));
    return call;
  }

  private static RestClient.Client asScribe() {
    return new RestClient.Client(VisitClients.SCRIBE, VisitClients.SCRIBE_SCOPES);
  }

  private static RestClient.Client as(Visit visit) {
    return new RestClient.Client(VisitClients.patient(visit), VisitClients.PATIENT_SCOPES);
  }

  /**
   * Arguments: base address of the server, data folder, secret. Exit status 1 where anything
   * failed.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException(
          "Arguments: <server, e.g. http://127.0.0.1:8080> <data folder> <secret>");
    }
    List<Visit> visits = Visit.readAll(Path.of(arguments[1]));
    LoadReport report =
        new VisitLoader(
                FhirR4.context(),
                URI.create(arguments[0]),
                visits,
                arguments[2],
                System.out::println)
            .load();
    System.out.println(report.print());
    System.exit(report.failures().isEmpty() ? 0 : 1);
  }
}
