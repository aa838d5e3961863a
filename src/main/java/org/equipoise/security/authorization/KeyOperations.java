package org.equipoise.security.authorization;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The operator's calls for signing keys: {@code /operator/keys}. Keys change by themselves; these
 * are for whoever wants it sooner, or at once.
 */
@RestController
class KeyOperations {

  private static final Logger log = LoggerFactory.getLogger(KeyOperations.class);

  private final SigningKeys keys;

  KeyOperations(SigningKeys keys) {
    this.keys = keys;
  }

  /**
   * A key.
   *
   * @param kid its id in tokens and in {@code /oauth2/jwks}
   * @param signsFrom ISO 8601 time from which it signs
   * @param signs whether it is the one that signs now
   */
  record Key(String kid, @JsonProperty("signs_from") String signsFrom, boolean signs) {}

  @GetMapping("/operator/keys")
  List<Key> list() {
    return keys.list().stream()
        .map(key -> new Key(key.kid(), key.signsFrom().toString(), key.signs()))
        .toList();
  }

  /** Announces the next key; it signs a day later. */
  @PostMapping("/operator/keys")
  ResponseEntity<List<Key>> announce() {
    keys.announceNext();
    return ResponseEntity.status(HttpStatus.CREATED).body(list());
  }

  /** Takes a key out of use at once, with the tokens that it signed. */
  @DeleteMapping("/operator/keys/{kid}")
  ResponseEntity<?> withdraw(@PathVariable String kid) {
    if (!keys.withdraw(kid)) {
      return ResponseEntity.status(HttpStatus.NOT_FOUND)
          .body(Map.of("error", "not_found", "message", "There is no such key"));
    }
    log.warn("The operator took signing key {} out of use", kid);
    return ResponseEntity.ok(list());
  }
}
