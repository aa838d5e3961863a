package org.equipoise.security.client;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * How an operator looks after clients: {@code /operator/clients}, with a token of scope {@code
 * operator}. What is changed here acts at once, on every node. Clients of the configuration are
 * shown and not changed.
 */
@RestController
@RequestMapping(OperatorClients.PATH)
class OperatorClients {

  /** Where it stands. */
  static final String PATH = "/operator/clients";

  private static final Logger log = LoggerFactory.getLogger(OperatorClients.class);

  private static final int LARGEST_PAGE = 200;

  private final ClientRegistrar registrar;
  private final ClientStore store;

  OperatorClients(ClientRegistrar registrar, ClientStore store) {
    this.registrar = registrar;
    this.store = store;
  }

  /**
   * A page of clients.
   *
   * @param total how many there are on all pages
   */
  record Page(long total, long page, int size, List<ClientDescription> clients) {}

  @GetMapping
  ResponseEntity<Page> list(
      @RequestParam Optional<String> state,
      @RequestParam Optional<String> origin,
      @RequestParam Optional<String> page,
      @RequestParam Optional<String> size) {
    ClientState inState = code(ClientState.class, "state", state);
    ClientOrigin from = code(ClientOrigin.class, "origin", origin);
    int number = number("page", page, 1, 1_000_000);
    int length = number("size", size, 50, LARGEST_PAGE);
    return answer(HttpStatus.OK)
        .body(
            new Page(
                store.count(inState, from),
                number,
                length,
                store.list(inState, from, number - 1L, length).stream()
                    .map(client -> ClientDescription.forOperator(client, null))
                    .toList()));
  }

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<ClientDescription> register(HttpServletRequest request, Principal operator)
      throws IOException {
    ClientRegistrar.Registered registered = registrar.registerForOperator(request.getInputStream());
    String id = registered.stored().client().getClientId();
    say(operator, "registered", id);
    return answer(HttpStatus.CREATED)
        .location(URI.create(PATH + "/" + id))
        .body(ClientDescription.forOperator(registered.stored(), registered.secret()));
  }

  @GetMapping("/{id}")
  ResponseEntity<ClientDescription> read(@PathVariable String id) {
    return answer(HttpStatus.OK).body(ClientDescription.forOperator(known(id), null));
  }

  @PostMapping("/{id}/approve")
  ResponseEntity<ClientDescription> approve(@PathVariable String id, Principal operator) {
    StoredClient client = changeable(id);
    if (client.state() != ClientState.WAITING) {
      throw conflict("Client '" + id + "' does not wait for approval: it is " + code(client));
    }
    return change(client, ClientState.ACTIVE, operator, "approved");
  }

  @PostMapping("/{id}/disable")
  ResponseEntity<ClientDescription> disable(@PathVariable String id, Principal operator) {
    return change(changeable(id), ClientState.DISABLED, operator, "disabled");
  }

  @PostMapping("/{id}/enable")
  ResponseEntity<ClientDescription> enable(@PathVariable String id, Principal operator) {
    StoredClient client = changeable(id);
    if (client.state() == ClientState.WAITING) {
      throw conflict("Client '" + id + "' waits for approval: approve it");
    }
    return change(client, ClientState.ACTIVE, operator, "enabled");
  }

  @PostMapping("/{id}/secret")
  ResponseEntity<ClientDescription> renewSecret(@PathVariable String id, Principal operator) {
    StoredClient client = changeable(id);
    if (client.client().getClientSecret() == null) {
      throw conflict("Client '" + id + "' has no secret: it is public or proves itself by keys");
    }
    ClientRegistrar.Registered renewed = registrar.renewSecret(client);
    say(operator, "gave a new secret to", id);
    return answer(HttpStatus.OK)
        .body(ClientDescription.forOperator(renewed.stored(), renewed.secret()));
  }

  @DeleteMapping("/{id}")
  ResponseEntity<Void> delete(@PathVariable String id, Principal operator) {
    store.delete(changeable(id).client().getId());
    say(operator, "deleted", id);
    return answer(HttpStatus.NO_CONTENT).build();
  }

  private ResponseEntity<ClientDescription> change(
      StoredClient client, ClientState state, Principal operator, String did) {
    if (!store.change(client, state)) {
      throw conflict("Somebody else changed this client at the same time; look at it again");
    }
    say(operator, did, client.client().getClientId());
    return read(client.client().getClientId());
  }

  private StoredClient known(String id) {
    return store
        .find(id)
        .orElseThrow(
            () ->
                new ClientProblem(
                    HttpStatus.NOT_FOUND, "not_found", "There is no client with this id"));
  }

  private StoredClient changeable(String id) {
    StoredClient client = known(id);
    if (client.origin() == ClientOrigin.CONFIGURATION) {
      throw conflict(
          "Client '" + id + "' is part of the configuration (equipoise.clients): change it there");
    }
    return client;
  }

  private static String code(StoredClient client) {
    return client.state().code();
  }

  private static ClientProblem conflict(String message) {
    return new ClientProblem(HttpStatus.CONFLICT, "conflict", message);
  }

  private static <E extends Enum<E>> E code(Class<E> type, String name, Optional<String> value) {
    return value
        .map(
            code ->
                Codes.read(type, code)
                    .orElseThrow(
                        () ->
                            invalid(
                                name
                                    + " must be one of "
                                    + List.of(type.getEnumConstants()).stream()
                                        .map(Codes::of)
                                        .toList())))
        .orElse(null);
  }

  private static int number(String name, Optional<String> value, int fallback, int most) {
    if (value.isEmpty()) {
      return fallback;
    }
    if (!value.get().matches("[1-9][0-9]{0,6}") || Integer.parseInt(value.get()) > most) {
      throw invalid(name + " must be a number from 1 to " + most);
    }
    return Integer.parseInt(value.get());
  }

  private static ClientProblem invalid(String message) {
    return new ClientProblem(HttpStatus.BAD_REQUEST, "invalid_request", message);
  }

  private static void say(Principal operator, String did, String clientId) {
    log.info("Operator {} {} client {}", operator.getName(), did, clientId);
  }

  private static ResponseEntity.BodyBuilder answer(HttpStatus status) {
    return ResponseEntity.status(status).cacheControl(CacheControl.noStore());
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> refuse(ClientProblem problem) {
    return answer(problem.status())
        .body(Map.of("error", problem.error(), "message", problem.getMessage()));
  }
}
