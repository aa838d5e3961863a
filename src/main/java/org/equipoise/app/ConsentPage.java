package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.equipoise.app.ScopeWords.Whose;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.security.access.CareRelation;
import org.equipoise.security.authorization.PendingAuthorization;
import org.equipoise.security.authorization.PendingAuthorizations;
import org.equipoise.security.user.UserPersons;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * {@code /consent}: says who asks, about whom, for what and for how long, and lets the user take
 * away what they do not want. Its form goes to {@code /oauth2/authorize}, which checks it again.
 */
@Controller
class ConsentPage {

  private final PendingAuthorizations pending;
  private final UserPersons persons;
  private final People people;
  private final CareRelation care;
  private final PageAccesses accesses;
  private final RegisteredClientRepository clients;
  private final PageWords pageWords;

  ConsentPage(
      PendingAuthorizations pending,
      UserPersons persons,
      People people,
      CareRelation care,
      PageAccesses accesses,
      RegisteredClientRepository clients,
      PageWords pageWords) {
    this.pending = pending;
    this.persons = persons;
    this.people = people;
    this.care = care;
    this.accesses = accesses;
    this.clients = clients;
    this.pageWords = pageWords;
  }

  @GetMapping("/consent")
  String ask(
      @RequestParam String state,
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
    if (asked.needsPatient()) {
      return Redirect.to("/patient", state);
    }
    // The answer to the form is a redirect to the app, which browsers count among its targets.
    response.setHeader(
        PageSecurity.CONTENT_POLICY,
        PageSecurity.contentPolicy(
            FormTargets.of(clients.findByClientId(asked.clientId()).getRedirectUris())));
    model.addAttribute("asked", asked);
    if (asked.isApproved()) {
      return "app/approved";
    }
    IdType person =
        asked.context().person() != null
            ? asked.context().person()
            : persons.personsOf(user.getName()).stream().findFirst().orElse(new IdType());
    if (asked.context().patient() != null) {
      tell(person, asked.context().patient(), request);
    }
    describe(asked, person, pageWords.in(locale), model);
    return "app/consent";
  }

  /** The page shows who the patient is. */
  private void tell(IdType person, String patient, HttpServletRequest request) {
    PageAccesses.Shown told = accesses.shown(Door.READ, AccessEvent.ALLOW_APP, null, request);
    told.add(person, patient, ground(person, patient), List.of("Patient/" + patient));
    told.keep();
  }

  private Ground ground(IdType person, String patient) {
    return switch (person.getResourceType()) {
      case "Patient" -> Ground.OWN;
      case "Practitioner" -> care.ground(person.getIdPart(), patient).orElse(Ground.NONE);
      default -> Ground.REPRESENTATIVE;
    };
  }

  private void describe(PendingAuthorization asked, IdType person, Words words, Model model) {
    boolean isClinician = "Practitioner".equals(person.getResourceType());
    Optional<People.Person> patient =
        Optional.ofNullable(asked.context().patient())
            .flatMap(id -> people.find(new IdType("Patient", id)));
    String name = patient.map(People.Person::name).orElseGet(() -> words.say("patient.nameless"));
    Whose whose = whose(person, asked.context().patient(), name);
    model.addAttribute("whose", whose);
    model.addAttribute("isClinician", isClinician);
    model.addAttribute("patientName", asked.context().patient() == null ? null : name);
    model.addAttribute(
        "birthDate", patient.map(People.Person::birthDate).map(words::recordDate).orElse(null));
    ScopeWords.Asked wants = new ScopeWords(words, whose, isClinician).asked(asked.scopes());
    model.addAttribute("wants", wants);
    model.addAttribute(
        "question",
        wants.isIdentityOnly() ? "identity" : whose.kind().name().toLowerCase(Locale.ROOT));
    Instant now = words.now();
    model.addAttribute("shortly", words.duration(asked.tokenLife()));
    model.addAttribute(
        "online",
        asked.scopes().contains(ScopeWords.ONLINE) ? words.duration(asked.sessionLife()) : null);
    model.addAttribute(
        "offline",
        asked.scopes().contains(ScopeWords.OFFLINE)
            ? words.day(now.plus(asked.refreshLife()))
            : null);
  }

  private static Whose whose(IdType person, String patient, String name) {
    if (patient == null) {
      return "Practitioner".equals(person.getResourceType()) ? Whose.OF_ALL : Whose.OWN;
    }
    boolean own = "Patient".equals(person.getResourceType()) && patient.equals(person.getIdPart());
    return own ? Whose.OWN : Whose.of(name);
  }
}
