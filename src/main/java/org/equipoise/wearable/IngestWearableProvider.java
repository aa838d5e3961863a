package org.equipoise.wearable;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ManualAnswers;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.Refusal;
import org.equipoise.wearable.Ingest.State;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;

/**
 * {@code Patient/[id]/$ingest-wearable} and what belongs to it: taking in wearable data in bulk by
 * FHIR's asynchronous pattern. See {@code docs/wearables.md}.
 */
public final class IngestWearableProvider implements OperationProvider {

  static final String NAME = "ingest-wearable";
  static final String STATUS = "ingest-wearable-status";
  static final String REPORT = "ingest-wearable-report";

  private static final String JSON = "application/fhir+json;charset=UTF-8";
  private static final int PAGE = 500;
  private static final String RETRY_SECONDS = "2";

  private final RecordOperation operation;
  private final IngestDoor door;
  private final IngestStore store;
  private final FhirContext context;
  private final ManualAnswers answers;

  IngestWearableProvider(
      RecordOperation operation,
      IngestDoor door,
      IngestStore store,
      FhirContext context,
      ManualAnswers answers) {
    this.operation = operation;
    this.door = door;
    this.store = store;
    this.context = context;
    this.answers = answers;
  }

  /** Takes the body in and answers 202 with the address of the status. */
  @Operation(
      name = "$" + NAME,
      typeName = "Patient",
      manualRequest = true,
      manualResponse = true,
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + NAME)
  public void ingest(@IdParam IdType patient, ServletRequestDetails request) throws IOException {
    IngestDoor.Taken upload =
        door.receive(
            patient, request, () -> answers.begin(request, HttpServletResponse.SC_ACCEPTED));
    HttpServletResponse response = request.getServletResponse();
    response.setHeader("Content-Location", address(request, patient, STATUS, upload.id()));
    answer(request, HttpServletResponse.SC_ACCEPTED, IngestAnswer.taken(upload.replayed()));
  }

  /** Tells how far an upload is (202), or what came of it (200); DELETE gives it up. */
  @Operation(
      name = "$" + STATUS,
      typeName = "Patient",
      manualResponse = true,
      idempotent = true,
      deleteEnabled = true,
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + STATUS)
  public void status(@IdParam IdType patient, ServletRequestDetails request) throws IOException {
    Ingest ingest = find(patient, request);
    HttpServletResponse response = request.getServletResponse();
    if ("DELETE".equals(request.getServletRequest().getMethod())) {
      // First: what cannot be told does not happen.
      answers.begin(request, HttpServletResponse.SC_ACCEPTED);
      store.forget(ingest.id());
      answer(
          request,
          HttpServletResponse.SC_ACCEPTED,
          IngestAnswer.inWords(
              "The upload is given up. What was written before stands in the record"));
    } else if (ingest.state() == State.DONE || ingest.state() == State.STOPPED) {
      answer(
          request,
          HttpServletResponse.SC_OK,
          IngestAnswer.of(
              ingest,
              store.tallies(ingest.id()),
              store.refusals(ingest.id(), 0, IngestAnswer.MOST_ISSUES),
              store.stopped(ingest),
              address(request, patient, REPORT, ingest.id())));
    } else if (ingest.state() == State.FAILED) {
      answer(
          request, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, IngestAnswer.failed(ingest.id()));
    } else {
      String progress = IngestAnswer.progress(ingest, store.waitingBuckets(ingest.id()));
      response.setHeader("X-Progress", progress);
      response.setHeader("Retry-After", RETRY_SECONDS);
      answer(request, HttpServletResponse.SC_ACCEPTED, IngestAnswer.inWords(progress));
    }
  }

  /** Every refusal as an OperationOutcome of its own, one a line. */
  @Operation(
      name = "$" + REPORT,
      typeName = "Patient",
      manualResponse = true,
      idempotent = true,
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + REPORT)
  public void report(@IdParam IdType patient, ServletRequestDetails request) throws IOException {
    Ingest ingest = find(patient, request);
    HttpServletResponse response = request.getServletResponse();
    answers.begin(request, HttpServletResponse.SC_OK);
    response.setContentType("application/fhir+ndjson;charset=UTF-8");
    Writer writer = response.getWriter();
    int from = 0;
    List<Ingest.Refusal> page;
    do {
      page = store.refusals(ingest.id(), from, PAGE);
      for (Ingest.Refusal refusal : page) {
        writer.write(context.newJsonParser().encodeResourceToString(IngestAnswer.of(refusal)));
        writer.write('\n');
      }
      from += page.size();
    } while (page.size() == PAGE);
    writer.flush();
  }

  /** 404 for whoever may not see the patient, and for uploads of others, too. */
  private Ingest find(IdType patient, ServletRequestDetails request) {
    String[] given = request.getParameters().get("job");
    if (given == null || given.length != 1 || !given[0].matches("[0-9a-f-]{36}")) {
      throw Refusal.required("job", "Say which upload: job, as in the Content-Location");
    }
    return operation.look(
        request,
        transaction -> {
          transaction.read(Patient.class, patient.toUnqualifiedVersionless());
          return store
              .find(given[0])
              .filter(ingest -> ingest.patientId().equals(patient.getIdPart()))
              .filter(
                  ingest ->
                      transaction.caller().isPatientSide()
                          || (transaction.caller().isService()
                              && ingest
                                  .caller()
                                  .clientId()
                                  .equals(transaction.caller().clientId())))
              .orElseThrow(() -> new ResourceNotFoundException("This upload is not known"));
        });
  }

  private static String address(
      RequestDetails request, IdType patient, String operation, String upload) {
    return String.format(
        Locale.ROOT,
        "%s/Patient/%s/$%s?job=%s",
        request.getFhirServerBase(),
        patient.getIdPart(),
        operation,
        upload);
  }

  private void answer(ServletRequestDetails request, int status, IBaseResource body)
      throws IOException {
    answers.begin(request, status);
    HttpServletResponse response = request.getServletResponse();
    response.setStatus(status);
    response.setContentType(JSON);
    response
        .getOutputStream()
        .write(
            context.newJsonParser().encodeResourceToString(body).getBytes(StandardCharsets.UTF_8));
  }
}
