package org.equipoise.app;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.AccessReport;
import org.equipoise.fhir.AccessReports;
import org.equipoise.security.authorization.PendingAuthorization.Choice;
import org.equipoise.security.authorization.PendingAuthorizations;
import org.equipoise.security.user.UserPersons;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * {@code /access-report}: who looked at the record of the user, or of somebody for whom they act. A
 * privacy officer opens it for any patient. That it was opened, or asked for in vain, is an access
 * event itself, kept before the page is shown.
 */
@Controller
class AccessReportPage {

  /** As whom the page came to the record: no OAuth client. */
  private static final String OWN_PAGES = "equipoise";

  /** Accesses on a page: what is alike goes together, so that it stays short. */
  private static final int PAGE = 200;

  /** Times to choose from, in days. */
  private static final List<Integer> DAYS = List.of(7, 30, 90, 365);

  private static final String OWN_RECORD = "accesses.title";
  private static final String OF_A_PATIENT = "accesses.link.other";

  private static final int USUAL_DAYS = 90;
  private static final int ALL = 0;

  private final AccessReports reports;
  private final AccessLog log;
  private final PendingAuthorizations acting;
  private final UserPersons persons;
  private final People people;
  private final PageWords pageWords;

  AccessReportPage(
      AccessReports reports,
      AccessLog log,
      PendingAuthorizations acting,
      UserPersons persons,
      People people,
      PageWords pageWords) {
    this.reports = reports;
    this.log = log;
    this.acting = acting;
    this.persons = persons;
    this.people = people;
    this.pageWords = pageWords;
  }

  /** One record that the user may choose. */
  record Record(String patient, String name, boolean isOwn) {}

  /** One time that the user may choose. */
  record Time(int days, String words) {}

  /** As whom the user opens a record. */
  private record Reader(IdType person, Ground ground) {}

  @GetMapping("/access-report")
  String show(
      @RequestParam(required = false) String patient,
      @RequestParam(required = false) String days,
      @RequestParam(required = false) String page,
      Principal user,
      HttpServletRequest request,
      HttpServletResponse response,
      Locale locale,
      Model model) {
    Words words = pageWords.in(locale);
    List<Choice> choices = acting.choices(user.getName());
    Optional<IdType> officer = officer(user.getName());
    int span = days(days);
    model.addAttribute("officer", officer.isPresent());
    model.addAttribute("tab", officer.isPresent() ? OF_A_PATIENT : OWN_RECORD);
    model.addAttribute("days", span);
    model.addAttribute(
        "times",
        Stream.concat(DAYS.stream(), Stream.of(ALL)).map(one -> time(one, words)).toList());
    model.addAttribute("records", choices.stream().map(one -> choice(one, words)).toList());
    String chosen =
        patient != null && !patient.isBlank()
            ? patient.strip()
            : choices.isEmpty() ? null : choices.get(0).patient();
    model.addAttribute("patient", chosen);
    if (chosen == null) {
      return "app/access-report";
    }
    Optional<People.Person> found = isId(chosen) ? find(chosen) : Optional.empty();
    Optional<Reader> reader =
        choices.stream()
            .filter(choice -> choice.patient().equals(chosen))
            .findFirst()
            .map(choice -> reader(choice))
            .or(() -> officer.map(person -> new Reader(person, Ground.OVERSIGHT)));
    if (found.isEmpty() || reader.isEmpty()) {
      if (found.isPresent()) {
        keep(chosen, stranger(user.getName()), Outcome.REFUSED, 404, request);
      }
      return ProblemPage.show(response, model, HttpStatus.NOT_FOUND, "problem.not-found");
    }
    // First that it was read, then what there is to read: none without the other.
    keep(chosen, reader.get(), Outcome.SUCCESS, 200, request);
    model.addAttribute("tab", title(reader.get().ground()));
    model.addAttribute(
        "name",
        reader.get().ground() == Ground.OWN
            ? null
            : Optional.ofNullable(found.get().name())
                .orElseGet(() -> words.say("patient.nameless")));
    ZoneId zone = reports.zoneOf(chosen);
    try {
      model.addAttribute(
          "report",
          reports.tell(
              new AccessReport.Question(
                  chosen,
                  span == ALL
                      ? AccessReport.BEGINNING
                      : LocalDate.ofInstant(words.now(), zone)
                          .minusDays(span)
                          .atStartOfDay(zone)
                          .toInstant(),
                  null,
                  null,
                  true,
                  locale,
                  page,
                  PAGE)));
    } catch (InvalidRequestException e) {
      return ProblemPage.show(response, model, HttpStatus.NOT_FOUND, "problem.not-found");
    }
    return "app/access-report";
  }

  /** Whose report it is, without a name: the title of a page is seen by others, and kept. */
  private static String title(Ground ground) {
    return switch (ground) {
      case OWN -> OWN_RECORD;
      case REPRESENTATIVE -> "accesses.title.represented";
      default -> OF_A_PATIENT;
    };
  }

  /** Anything else is the usual time. */
  private static int days(String text) {
    return Stream.concat(DAYS.stream(), Stream.of(ALL))
        .filter(one -> String.valueOf(one).equals(text))
        .findFirst()
        .orElse(USUAL_DAYS);
  }

  private static Time time(int days, Words words) {
    return new Time(
        days,
        days == ALL
            ? words.say("accesses.time.all")
            : words.say("accesses.time", words.duration(java.time.Duration.ofDays(days))));
  }

  private Record choice(Choice choice, Words words) {
    return new Record(
        choice.patient(),
        find(choice.patient())
            .map(People.Person::name)
            .orElseGet(() -> words.say("patient.nameless")),
        isOwn(choice));
  }

  private static boolean isOwn(Choice choice) {
    return "Patient".equals(choice.person().getResourceType());
  }

  private static boolean isId(String text) {
    return text.matches("[A-Za-z0-9.-]{1,64}");
  }

  private Optional<People.Person> find(String patient) {
    return people.find(new IdType("Patient", patient));
  }

  private static Reader reader(Choice choice) {
    return new Reader(choice.person(), isOwn(choice) ? Ground.OWN : Ground.REPRESENTATIVE);
  }

  /** As whom the user works as a privacy officer; empty for everybody else. */
  private Optional<IdType> officer(String userId) {
    return persons.personsOf(userId).stream()
        .filter(person -> persons.isPrivacyOfficer(userId, person))
        .findFirst();
  }

  private Reader stranger(String userId) {
    return new Reader(persons.personsOf(userId).stream().findFirst().orElse(null), Ground.NONE);
  }

  private void keep(
      String patient, Reader reader, Outcome outcome, int status, HttpServletRequest request) {
    log.keep(
        List.of(
            new AccessEvent(
                UUID.randomUUID().toString(),
                Door.OPERATION,
                "access-report",
                outcome,
                status,
                new Agent(
                    OWN_PAGES,
                    reader.person() == null
                        ? null
                        : reader.person().toUnqualifiedVersionless().getValue(),
                    null,
                    null,
                    null,
                    reader.ground(),
                    request.getRemoteAddr()),
                patient,
                List.of("Patient/" + patient),
                0,
                null,
                null,
                null)));
  }
}
