package org.equipoise.security.client;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Dynamic client registration (RFC 7591). Who gets here is decided by {@link ClientSecurity}.
 * Spring Authorization Server's own endpoint is not used: it gives the new client a token at once,
 * takes keys by address only, and any scope.
 */
@RestController
class RegistrationEndpoint {

  /** Where it stands. */
  static final String PATH = "/oauth2/register";

  private static final Logger log = LoggerFactory.getLogger(RegistrationEndpoint.class);

  private final ClientRegistrar registrar;
  private final ClientStore store;
  private final RegistrationProperties properties;

  RegistrationEndpoint(
      ClientRegistrar registrar, ClientStore store, RegistrationProperties properties) {
    this.registrar = registrar;
    this.store = store;
    this.properties = properties;
  }

  @PostMapping(path = PATH, consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<ClientDescription> register(HttpServletRequest request) throws IOException {
    if (store.count(ClientState.WAITING, null) >= properties.mostWaiting()) {
      throw new ClientProblem(
          HttpStatus.SERVICE_UNAVAILABLE,
          "temporarily_unavailable",
          "Too many registrations wait for the operator of this server; come back later");
    }
    ClientRegistrar.Registered registered = registrar.registerApp(request.getInputStream());
    log.info(
        "Client {} registered itself and waits for approval",
        registered.stored().client().getClientId());
    return ResponseEntity.status(HttpStatus.CREATED)
        .cacheControl(CacheControl.noStore())
        .body(ClientDescription.forApp(registered.stored().client(), registered.secret()));
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> refuse(ClientProblem problem) {
    return ResponseEntity.status(problem.status())
        .cacheControl(CacheControl.noStore())
        .body(Map.of("error", problem.error(), "error_description", problem.getMessage()));
  }
}
