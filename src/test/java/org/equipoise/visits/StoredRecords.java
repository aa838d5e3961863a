package org.equipoise.visits;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** Reads back over REST everything that a run of the loader stored, and judges it. */
public final class StoredRecords {

  /** The types that the loader and the two operations write. */
  public static final List<String> TYPES =
      List.of(
          "Consent",
          "Device",
          "DocumentReference",
          "Encounter",
          "Observation",
          "Organization",
          "Patient",
          "Practitioner",
          "Provenance",
          "QuestionnaireResponse");

  /** Far above what the loader stores; a server whose pages never end is reported. */
  private static final int MOST_PAGES = 100;

  private final RestClient rest;

  /**
   * @param server base address without {@code /fhir}
   * @param secret of {@link VisitClients#READER}
   */
  public StoredRecords(FhirContext context, URI server, String secret) {
    this.rest = new RestClient(context, server, secret);
  }

  /**
   * All of one type, page by page.
   *
   * @throws IllegalStateException where a page cannot be had
   */
  public List<Resource> all(String type) {
    List<Resource> found = new ArrayList<>();
    Optional<String> next = Optional.of(type + "?_count=500");
    for (int page = 0; next.isPresent(); page++) {
      Optional<Bundle> answer =
          page == MOST_PAGES
              ? Optional.empty()
              : rest.get(
                  "read back",
                  type,
                  new RestClient.Client(VisitClients.READER, VisitClients.READER_SCOPES),
                  next.get(),
                  Bundle.class);
      Bundle bundle =
          answer.orElseThrow(
              () ->
                  new IllegalStateException(
                      "Cannot read back all of " + type + ": " + rest.report(0, 0).failures()));
      bundle.getEntry().forEach(entry -> found.add(entry.getResource()));
      next =
          Optional.ofNullable(bundle.getLink(Bundle.LINK_NEXT))
              .map(
                  link ->
                      link.getUrl().substring(link.getUrl().indexOf("/fhir/") + "/fhir/".length()));
    }
    return found;
  }

  /**
   * Validates what the server stored against R4 and the profile of its kind.
   *
   * @param accepted ids of messages that may come as a warning
   * @return a line for each message that is an error or is not accepted; empty where all is well
   */
  public static List<String> problems(List<Resource> records, Set<String> accepted) {
    return records.stream()
        .flatMap(
            record ->
                RecordValidation.shared().validate(record).getMessages().stream()
                    .filter(message -> message.getSeverity() != ResultSeverityEnum.INFORMATION)
                    .filter(
                        message ->
                            message.getSeverity() != ResultSeverityEnum.WARNING
                                || !accepted.contains(message.getMessageId()))
                    .map(
                        message ->
                            "%s %s %s %s: %s"
                                .formatted(
                                    record.getIdElement().toUnqualifiedVersionless().getValue(),
                                    message.getSeverity(),
                                    message.getMessageId(),
                                    message.getLocationString(),
                                    message.getMessage())))
        .toList();
  }

  /** Arguments: base address of the server, secret. Prints counts and problems. */
  public static void main(String[] arguments) {
    if (arguments.length != 2) {
      throw new IllegalArgumentException(
          "Arguments: <server, e.g. http://127.0.0.1:8080> <secret>");
    }
    StoredRecords stored =
        new StoredRecords(FhirR4.context(), URI.create(arguments[0]), arguments[1]);
    List<Resource> records = TYPES.stream().flatMap(type -> stored.all(type).stream()).toList();
    Map<String, Long> byType =
        records.stream()
            .collect(
                Collectors.groupingBy(Resource::fhirType, TreeMap::new, Collectors.counting()));
    System.out.println(byType);
    List<String> problems = problems(records, Set.of());
    Map<String, Long> byMessage =
        problems.stream()
            .collect(
                Collectors.groupingBy(
                    problem ->
                        problem.replaceFirst("^\\S+ (\\S+ \\S+ \\S+?)(\\[\\d+])?:.*(?s).*", "$1"),
                    TreeMap::new,
                    Collectors.counting()));
    byMessage.forEach((message, times) -> System.out.println(times + " x " + message));
    problems.stream()
        .filter(problem -> !problem.contains(" WARNING "))
        .forEach(System.out::println);
    System.exit(problems.stream().allMatch(problem -> problem.contains(" WARNING ")) ? 0 : 1);
  }
}
