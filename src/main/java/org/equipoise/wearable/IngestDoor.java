package org.equipoise.wearable;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipException;
import org.equipoise.fhir.BackgroundOperation;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.RequestCaller;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;

/** Judges a call, and receives what it brings into the database, where any node can read it. */
class IngestDoor {

  private static final Set<String> OF_ANY_REQUEST = Set.of("_format", "_pretty");
  private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

  private final BackgroundOperation background;
  private final RequestCaller callers;
  private final IngestStore store;
  private final IngestWorker worker;
  private final FhirContext context;
  private final WearableSettings settings;

  IngestDoor(
      BackgroundOperation background,
      RequestCaller callers,
      IngestStore store,
      IngestWorker worker,
      FhirContext context,
      WearableSettings settings) {
    this.background = background;
    this.callers = callers;
    this.store = store;
    this.worker = worker;
    this.context = context;
    this.settings = settings;
  }

  /**
   * An upload that was taken.
   *
   * @param id under which it is worked on
   * @param replayed whether it was here before, by the same {@code requestId}
   */
  record Taken(String id, boolean replayed) {}

  /**
   * Takes one upload.
   *
   * @param telling keeps that it came; before anything is done with it
   */
  Taken receive(IdType patient, ServletRequestDetails request, Runnable telling)
      throws IOException {
    HttpServletRequest http = request.getServletRequest();
    Caller caller = callers.of(request).orElseThrow();
    requirePatientsOwn(caller);
    requireAsynchronous(http);
    // Whether a repeatable call was here before is known by its file alone.
    requireWithinReach(patient, caller, parameter(request, "requestId") != null);
    try {
      return receive(patient, caller, request, http, telling);
    } catch (ZipException | EOFException e) {
      throw Refusal.invalid(null, "The body is no whole gzip or ZIP file");
    }
  }

  private Taken receive(
      IdType patient,
      Caller caller,
      ServletRequestDetails request,
      HttpServletRequest http,
      Runnable telling)
      throws IOException {
    for (String name : request.getParameters().keySet()) {
      if (!OF_ANY_REQUEST.contains(name)) {
        Upload.requireKnown(name, name);
      }
    }
    Upload upload =
        Upload.of(
            context,
            http.getContentType(),
            parameter(request, "format"),
            parameter(request, "source"),
            parameter(request, "requestId"),
            http.getInputStream(),
            settings.maxUpload().toBytes());
    Optional<IngestStore.Earlier> earlier = earlier(patient, caller, upload);
    if (earlier.isPresent()) {
      String hash = upload.receive((number, content) -> {});
      if (!hash.equals(earlier.get().hash())) {
        throw Refusal.conflict(
            "requestId",
            "requestId '" + upload.requestId() + "' was used before with another file");
      }
      return new Taken(earlier.get().id(), true);
    }
    String id = begin(patient, caller, http.getLocale(), upload);
    boolean isWhole = false;
    try {
      String hash =
          upload.receive(
              new Upload.Parts() {
                @Override
                public void take(int number, byte[] content) {
                  store.part(id, number, content);
                }

                @Override
                public void alive() {
                  store.alive(id);
                }
              });
      telling.run();
      if (!store.received(id, hash)) {
        throw Refusal.forbidden("What the app was allowed was taken back while it sent this");
      }
      isWhole = true;
    } finally {
      if (!isWhole) {
        store.forget(id);
      }
    }
    worker.wake();
    return new Taken(id, false);
  }

  private static String parameter(ServletRequestDetails request, String name) {
    String[] values = request.getParameters().get(name);
    if (values != null && values.length > 1) {
      throw Refusal.invalid(name, name + " may be given once");
    }
    return values == null ? null : values[0];
  }

  /** FHIR R4, 3.1.6.4 Asynchronous Request Patterns. */
  private static void requireAsynchronous(HttpServletRequest http) {
    boolean isAsked =
        Collections.list(http.getHeaders("Prefer")).stream()
            .flatMap(header -> Arrays.stream(header.split("[,;]")))
            .anyMatch(preference -> preference.strip().equalsIgnoreCase("respond-async"));
    if (!isAsked) {
      throw Refusal.required(
          null, "Send the header Prefer: respond-async, since reading the data takes its time");
    }
  }

  private static void requirePatientsOwn(Caller caller) {
    if (caller.isAi()) {
      throw Refusal.forbidden("An AI does not hand in a patient's data");
    }
    if (!caller.isPatientSide() && !caller.isService()) {
      throw Refusal.forbidden(
          "Wearable data is handed in by the patient, by who speaks for them, or by a service of theirs");
    }
  }

  /** Before the body is touched. */
  private void requireWithinReach(IdType patient, Caller caller, boolean isRepeatable) {
    background.run(
        caller,
        "Patient",
        IngestWearableProvider.NAME,
        transaction -> {
          transaction.read(Patient.class, patient.toUnqualifiedVersionless());
          if (!isRepeatable) {
            requireFree(patient);
          }
          return null;
        });
  }

  private void requireFree(IdType patient) {
    if (store.underWay(patient.getIdPart()) >= settings.perPatient()) {
      throw Refusal.throttled(
          "An upload for this patient is under way: wait for its end", TRY_AGAIN);
    }
  }

  /** Found by nobody but who may see the patient. */
  private Optional<IngestStore.Earlier> earlier(IdType patient, Caller caller, Upload upload) {
    return upload.requestId() == null
        ? Optional.empty()
        : background.run(
            caller,
            "Patient",
            IngestWearableProvider.NAME,
            transaction -> {
              transaction.read(Patient.class, patient.toUnqualifiedVersionless());
              return store.earlier(patient.getIdPart(), caller.clientId(), upload.requestId());
            });
  }

  /** Two calls at once wait for each other, so that they count each other. */
  private String begin(IdType patient, Caller caller, Locale language, Upload upload) {
    return background.run(
        caller,
        "Patient",
        IngestWearableProvider.NAME,
        transaction -> {
          transaction.read(Patient.class, patient.toUnqualifiedVersionless());
          transaction.lock("wearables:" + patient.getIdPart());
          requireFree(patient);
          return store.receive(patient.getIdPart(), caller, language, upload);
        });
  }
}
