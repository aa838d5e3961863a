package org.equipoise.security.authorization;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.equipoise.security.access.CareRelation;
import org.equipoise.security.authorization.PendingAuthorization.Choice;
import org.equipoise.security.client.ClientScopes;
import org.equipoise.security.client.RegisteredClients;
import org.equipoise.security.user.UserPersons;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/** Reads and writes the requests that wait, in Spring's table of authorizations. */
class DatabasePendingAuthorizations implements PendingAuthorizations {

  /** Attribute of an authorization: its {@link LaunchContext} as a map. */
  static final String CONTEXT = "equipoise.context";

  private static final OAuth2TokenType STATE = new OAuth2TokenType(OAuth2ParameterNames.STATE);

  private final StoredAuthorizations authorizations;
  private final RegisteredClientRepository clients;
  private final Launches launches;
  private final UserPersons users;
  private final CareRelation care;
  private final DaoRegistry records;
  private final TokenLives lives;
  private final Clock clock;

  DatabasePendingAuthorizations(
      StoredAuthorizations authorizations,
      RegisteredClientRepository clients,
      Launches launches,
      UserPersons users,
      CareRelation care,
      DaoRegistry records,
      TokenLives lives,
      Clock clock) {
    this.authorizations = authorizations;
    this.clients = clients;
    this.launches = launches;
    this.users = users;
    this.care = care;
    this.records = records;
    this.lives = lives;
    this.clock = clock;
  }

  /** The context that was kept with an authorization, empty where none was yet. */
  static Optional<LaunchContext> contextOf(OAuth2Authorization authorization) {
    Map<String, String> kept = authorization.getAttribute(CONTEXT);
    return Optional.ofNullable(kept).map(LaunchContext::of);
  }

  @Override
  public Optional<PendingAuthorization> find(String state, String userId) {
    return waiting(state, userId).flatMap(found -> pending(state, found));
  }

  /** What the user may still decide on; too late is like never. */
  Optional<PendingAuthorization> pending(String state, OAuth2Authorization authorization) {
    List<IdType> persons = users.personsOf(authorization.getPrincipalName());
    RegisteredClient client = clients.findById(authorization.getRegisteredClientId());
    if (persons.isEmpty() || client == null) {
      return Optional.empty();
    }
    OAuth2AuthorizationRequest asked =
        authorization.getAttribute(OAuth2AuthorizationRequest.class.getName());
    List<Choice> choices = choices(persons);
    Optional<LaunchContext> context =
        contextOf(authorization)
            .or(
                () -> {
                  Optional<LaunchContext> first = firstContext(asked, client, persons, choices);
                  first.ifPresent(found -> keep(authorization, found));
                  return first;
                });
    return context.map(known -> pending(state, client, asked, known, choices));
  }

  private Optional<OAuth2Authorization> waiting(String state, String userId) {
    OAuth2Authorization found =
        state == null || state.isBlank() ? null : authorizations.findByToken(state, STATE);
    if (found == null || !found.getPrincipalName().equals(userId) || isTooOld(found)) {
      return Optional.empty();
    }
    return Optional.of(found);
  }

  boolean isTooOld(OAuth2Authorization authorization) {
    Instant created = authorizations.createdAt(authorization);
    return created == null || created.plus(lives.decision()).isBefore(clock.instant());
  }

  private Optional<LaunchContext> firstContext(
      OAuth2AuthorizationRequest asked,
      RegisteredClient client,
      List<IdType> persons,
      List<Choice> choices) {
    if (asked.getAdditionalParameters().get("launch") instanceof String launch) {
      return launches.use(launch, client.getClientId(), persons);
    }
    if (isClinician(persons)) {
      return Optional.of(LaunchContext.NONE.with(persons.get(0), null));
    }
    boolean only = choices.size() == 1;
    return Optional.of(
        only
            ? LaunchContext.NONE.with(choices.get(0).person(), choices.get(0).patient())
            : LaunchContext.NONE.with(persons.get(0), null));
  }

