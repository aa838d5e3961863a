package org.equipoise.security.authorization;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.security.Callers;
import org.equipoise.security.ControlCharacters;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.client.RegisteredClients;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceType;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * {@code POST /smart/launch}: an EHR, with a token of scope {@code launch.create}, says for whom,
 * about whom and with what it starts an app, and gets the address to send the user's browser to.
 */
@RestController
class LaunchController {

  private static final Pattern PERSON =
      Pattern.compile("(Practitioner|Patient|RelatedPerson)/[A-Za-z0-9.-]{1,64}");
  private static final Pattern REFERENCE = Pattern.compile("[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}");
  private static final Set<String> CONTEXT_KEYS =
      Set.of("reference", "canonical", "identifier", "type", "role");

  private static final Set<String> RESOURCE_TYPES =
      Stream.of(ResourceType.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

  /** What an item is for where it does not say. */
  private static final String DEFAULT_ROLE = "launch";

  private final Launches launches;
  private final TokenEvents events;
  private final RegisteredClientRepository clients;
  private final DaoRegistry records;
  private final ServerAddress address;
  private final TokenLives lives;
  private final ObjectMapper json;
  private final Clock clock;

  LaunchController(
      Launches launches,
      RegisteredClientRepository clients,
      DaoRegistry records,
      ServerAddress address,
      TokenLives lives,
      TokenEvents events,
      ObjectMapper json,
      Clock clock) {
    this.events = events;
    this.launches = launches;
    this.clients = clients;
    this.records = records;
    this.address = address;
    this.lives = lives;
    this.json = json;
    this.clock = clock;
  }

  /**
   * A launch as an EHR registers it.
   *
   * @param clientId the app
   * @param user the person who will use it, e.g. {@code Practitioner/7}
   * @param patient {@code Patient/1} or its logical id; may be absent
   * @param encounter {@code Encounter/2} or its logical id; may be absent
   * @param intent what the user wants to do; free text; may be absent
   * @param fhirContext other resources in view (SMART App Launch 2.2, {@code fhirContext}); may be
   *     absent
   * @param needPatientBanner whether the app must show who the patient is; false where absent,
   *     since the EHR shows it
   * @param smartStyleUrl where the app finds the EHR's colours and fonts; may be absent
   */
  record Launch(
      @JsonProperty("client_id") String clientId,
      String user,
      String patient,
      String encounter,
      String intent,
      List<LinkedHashMap<String, Object>> fhirContext,
      @JsonProperty("need_patient_banner") Boolean needPatientBanner,
      @JsonProperty("smart_style_url") String smartStyleUrl) {}

  /**
   * The answer.
   *
   * @param launch the app's {@code launch} parameter; good once
   * @param launchUrl where to send the browser
   * @param expiresIn seconds
   */
  record Launched(
      String launch,
      @JsonProperty("launch_url") String launchUrl,
      @JsonProperty("expires_in") long expiresIn) {}

  /** Something in the request cannot be; the element is named. */
  private static final class BadLaunch extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadLaunch(String element, String problem) {
      super(element + " " + problem);
    }
  }

  @PostMapping("/smart/launch")
  ResponseEntity<Launched> launch(
      @RequestBody Launch asked, @AuthenticationPrincipal Jwt token, HttpServletRequest request) {
    RegisteredClient app =
        asked.clientId() == null || ControlCharacters.areIn(asked.clientId())
            ? null
            : clients.findByClientId(asked.clientId());
    String launchUrl =
        app == null ? null : app.getClientSettings().getSetting(RegisteredClients.LAUNCH_URL);
    if (launchUrl == null) {
      throw new BadLaunch("client_id", "is no app that is registered with a launch-url");
    }
    LaunchContext context = contextOf(asked);
    String launch =
        launches.register(token.getClaimAsString(Callers.CLIENT_ID), app.getClientId(), context);
    events.launch(
        token.getClaimAsString(Callers.CLIENT_ID),
        context.person().getValue(),
        context.patient(),
        request.getRemoteAddr());
    String url =
        UriComponentsBuilder.fromUriString(launchUrl)
            .queryParam("iss", UriUtils.encode(address.fhirBase(), "UTF-8"))
            .queryParam("launch", launch)
            .build(true)
            .toUriString();
    return ResponseEntity.status(HttpStatus.CREATED)
        .header("Cache-Control", "no-store")
        .body(new Launched(launch, url, lives.launch().toSeconds()));
  }

