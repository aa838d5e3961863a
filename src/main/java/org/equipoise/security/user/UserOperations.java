package org.equipoise.security.user;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.security.ServerAddress;
import org.hl7.fhir.r4.model.IdType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/**
 * The operator's door to the accounts, for a token with the scope {@code operator}. Passwords do
 * not pass here: a new account comes with a link by which its owner chooses one.
 */
@RestController
@RequestMapping(path = "/operator/users", produces = MediaType.APPLICATION_JSON_VALUE)
class UserOperations {

  private static final Logger log = LoggerFactory.getLogger(UserOperations.class);
  private static final int LARGEST_PAGE = 500;

  private final UserAccounts accounts;
  private final LoginAttempts attempts;
  private final DaoRegistry daos;
  private final ServerAddress address;
  private final ObjectReader reader;

  UserOperations(
      UserAccounts accounts,
      LoginAttempts attempts,
      DaoRegistry daos,
      ServerAddress address,
      ObjectMapper json) {
    this.accounts = accounts;
    this.attempts = attempts;
    this.daos = daos;
    this.address = address;
    this.reader =
        json.readerFor(NewUser.class).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  /** Makes an account; 201, with the link that its owner chooses a password by. */
  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Map<String, Object>> create(@RequestBody String body) {
    NewUser wanted = parse(body);
    List<IdType> persons = wanted.checked(this::isInRecord);
    UserAccount user =
        accounts.create(
            wanted.username(),
            wanted.displayName().strip(),
            wanted.language(),
            persons,
            wanted.identity());
    log.info("User {} was created", user.id());
    if (wanted.isPrivacyOfficer()) {
      user = setPrivacyOfficer(user, true);
    }
    Map<String, Object> answer = describe(user);
    if (wanted.identity() == null) {
      answer.putAll(link(user));
    }
    return ResponseEntity.created(URI.create(address.baseUrl() + "/operator/users/" + user.id()))
        .cacheControl(CacheControl.noStore())
        .body(answer);
  }

  /** One page of all accounts, by username. */
  @GetMapping
  Map<String, Object> list(
      @RequestParam(defaultValue = "0") int offset, @RequestParam(defaultValue = "50") int count) {
    if (offset < 0) {
      throw new NewUser.Invalid("offset", "must not be negative");
    }
    if (count < 1 || count > LARGEST_PAGE) {
      throw new NewUser.Invalid("count", "must be 1 to " + LARGEST_PAGE);
    }
    return Map.of(
        "total",
        accounts.count(),
        "users",
        accounts.page(offset, count).stream().map(this::describe).toList());
  }

  @GetMapping("/{id}")
  Map<String, Object> read(@PathVariable String id) {
    return describe(known(id));
  }

  /** Shuts the account: no login, no session, and no app reaches the record in its name. */
  @PostMapping("/{id}/disable")
  Map<String, Object> disable(@PathVariable String id) {
    return setEnabled(id, false);
  }

  @PostMapping("/{id}/enable")
  Map<String, Object> enable(@PathVariable String id) {
    return setEnabled(id, true);
  }

  /** Makes somebody who is in the record as a Practitioner a privacy officer. */
  @PutMapping("/{id}/roles/" + NewUser.PRIVACY_OFFICER)
  Map<String, Object> makePrivacyOfficer(@PathVariable String id) {
    UserAccount user = known(id);
    NewUser.requirePractitioner("id", user.persons());
    return describe(setPrivacyOfficer(user, true));
  }

  /** Ends it, and with it what apps were allowed in their name. */
  @DeleteMapping("/{id}/roles/" + NewUser.PRIVACY_OFFICER)
  Map<String, Object> endPrivacyOfficer(@PathVariable String id) {
    return describe(setPrivacyOfficer(known(id), false));
  }

  private UserAccount setPrivacyOfficer(UserAccount user, boolean isOne) {
    accounts.setPrivacyOfficer(user.id(), isOne);
    log.info("User {} {}", user.id(), isOne ? "is now a privacy officer" : "is no privacy officer");
    return known(user.id());
  }

  private Map<String, Object> setEnabled(String id, boolean enabled) {
    UserAccount user = known(id);
    accounts.setEnabled(user.id(), enabled);
    log.info("User {} was {}", user.id(), enabled ? "enabled" : "disabled");
    return describe(known(id));
  }

  /** Ends the wait after wrong passwords. */
  @PostMapping("/{id}/unlock")
  Map<String, Object> unlock(@PathVariable String id) {
    UserAccount user = known(id);
    attempts.clear(user.username());
    return describe(user);
  }

  /** A new link to choose a password by; the earlier one is good no more. */
  @PostMapping("/{id}/password-link")
  ResponseEntity<Map<String, Object>> passwordLink(@PathVariable String id) {
    UserAccount user = known(id);
    if (!user.enabled()) {
      throw new NewUser.Invalid("id", "the account is disabled; enable it first");
    }
    log.info("User {} got a new link to choose a password", user.id());
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(link(user));
  }

  private NewUser parse(String body) {
    try {
      NewUser parsed = reader.readValue(body);
      if (parsed == null) {
        throw new NewUser.Invalid("body", "must be a JSON object");
      }
      return parsed;
    } catch (UnrecognizedPropertyException e) {
      throw new NewUser.Invalid(e.getPropertyName(), "is not known here");
    } catch (MismatchedInputException e) {
      String element =
          e.getPath().isEmpty() ? "body" : String.valueOf(e.getPath().get(0).getFieldName());
      throw new NewUser.Invalid(element, "is of the wrong JSON type");
    } catch (JsonProcessingException e) {
      throw new NewUser.Invalid("body", "is no JSON");
    }
  }

  private boolean isInRecord(IdType person) {
    try {
      daos.getResourceDao(person.getResourceType()).read(person, new SystemRequestDetails());
      return true;
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return false;
    }
  }

  private UserAccount known(String id) {
    return accounts.find(id).orElseThrow(UnknownUser::new);
  }

  private Map<String, Object> link(UserAccount user) {
    UserAccounts.PasswordLink link = accounts.newPasswordLink(user.id());
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("passwordLink", address.baseUrl() + "/password?link=" + link.secret());
    map.put("passwordLinkExpiresAt", link.expiresAt().toString());
    return map;
  }

  private Map<String, Object> describe(UserAccount user) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", user.id());
    map.put("username", user.username());
    map.put("displayName", user.displayName());
    Optional.ofNullable(user.language()).ifPresent(language -> map.put("language", language));
    map.put("persons", user.persons().stream().map(IdType::getValue).toList());
    if (user.identity() != null) {
      map.put("issuer", user.identity().issuer());
      map.put("subject", user.identity().subject());
    }
    map.put("roles", user.isPrivacyOfficer() ? List.of(NewUser.PRIVACY_OFFICER) : List.of());
    map.put("enabled", user.enabled());
    map.put("hasPassword", user.hasPassword());
    map.put("createdAt", user.createdAt().toString());
    Optional.ofNullable(user.lastLoginAt())
        .map(Instant::toString)
        .ifPresent(time -> map.put("lastLoginAt", time));
    Optional.ofNullable(attempts.lockedUntil(user.username()))
        .map(Instant::toString)
        .ifPresent(time -> map.put("lockedUntil", time));
    return map;
  }

  private static final class UnknownUser extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownUser() {
      super("There is no such user", null, false, false);
    }
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> invalid(NewUser.Invalid problem) {
    return problem(HttpStatus.BAD_REQUEST, "invalid_request", problem.getMessage());
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> mistyped(MethodArgumentTypeMismatchException problem) {
    return problem(
        HttpStatus.BAD_REQUEST, "invalid_request", problem.getName() + ": must be a whole number");
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> taken(UserAccounts.AlreadyTaken problem) {
    return problem(HttpStatus.CONFLICT, "already_taken", problem.getMessage());
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> unknown(UnknownUser problem) {
    return problem(HttpStatus.NOT_FOUND, "not_found", problem.getMessage());
  }

  private static ResponseEntity<Map<String, String>> problem(
      HttpStatus status, String error, String message) {
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("error", error, "message", message));
  }
}