  private PendingAuthorization pending(
      String state,
      RegisteredClient client,
      OAuth2AuthorizationRequest asked,
      LaunchContext context,
      List<Choice> choices) {
    SortedSet<String> scopes = new TreeSet<>(asked.getScopes());
    if (context.encounter() == null) {
      scopes.remove(ClientScopes.LAUNCH_ENCOUNTER);
    }
    boolean clinician = context.person().getResourceType().equals("Practitioner");
    scopes = RepeatedScopes.leftOut(scopes, clinician);
    return new PendingAuthorization(
        state,
        client.getClientId(),
        client.getClientName(),
        whereTo(URI.create(asked.getRedirectUri())),
        scopes,
        context,
        context.patient() == null && isAboutOnePatient(scopes, clinician),
        clinician ? List.of() : choices,
        lives.offline(),
        lives.online(),
        lives.access(),
        isApproved(client, context.person())
            && !LoginDemand.of(asked.getAdditionalParameters()).asksForConsent());
  }

  /** Whether the operator has approved the app for everybody; patients are asked all the same. */
  static boolean isApproved(RegisteredClient client, IdType person) {
    return "Practitioner".equals(person.getResourceType())
        && Boolean.TRUE.equals(client.getClientSettings().getSetting(RegisteredClients.APPROVED));
  }

  /** A web address's host; for an app on the user's own device, the name that the app goes by. */
  private static String whereTo(URI redirect) {
    return redirect.getHost() == null ? redirect.getScheme() : redirect.getHost();
  }

  private static boolean isAboutOnePatient(SortedSet<String> scopes, boolean clinician) {
    return scopes.stream()
        .anyMatch(
            scope ->
                scope.equals(ClientScopes.LAUNCH_PATIENT)
                    || scope.startsWith("patient/")
                    // What a patient's user may see is a patient's record.
                    || (scope.startsWith("user/") && !clinician));
  }

  @Override
  public boolean choose(String state, String userId, IdType person, String patient) {
    // First what the EHR said, so that nobody chooses before it is known.
    if (find(state, userId).isEmpty()) {
      return false;
    }
    Optional<OAuth2Authorization> found = waiting(state, userId);
    if (found.isEmpty()) {
      return false;
    }
    OAuth2Authorization authorization = found.get();
    OAuth2AuthorizationRequest asked =
        authorization.getAttribute(OAuth2AuthorizationRequest.class.getName());
    // The patient of an EHR's launch is not the user's to change.
    if (asked.getAdditionalParameters().containsKey("launch")
        && contextOf(authorization).map(LaunchContext::patient).isPresent()) {
      return false;
    }
    if (!mayActFor(users.personsOf(userId), person, patient)) {
      return false;
    }
    LaunchContext before = contextOf(authorization).orElse(LaunchContext.NONE);
    keep(authorization, before.with(person, patient));
    return true;
  }

  private boolean mayActFor(List<IdType> persons, IdType person, String patient) {
    if (persons.stream().noneMatch(own -> own.getValue().equals(person.getValue()))) {
      return false;
    }
    return person.getResourceType().equals("Practitioner")
        ? care.reaches(person.getIdPart(), patient)
        : choices(List.of(person)).contains(new Choice(person, patient));
  }

  /** Whether a context that was decided on earlier still holds. */
  boolean stillHolds(String userId, LaunchContext context) {
    List<IdType> persons = users.personsOf(userId);
    return context.patient() == null
        ? persons.stream().anyMatch(own -> own.getValue().equals(context.person().getValue()))
        : mayActFor(persons, context.person(), context.patient());
  }

  private void keep(OAuth2Authorization authorization, LaunchContext context) {
    authorizations.save(
        OAuth2Authorization.from(authorization)
            .attribute(CONTEXT, new LinkedHashMap<>(context.withBannerWhereAlone().toMap()))
            .build());
  }

  private static boolean isClinician(List<IdType> persons) {
    return persons.get(0).getResourceType().equals("Practitioner");
  }

  @Override
  public List<Choice> choices(String userId) {
    return choices(users.personsOf(userId));
  }

  private List<Choice> choices(List<IdType> persons) {
    return persons.stream().flatMap(this::choice).toList();
  }

  private Stream<Choice> choice(IdType person) {
    return switch (person.getResourceType()) {
      case "Patient" -> Stream.of(new Choice(person, person.getIdPart()));
      case "RelatedPerson" ->
          patientOf(person).map(patient -> new Choice(person, patient)).stream();
      default -> Stream.empty();
    };
  }

  /** Whom a representative stands for; nobody once that has ended. */
  private Optional<String> patientOf(IdType relatedPerson) {
    try {
      RelatedPerson representative =
          records
              .getResourceDao(RelatedPerson.class)
              .read(relatedPerson, new SystemRequestDetails());
      return Representation.patientOf(representative, clock.instant());
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }
}