  private LaunchContext contextOf(Launch asked) {
    if (asked.user() == null || !PERSON.matcher(asked.user()).matches()) {
      throw new BadLaunch("user", "must be a Practitioner/…, Patient/… or RelatedPerson/…");
    }
    IdType user = new IdType(asked.user());
    Resource person = read("user", user);
    IdType patient = reference("patient", "Patient", asked.patient());
    IdType encounter = reference("encounter", "Encounter", asked.encounter());
    if (encounter != null) {
      requireSamePatient(encounter, patient);
    }
    if (user.getResourceType().equals("Patient") && patient != null && !isSame(user, patient)) {
      throw new BadLaunch("patient", "must be the user, who is a patient");
    }
    if (person instanceof RelatedPerson representative
        && patient != null
        && !Representation.patientOf(representative, clock.instant())
            .equals(Optional.of(patient.getIdPart()))) {
      throw new BadLaunch("patient", "must be the one for whom the user stands");
    }
    if (asked.intent() != null && (asked.intent().isBlank() || asked.intent().length() > 200)) {
      throw new BadLaunch("intent", "must be text of at most 200 characters");
    }
    if (ControlCharacters.areIn(asked.intent())) {
      throw new BadLaunch("intent", "must hold no control characters");
    }
    return new LaunchContext(
        user,
        patient == null ? null : patient.getIdPart(),
        encounter == null ? null : encounter.getIdPart(),
        asked.intent(),
        fhirContext(asked.fhirContext()),
        Boolean.TRUE.equals(asked.needPatientBanner()),
        styleUrl(asked.smartStyleUrl()));
  }

  private IdType reference(String element, String type, String value) {
    if (value == null) {
      return null;
    }
    String text = value.contains("/") ? value : type + "/" + value;
    if (!REFERENCE.matcher(text).matches() || !text.startsWith(type + "/")) {
      throw new BadLaunch(element, "must be " + type + "/… or its id");
    }
    IdType id = new IdType(text);
    read(element, id);
    return id;
  }

  private Resource read(String element, IdType id) {
    try {
      return (Resource)
          records.getResourceDao(id.getResourceType()).read(id, new SystemRequestDetails());
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      throw new BadLaunch(element, id.getValue() + " is not in the record");
    }
  }

  private void requireSamePatient(IdType encounter, IdType patient) {
    Encounter visit = (Encounter) read("encounter", encounter);
    if (patient == null
        || !patient.getIdPart().equals(visit.getSubject().getReferenceElement().getIdPart())) {
      throw new BadLaunch("encounter", "must be one of the patient in context");
    }
  }

  private static boolean isSame(IdType one, IdType other) {
    return one.getValue().equals(other.getValue());
  }

  private String fhirContext(List<LinkedHashMap<String, Object>> context) {
    if (context == null || context.isEmpty()) {
      return null;
    }
    if (context.size() > 50) {
      throw new BadLaunch("fhirContext", "has more than 50 items");
    }
    for (Map<String, Object> item : context) {
      requireItem(item);
    }
    try {
      return json.writeValueAsString(context);
    } catch (JsonProcessingException e) {
      throw new BadLaunch("fhirContext", "cannot be read");
    }
  }

