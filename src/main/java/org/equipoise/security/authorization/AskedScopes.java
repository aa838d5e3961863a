package org.equipoise.security.authorization;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.security.client.ClientScopes;

/**
 * Whether a client may ask for what it asks for: a pure judgement of the scopes of a request and
 * those for which the client is registered.
 */
final class AskedScopes {

  private AskedScopes() {}

  /**
   * Judges the scopes of an app that acts for a user.
   *
   * @return why one of them cannot be granted; empty where all can
   */
  static Optional<String> problemForUser(Set<String> asked, Set<String> registered) {
    if (asked.isEmpty()) {
      return Optional.of("scope is missing");
    }
    return asked.stream()
        .flatMap(
            scope ->
                problem(scope, registered)
                    .or(
                        () ->
                            ClientScopes.isOfService(scope)
                                ? Optional.of(
                                    "Scope '" + scope + "' is for services that act for nobody")
                                : Optional.empty())
                    .stream())
        .findFirst();
  }

  /**
   * Judges the scopes of a service's own token.
   *
   * @param actsAsPerson whether it stands for a person, as clients of the demo may
   * @return why one of them cannot be granted; empty where all can
   */
  static Optional<String> problemForService(
      Set<String> asked, Set<String> registered, boolean actsAsPerson) {
    if (asked.isEmpty()) {
      return Optional.of(
          "Name the scopes that you need, for example "
              + registered.stream()
                  .filter(scope -> actsAsPerson || ClientScopes.isOfService(scope))
                  .sorted()
                  .collect(Collectors.joining(" ")));
    }
    return asked.stream()
        .flatMap(
            scope ->
                problem(scope, registered)
                    .or(
                        () ->
                            actsAsPerson || ClientScopes.isOfService(scope)
                                ? Optional.empty()
                                : Optional.of(
                                    "Scope '" + scope + "' needs a person who authorizes the app"))
                    .stream())
        .findFirst();
  }

  private static Optional<String> problem(String scope, Set<String> registered) {
    if (!ClientScopes.isKnown(scope)) {
      return Optional.of(
          "Scope '"
              + scope
              + "' is not known here; those for resources are patient/, user/ or system/Type.cruds,"
              + " with a type of FHIR R4");
    }
    return ClientScopes.cover(registered, scope)
        ? Optional.empty()
        : Optional.of("This client is not registered for scope '" + scope + "'");
  }
}
