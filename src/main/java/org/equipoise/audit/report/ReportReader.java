package org.equipoise.audit.report;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.equipoise.audit.PatientAccesses;
import org.equipoise.audit.PatientAccesses.Counts;
import org.equipoise.audit.PatientAccesses.Wanted;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.report.Facts.Overview;
import org.equipoise.audit.report.Facts.Unusual;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessReport;
import org.equipoise.fhir.AccessReport.Question;
import org.equipoise.fhir.AccessReports;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.springframework.transaction.support.TransactionOperations;

/** Gathers what a page of a report is told from. What it holds does not grow with the events. */
final class ReportReader implements AccessReports {

  /** HL7's extension for the time zone of a person or address, a code of the IANA database. */
  private static final String TIME_ZONE = "http://hl7.org/fhir/StructureDefinition/timezone";

  /** Actors that a summary counts. */
  private static final int MOST_ACTORS = 2_000;

  /** No reference is this. */
  private static final String NOBODY = "-";

  private final PatientAccesses accesses;
  private final UnusualAccesses unusual;
  private final RecordedPeople people;
  private final RecordedThings things;
  private final DaoRegistry records;
  private final TransactionOperations transaction;
  private final Clock clock;

  ReportReader(
      PatientAccesses accesses,
      UnusualAccesses unusual,
      RecordedPeople people,
      RecordedThings things,
      DaoRegistry records,
      TransactionOperations transaction,
      Clock clock) {
    this.accesses = accesses;
    this.unusual = unusual;
    this.people = people;
    this.things = things;
    this.records = records;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * A page, with the events that it tells of.
   *
   * @param total how many events there are on all pages; -1 on later pages, and where they are too
   *     many to be counted
   */
  record Page(AccessReport report, List<StoredEvent> events, long total) {}

  @Override
  public AccessReport tell(Question question) {
    return page(question).report();
  }

  Page page(Question question) {
    Facts facts = transaction.execute(status -> facts(question));
    return new Page(
        new ReportTeller(facts).tell(),
        facts.events().stream().map(event -> withoutOthers(event, facts)).toList(),
        total(facts.overview(), question));
  }

  /** An event does not say which other patient, or who stands for one, it was. */
  private static StoredEvent withoutOthers(StoredEvent stored, Facts facts) {
    AccessEvent event = stored.event();
    Agent agent = event.agent();
    String person = agent.person();
    boolean isOfOthers =
        person != null
            && (person.startsWith("Patient/")
                ? !person.equals("Patient/" + facts.question().patient())
                : person.startsWith("RelatedPerson/")
                    && agent.ground() != Ground.REPRESENTATIVE
                    && facts.people().person(person).isEmpty());
    return isOfOthers ? stored.withoutAgent() : stored;
  }

  private static long total(Overview overview, Question question) {
    String self = "Patient/" + question.patient();
    return overview == null || overview.isCut()
        ? -1
        : overview.tallies().stream()
            .mapToLong(
                tally ->
                    tally.ground() == Ground.OWN || self.equals(tally.person())
                        ? tally.takenBack()
                        : tally.takenBack() + tally.looks())
            .sum();
  }

  private Facts facts(Question question) {
    Wanted wanted =
        new Wanted(
            question.patient(),
            question.from(),
            question.until(),
            isOfOthers(question) ? NOBODY : question.who(),
            question.includeAi());
    List<StoredEvent> read =
        accesses.page(wanted, PageMark.read(question.page()), question.count() + 1);
    List<StoredEvent> events = read.subList(0, Math.min(read.size(), question.count()));
    String next =
        read.size() > events.size() ? PageMark.after(events.get(events.size() - 1)) : null;
    ZoneId zone = zoneOf(question.patient());
    boolean isFirst = question.page() == null;
    UnusualAccesses.Found found =
        isFirst
            ? unusual.in(wanted, events)
            : new UnusualAccesses.Found(unusual.unusual(events), 0, null);
    List<StoredEvent> told =
        Stream.concat(events.stream(), found.told().stream().map(Unusual::event))
            .distinct()
            .toList();
    return new Facts(
        question,
        zone,
        clock.instant(),
        isFirst ? overview(wanted, zone, found) : null,
        events,
        found.told(),
        next,
        people.of(question.patient(), told),
        things.kinds(told),
        told.stream().anyMatch(event -> event.event().agent().ground() == Ground.BREAK_GLASS)
            ? things.emergencies(question.patient())
            : List.of());
  }

  /** What other patients, and who stands for them, did is told without saying who they are. */
  private boolean isOfOthers(Question question) {
    String who = question.who();
    return who != null
        && (who.startsWith("Patient/")
            ? !who.equals("Patient/" + question.patient())
            : who.startsWith("RelatedPerson/") && !people.standsFor(question.patient(), who));
  }

  private Overview overview(Wanted wanted, ZoneId zone, UnusualAccesses.Found found) {
    Timeline timeline =
        accesses
            .seen(wanted)
            .map(seen -> Timeline.over(seen.from(), seen.until(), zone))
            .orElse(null);
    Counts counts =
        accesses.count(wanted, timeline == null ? List.of() : timeline.spans(), MOST_ACTORS);
    return new Overview(
        counts.actors(), counts.isCut(), timeline, counts.spans(), found.inAll(), found.first());
  }

  @Override
  public ZoneId zoneOf(String patient) {
    return zoneOf(patient(patient));
  }

  /**
   * As the server reads it.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException 404 where there is none
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceGoneException 410 where it was deleted
   */
  Patient patient(String id) {
    return records
        .getResourceDao(Patient.class)
        .read(new IdType("Patient", id), new SystemRequestDetails());
  }

  static ZoneId zoneOf(Patient patient) {
    return Stream.concat(
            patient.getExtensionsByUrl(TIME_ZONE).stream(),
            patient.getAddress().stream()
                .filter(address -> address.getUse() != Address.AddressUse.OLD)
                .map(Element.class::cast)
                .flatMap(address -> address.getExtensionsByUrl(TIME_ZONE).stream()))
        .map(Extension::getValue)
        .filter(PrimitiveType.class::isInstance)
        .map(value -> ((PrimitiveType<?>) value).getValueAsString())
        .map(ReportReader::zone)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(ZoneOffset.UTC);
  }

  /** Null where there is no such zone. */
  private static ZoneId zone(String code) {
    try {
      return ZoneId.of(code);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
