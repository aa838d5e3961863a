package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.equipoise.app.ScopeWords.Whose;
import org.equipoise.security.authorization.AllowedApps;
import org.equipoise.security.user.UserPersons;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /apps}: which apps somebody has allowed, and the button that ends it. */
@Controller
class AppsPage {

  /** As whom somebody has a record of their own, or of whom they stand for. */
  private static final Set<String> OF_PATIENTS = Set.of("Patient", "RelatedPerson");

  private final AllowedApps apps;
  private final UserPersons persons;
  private final People people;
  private final PageWords pageWords;

  AppsPage(AllowedApps apps, UserPersons persons, People people, PageWords pageWords) {
    this.apps = apps;
    this.persons = persons;
    this.people = people;
    this.pageWords = pageWords;
  }

  /** One app, in words. */
  record App(String id, String name, List<Access> accesses) {}

  /** What it may do, in words. */
  record Access(String patient, List<String> lines, String since, String until, String lastUsed) {}

  /** Who types the address of the server alone is looking for this. */
  @GetMapping("/")
  String start() {
    return "redirect:/apps";
  }

  @GetMapping("/apps")
  String list(
      @RequestParam(required = false) String ended,
      @RequestParam(required = false) String password,
      Principal user,
      Locale locale,
      Model model) {
    Words words = pageWords.in(locale);
    List<IdType> own = persons.personsOf(user.getName());
    model.addAttribute("ended", ended != null);
    model.addAttribute("password", password != null);
    model.addAttribute(
        "ownRecord",
        own.stream().anyMatch(person -> OF_PATIENTS.contains(person.getResourceType())));
    model.addAttribute(
        "officer",
        own.stream().anyMatch(person -> persons.isPrivacyOfficer(user.getName(), person)));
    model.addAttribute(
        "apps",
        apps.of(user.getName()).stream()
            .map(
                app ->
                    new App(
                        app.id(),
                        app.name(),
                        app.accesses().stream().map(access -> access(access, own, words)).toList()))
            .toList());
    return "app/apps";
  }

  private Access access(AllowedApps.Access access, List<IdType> own, Words words) {
    boolean isOwn =
        own.stream()
            .anyMatch(
                person ->
                    "Patient".equals(person.getResourceType())
                        && person.getIdPart().equals(access.patient()));
    boolean isClinician =
        own.stream().anyMatch(person -> "Practitioner".equals(person.getResourceType()));
    String name =
        Optional.ofNullable(access.patient())
            .flatMap(id -> people.find(new IdType("Patient", id)))
            .map(People.Person::name)
            .orElseGet(() -> words.say("patient.nameless"));
    Whose whose =
        access.patient() == null
            ? isClinician ? Whose.OF_ALL : Whose.OWN
            : isOwn ? Whose.OWN : Whose.of(name);
    return new Access(
        access.patient() == null ? null : name,
        new ScopeWords(words, whose, isClinician).lines(access.scopes()),
        words.day(access.since()),
        words.day(access.until()),
        words.day(access.lastUsed()));
  }

  @PostMapping("/apps/end")
  String end(@RequestParam String app, Principal user, HttpServletRequest request) {
    apps.revoke(user.getName(), app, request.getRemoteAddr());
    return "redirect:/apps?ended";
  }
}
