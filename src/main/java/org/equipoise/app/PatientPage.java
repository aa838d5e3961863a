package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.security.access.CareRelation;
import org.equipoise.security.authorization.PendingAuthorization;
import org.equipoise.security.authorization.PendingAuthorizations;
import org.equipoise.security.user.UserPersons;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * {@code /patient}: for whom an app is used. Somebody who stands for others picks among them; a
 * clinician looks for one of their patients.
 */
@Controller
class PatientPage {

  private static final int PAGE = 20;

  /** No list of patients is read so far; who has more looks for a name. */
  private static final int LAST_PAGE = 500;

  /** What somebody may look for; the index of names takes no more than a few hundred. */
  private static final int LONGEST_NAME = 100;

  private static final Set<String> GENDERS = Set.of("female", "male", "other", "unknown");

  private final PendingAuthorizations pending;
  private final CareRelation care;
  private final UserPersons persons;
  private final People people;
  private final PageAccesses accesses;
  private final PageWords pageWords;

  PatientPage(
      PendingAuthorizations pending,
      CareRelation care,
      UserPersons persons,
      People people,
      PageAccesses accesses,
      PageWords pageWords) {
    this.pending = pending;
    this.care = care;
    this.persons = persons;
    this.people = people;
    this.accesses = accesses;
    this.pageWords = pageWords;
  }

  /** One person to choose, in words. */
  record Choice(String person, String patient, String name, String about) {}

  @GetMapping("/patient")
  String choose(
      @RequestParam String state,
      @RequestParam(defaultValue = "") String name,
      @RequestParam(defaultValue = "1") int page,
      Principal user,
      HttpServletRequest request,
      HttpServletResponse response,
      Locale locale,
      Model model) {
    Optional<PendingAuthorization> found = pending.find(state, user.getName());
    if (found.isEmpty()) {
      return ProblemPage.noSuchRequest(response, model);
    }
    PendingAuthorization asked = found.get();
    String wanted = name.strip();
    int current = Math.max(1, Math.min(page, LAST_PAGE));
    PageAccesses.Shown told =
        accesses.shown(
            current == 1 ? Door.SEARCH : Door.PAGE,
            wanted.isEmpty() ? AccessEvent.CHOOSE_PATIENT : AccessEvent.FIND_PATIENT,
            "patient?" + (wanted.isEmpty() ? "" : "name=&") + "page=" + current,
            request);
    Words words = pageWords.in(locale);
    model.addAttribute("state", state);
    model.addAttribute("app", asked.clientName());
    model.addAttribute(
        "choices", asked.choices().stream().map(choice -> choice(choice, words, told)).toList());
    clinician(asked, user.getName())
        .ifPresent(clinician -> search(clinician, wanted, current, words, told, response, model));
    told.keep();
    return "app/patient";
  }

  private Choice choice(PendingAuthorization.Choice choice, Words words, PageAccesses.Shown told) {
    told.add(
        choice.person(),
        choice.patient(),
        "Patient".equals(choice.person().getResourceType()) ? Ground.OWN : Ground.REPRESENTATIVE,
        List.of("Patient/" + choice.patient()));
    String patient =
        people
            .find(new IdType("Patient", choice.patient()))
            .map(People.Person::name)
            .orElseGet(() -> words.say("patient.nameless"));
    String relation =
        "Patient".equals(choice.person().getResourceType())
            ? "self"
            : people
                .find(choice.person())
                .map(person -> Relationship.of(person.relationships()))
                .orElse(Relationship.UNKNOWN)
                .key();
    return new Choice(
        choice.person().toUnqualifiedVersionless().getValue(),
        choice.patient(),
        patient,
        words.say("patient.relation." + relation));
  }

  /** The clinician as whom the user looks for a patient; empty for everybody else. */
  private Optional<IdType> clinician(PendingAuthorization asked, String userId) {
    IdType known = asked.context().person();
    return (known != null ? List.of(known) : persons.personsOf(userId))
        .stream().filter(person -> "Practitioner".equals(person.getResourceType())).findFirst();
  }

  private void search(
      IdType clinician,
      String name,
      int page,
      Words words,
      PageAccesses.Shown told,
      HttpServletResponse response,
      Model model) {
    model.addAttribute("clinician", clinician.toUnqualifiedVersionless().getValue());
    model.addAttribute("longest", LONGEST_NAME);
    boolean tooLong = name.length() > LONGEST_NAME;
    model.addAttribute("tooLong", tooLong);
    if (tooLong) {
      response.setStatus(HttpStatus.BAD_REQUEST.value());
      model.addAttribute("name", "");
      model.addAttribute("page", 1);
      model.addAttribute("hasNext", false);
      model.addAttribute("patients", List.of());
      return;
    }
    List<CareRelation.Entry> found =
        care.patientsOf(clinician.getIdPart(), name, (page - 1) * PAGE, PAGE + 1);
    List<CareRelation.Entry> shown = found.stream().limit(PAGE).toList();
    tell(clinician, shown, told);
    model.addAttribute("name", name);
    model.addAttribute("page", page);
    model.addAttribute("hasNext", found.size() > PAGE && page < LAST_PAGE);
    model.addAttribute("patients", shown.stream().map(entry -> row(entry, words)).toList());
  }

  private void tell(IdType clinician, List<CareRelation.Entry> shown, PageAccesses.Shown told) {
    Map<String, Ground> grounds =
        care.grounds(clinician.getIdPart(), shown.stream().map(CareRelation.Entry::id).toList());
    for (CareRelation.Entry entry : shown) {
      told.add(
          clinician,
          entry.id(),
          grounds.getOrDefault(entry.id(), Ground.NONE),
          List.of("Patient/" + entry.id()));
    }
    if (shown.isEmpty()) {
      told.add(clinician, null, Ground.NONE, List.of());
    }
  }

  /** One line of the list, in words; empty where the record does not say. */
  record Row(String id, String name, String birthDate, String gender, String number) {}

  private static Row row(CareRelation.Entry entry, Words words) {
    return new Row(
        entry.id(),
        entry.name() == null || entry.name().isBlank()
            ? words.say("patient.nameless")
            : entry.name(),
        entry.birthDate() == null ? "" : words.recordDate(entry.birthDate()),
        entry.gender() != null && GENDERS.contains(entry.gender())
            ? words.say("patient.gender." + entry.gender())
            : "",
        entry.identifier() == null ? "" : entry.identifier());
  }

  @PostMapping("/patient")
  String chosen(
      @RequestParam String state,
      @RequestParam String person,
      @RequestParam String patient,
      Principal user,
      HttpServletResponse response,
      Model model) {
    if (!pending.choose(state, user.getName(), new IdType(person), patient)) {
      return ProblemPage.noSuchRequest(response, model);
    }
    return Redirect.to("/consent", state);
  }
}