  /**
   * SMART App Launch 2.2, section "fhirContext": patient and encounter have places of their own.
   */
  private void requireItem(Map<String, Object> item) {
    if (item == null || !CONTEXT_KEYS.containsAll(item.keySet())) {
      throw new BadLaunch("fhirContext", "has an item with other keys than " + CONTEXT_KEYS);
    }
    if (ControlCharacters.areInJson(item)) {
      throw new BadLaunch("fhirContext", "has an item with control characters");
    }
    requireText(item, "type", RESOURCE_TYPES::contains, "is no resource type of FHIR R4");
    requireText(
        item, "role", LaunchController::isRole, "is neither an absolute URI nor one plain word");
    requireText(
        item, "canonical", LaunchController::isWebAddress, "is no absolute http or https address");
    if (item.containsKey("identifier") && !isIdentifier(item.get("identifier"))) {
      throw new BadLaunch(
          "fhirContext", "has an identifier that is no object with a system or a value");
    }
    Object reference = item.get("reference");
    if (reference == null && item.get("canonical") == null && item.get("identifier") == null) {
      throw new BadLaunch("fhirContext", "has an item without reference, canonical and identifier");
    }
    if (reference != null) {
      if (!(reference instanceof String text) || !REFERENCE.matcher(text).matches()) {
        throw new BadLaunch("fhirContext", "has a reference that is not of the form Type/id");
      }
      IdType id = new IdType(text);
      if (DEFAULT_ROLE.equals(item.getOrDefault("role", DEFAULT_ROLE))
          && Set.of("Patient", "Encounter").contains(id.getResourceType())) {
        throw new BadLaunch(
            "fhirContext", "has a Patient or Encounter without a role; use patient and encounter");
      }
      if (!records.isResourceTypeSupported(id.getResourceType())) {
        throw new BadLaunch("fhirContext", "has a type that is not served here");
      }
      read("fhirContext", id);
    }
  }

  private static void requireText(
      Map<String, Object> item, String key, Predicate<String> good, String problem) {
    if (item.containsKey(key) && !(item.get(key) instanceof String text && good.test(text))) {
      throw new BadLaunch("fhirContext", "has a " + key + " that " + problem);
    }
  }

  private static boolean isRole(String text) {
    if (WORD.matcher(text).matches()) {
      return true;
    }
    try {
      return new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Of a definition; a version may follow (FHIR R4, "Canonical URLs"). */
  private static boolean isWebAddress(String canonical) {
    try {
      URI uri = new URI(canonical.replaceFirst("\\|[^|\\s]+$", ""));
      return uri.getHost() != null
          && ("http".equalsIgnoreCase(uri.getScheme())
              || "https".equalsIgnoreCase(uri.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isIdentifier(Object value) {
    return value instanceof Map<?, ?> identifier
        && Stream.of("system", "value")
            .map(identifier::get)
            .allMatch(part -> part == null || part instanceof String text && !text.isBlank())
        && (identifier.get("system") != null || identifier.get("value") != null);
  }

  private static String styleUrl(String url) {
    if (url == null) {
      return null;
    }
    try {
      URI parsed = URI.create(url);
      if ("https".equals(parsed.getScheme()) && parsed.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new BadLaunch("smart_style_url", "must be an https address");
  }

  @ExceptionHandler(HttpMessageNotReadableException.class)
  ResponseEntity<Map<String, String>> unreadable(HttpMessageNotReadableException problem) {
    String element =
        problem.getCause() instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
            ? "'" + mapping.getPath().get(0).getFieldName() + "' is not an element of a launch"
            : "The body is no JSON object";
    return ResponseEntity.badRequest()
        .body(Map.of("error", "invalid_request", "error_description", element));
  }

  @ExceptionHandler(BadLaunch.class)
  ResponseEntity<Map<String, String>> refused(BadLaunch problem) {
    return ResponseEntity.unprocessableEntity()
        .body(Map.of("error", "invalid_request", "error_description", problem.getMessage()));
  }
}
