package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.SentByPatients;
import org.equipoise.fhir.SentByPatients.Sent;
import org.equipoise.security.access.CareRelation;
import org.equipoise.security.user.UserPersons;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * {@code /waiting}: what patients sent and nobody looked at. A clinician sees those whom they care
 * for, the longest waiting first; a patient, or who stands for one, sees what waits and what
 * somebody looked at.
 */
@Controller
class WaitingPage {

  /** Patients of a clinician on a page. */
  private static final int PAGE = 50;

  /** Things of one patient on the page. */
  private static final int MOST_THINGS = 20;

  private final SentByPatients sent;
  private final CareRelation care;
  private final ConsentEnforcement consents;
  private final PageAccesses accesses;
  private final UserPersons persons;
  private final People people;
  private final PageWords pageWords;

  WaitingPage(
      SentByPatients sent,
      CareRelation care,
      ConsentEnforcement consents,
      PageAccesses accesses,
      UserPersons persons,
      People people,
      PageWords pageWords) {
    this.sent = sent;
    this.care = care;
    this.consents = consents;
    this.accesses = accesses;
    this.persons = persons;
    this.people = people;
    this.pageWords = pageWords;
  }

  /**
   * What is told of one patient.
   *
   * @param name of the patient; null for one's own
   * @param summary how much waits, and for how long, in words
   * @param waiting one line each
   * @param looked one line each; of clinicians' patients none
   */
  record Patient(String name, String summary, List<Line> waiting, List<Line> looked) {}

  /**
   * One thing.
   *
   * @param what it is
   * @param state how long it has waited, or who looked when and what they say of it
   * @param note what they say to the patient; null where they say nothing
   */
  record Line(String what, String state, String note) {}

  @GetMapping("/waiting")
  String list(
      @RequestParam(defaultValue = "1") int page,
      Principal user,
      HttpServletRequest request,
      Locale locale,
      Model model) {
    int current = Math.max(1, page);
    Words words = pageWords.in(locale);
    List<Patient> own = new ArrayList<>();
    List<Patient> patients = new ArrayList<>();
    // As by $waiting.
    PageAccesses.Shown told = accesses.shown(Door.OPERATION, "waiting", null, request);
    boolean isClinician = false;
    boolean hasNext = false;
    for (IdType person : persons.personsOf(user.getName())) {
      if ("Practitioner".equals(person.getResourceType())) {
        isClinician = true;
        Map<String, Instant> since = sent.waitingSince(care.patientsOf(person.getIdPart()));
        hasNext |= since.size() > (long) current * PAGE;
        Sight sight = consents.sight(caller(user, person));
        since.keySet().stream()
            .skip((current - 1L) * PAGE)
            .limit(PAGE)
            .forEach(
                patient -> {
                  List<Sent> shown = shown(sent.waiting(patient, MOST_THINGS), patient, sight);
                  if (!shown.isEmpty()) {
                    patients.add(ofClinician(patient, shown, words));
                    told.add(person, patient, Ground.CARE, references(shown));
                  }
                });
      } else {
        people
            .standsFor(person)
            .ifPresent(
                patient -> {
                  boolean isOwn = "Patient".equals(person.getResourceType());
                  List<Sent> waiting = sent.waiting(patient, MOST_THINGS);
                  List<Sent> looked = sent.looked(patient, MOST_THINGS);
                  own.add(own(isOwn ? null : nameOf(patient, words), waiting, looked, words));
                  List<Sent> all = new ArrayList<>(waiting);
                  all.addAll(looked);
                  told.add(
                      person, patient, isOwn ? Ground.OWN : Ground.REPRESENTATIVE, references(all));
                });
      }
    }
    told.keep();
    model.addAttribute("own", own);
    model.addAttribute("clinician", isClinician);
    model.addAttribute("patients", patients);
    model.addAttribute("page", current);
    model.addAttribute("hasNext", hasNext);
    return "app/waiting";
  }

  private static Caller caller(Principal user, IdType person) {
    return new Caller("pages", user.getName(), person, null, Set.of());
  }

  private static List<Sent> shown(List<Sent> all, String patient, Sight sight) {
    sight.foresee(all.stream().map(Sent::reference).toList());
    return all.stream()
        .filter(one -> sight.view(one.reference(), Set.of(patient), false) == View.SHOWN)
        .toList();
  }

  private static List<String> references(List<Sent> touched) {
    return touched.stream().map(Sent::reference).toList();
  }

  // ---- in words

  private Patient ofClinician(String patient, List<Sent> waiting, Words words) {
    return new Patient(
        nameOf(patient, words),
        summary(waiting, "waiting.of-clinician", words),
        waiting.stream().map(one -> waits(one, words)).toList(),
        List.of());
  }

  private Patient own(String name, List<Sent> waiting, List<Sent> looked, Words words) {
    return new Patient(
        name,
        waiting.isEmpty()
            ? words.say("waiting.none")
            : summary(waiting, "waiting.of-patient", words),
        waiting.stream().map(one -> waits(one, words)).toList(),
        looked.stream().map(one -> looked(one, words)).toList());
  }

  private String summary(List<Sent> waiting, String key, Words words) {
    String number =
        waiting.size() >= MOST_THINGS
            ? words.say("waiting.many", MOST_THINGS)
            : words.say("waiting.number", waiting.size());
    return words.say(key, number, duration(waiting.get(0), words));
  }

  private static String duration(Sent one, Words words) {
    Duration waited = Duration.between(one.since(), words.now());
    return words.duration(waited.isNegative() ? Duration.ZERO : waited);
  }

  private static Line waits(Sent one, Words words) {
    return new Line(what(one, words), words.say("waiting.since", duration(one, words)), null);
  }

  private Line looked(Sent one, Words words) {
    String name =
        Optional.ofNullable(one.by())
            .flatMap(by -> people.find(new IdType(by)))
            .map(People.Person::name)
            .orElseGet(() -> words.say("waiting.somebody"));
    return new Line(
        what(one, words),
        words.say("waiting.looked." + one.status(), name, words.day(one.when())),
        one.note());
  }

  private static String what(Sent one, Words words) {
    return one.words() == null
        ? words.say(
            one.reference().startsWith("Observation/") ? "waiting.measurement" : "waiting.document")
        : one.words();
  }

  private String nameOf(String patient, Words words) {
    return people
        .find(new IdType("Patient", patient))
        .map(People.Person::name)
        .orElseGet(() -> words.say("patient.nameless"));
  }
}
