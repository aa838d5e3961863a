package org.equipoise.security.scope;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.equipoise.security.scope.SmartScope.Condition;
import org.equipoise.security.scope.SmartScope.Permission;

/**
 * Which scopes this server can hold a token to, exactly and on every door. A granular scope is
 * judged twice: in memory, where a resource is read or written, and by the database, where one is
 * searched; only what both judge alike is granted. A scope that is not enforceable is {@code
 * invalid_scope}, never accepted and ignored.
 */
public final class EnforceableScopes {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");

  /** A code, with its code system or without. */
  private static final Pattern TOKEN =
      Pattern.compile("([^|\\s\\p{Cntrl}\",$\\\\]+\\|)?[^|\\s\\p{Cntrl}\",$\\\\]+");

  private static final Pattern REFERENCE = Pattern.compile("[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}");

  private final ISearchParamRegistry parameters;

  public EnforceableScopes(ISearchParamRegistry parameters) {
    this.parameters = parameters;
  }

  /**
   * Why this scope cannot be granted.
   *
   * @return a sentence for the app's developer; empty where it can be
   */
  public Optional<String> problemWith(SmartScope scope) {
    if (!scope.isGranular()) {
      return Optional.empty();
    }
    if (scope.resourceType().equals("AuditEvent")) {
      return Optional.of("Who looked is open as a whole or not at all: AuditEvent takes no query");
    }
    if (scope.resourceType().equals("*")) {
      return Optional.of("A scope with a query names one resource type, not *");
    }
    return scope.query().stream()
        .flatMap(condition -> problemWith(scope.resourceType(), condition).stream())
        .sorted()
        .findFirst();
  }

  private Optional<String> problemWith(String type, Condition condition) {
    String name = condition.parameter();
    if (!NAME.matcher(name).matches()) {
      return Optional.of(
          "'"
              + name
              + "' cannot be enforced in a scope: only a plain search parameter can, without chain,"
              + " modifier, _has or other parameter that begins with _");
    }
    if (condition.value().contains(",")) {
      return Optional.of(
          "The value of '"
              + name
              + "' has a comma; ask for one scope for each value instead, they add up");
    }
    RuntimeSearchParam parameter =
        parameters.getActiveSearchParam(
            type, name, ISearchParamRegistry.SearchParamLookupContextEnum.SEARCH);
    if (parameter == null) {
      return Optional.of(type + " has no search parameter '" + name + "' here");
    }
    return switch (parameter.getParamType()) {
      case TOKEN ->
          TOKEN.matcher(condition.value()).matches()
              ? Optional.empty()
              : Optional.of("The value of '" + name + "' is not of the form system|code or code");
      case REFERENCE ->
          REFERENCE.matcher(condition.value()).matches()
              ? Optional.empty()
              : Optional.of("The value of '" + name + "' is not of the form Type/id");
      default ->
          Optional.of(
              "'"
                  + name
                  + "' cannot be enforced in a scope: only search parameters of type token and"
                  + " reference can");
    };
  }

  /**
   * Why these scopes cannot be held by one token. Each may be fine on its own: granular scopes of
   * one type add up, and a search must then find what either opens; that is exact where their
   * queries differ in one parameter only, or are of codes only.
   *
   * @param scopes as they are asked for; those that are no resource scopes are of no interest
   * @return a sentence for the app's developer; empty where they can be
   */
  public Optional<String> problemWith(Collection<String> scopes) {
    List<SmartScope> parsed = new ArrayList<>();
    for (String text : scopes) {
      Optional<SmartScope> scope = SmartScope.parse(text);
      Optional<String> problem = scope.flatMap(this::problemWith);
      if (problem.isPresent()) {
        return problem;
      }
      scope.ifPresent(parsed::add);
    }
    for (String type :
        parsed.stream()
            .filter(SmartScope::isGranular)
            .map(SmartScope::resourceType)
            .distinct()
            .sorted()
            .toList()) {
      List<SmartScope> searching =
          parsed.stream()
              .filter(scope -> scope.isGranular() && scope.allows(type, Permission.SEARCH))
              .toList();
      if (searching.stream().map(SmartScope::query).distinct().count() > 1
          && !differInOneParameterOnly(searching)
          && searching.stream()
              .flatMap(scope -> scope.query().stream())
              .anyMatch(condition -> !isToken(type, condition))) {
        return Optional.of(
            "The scopes for "
                + type
                + " cannot be enforced together: scopes with queries on different search parameters"
                + " add up only where all of these are of type token");
      }
    }
    return Optional.empty();
  }

  private static boolean differInOneParameterOnly(List<SmartScope> scopes) {
    return scopes.stream().allMatch(scope -> scope.query().size() == 1)
        && scopes.stream()
                .map(scope -> scope.query().iterator().next().parameter())
                .distinct()
                .count()
            == 1;
  }

  private boolean isToken(String type, Condition condition) {
    return parameters
            .getActiveSearchParam(
                type,
                condition.parameter(),
                ISearchParamRegistry.SearchParamLookupContextEnum.SEARCH)
            .getParamType()
        == RestSearchParameterTypeEnum.TOKEN;
  }
}
