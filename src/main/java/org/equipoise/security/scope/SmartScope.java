package org.equipoise.security.scope;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ResourceType;

/**
 * One SMART resource scope, such as {@code patient/Observation.rs} or {@code
 * patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory}
 * (SMART App Launch 2.2, section "Scopes for requesting FHIR Resources"). Version 1 forms are
 * understood too: {@code .read} is {@code .rs}, {@code .write} is {@code .cud}, {@code .*} is
 * everything.
 *
 * @param context whose authority: {@code patient}, {@code user} or {@code system}
 * @param resourceType a resource type of FHIR R4, or {@code *}
 * @param permissions what may be done
 * @param query what a resource must match besides, all of it; empty for a scope without a query
 */
public record SmartScope(
    String context, String resourceType, Set<Permission> permissions, Set<Condition> query) {

  /** The five permissions, in the order in which SMART writes them. */
  public enum Permission {
    CREATE,
    READ,
    UPDATE,
    DELETE,
    SEARCH;

    /** As it stands in a scope: c, r, u, d or s. */
    public char letter() {
      return name().toLowerCase(Locale.ROOT).charAt(0);
    }
  }

  /**
   * One condition of a granular scope.
   *
   * @param parameter name of a search parameter with whatever modifier or chain stands behind it
   * @param value what it is compared with, decoded
   */
  public record Condition(String parameter, String value) {}

  private static final Pattern FORM =
      Pattern.compile(
          "(patient|user|system)/([A-Z][A-Za-z]*|\\*)\\.(read|write|\\*|(?=[cruds])c?r?u?d?s?)"
              + "(?:\\?(.+))?");

  private static final Set<String> RESOURCE_TYPES =
      Stream.of(ResourceType.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

  public SmartScope {
    permissions = Set.copyOf(permissions);
    query = Set.copyOf(query);
  }

  /**
   * Parses a scope. Whether its query can be enforced is for {@link EnforceableScopes} to say.
   *
   * @return empty where it is no resource scope
   */
  public static Optional<SmartScope> parse(String scope) {
    Matcher matcher = FORM.matcher(scope);
    if (!matcher.matches() || !isType(matcher.group(2))) {
      return Optional.empty();
    }
    return query(matcher.group(4))
        .map(
            query ->
                new SmartScope(
                    matcher.group(1), matcher.group(2), permissions(matcher.group(3)), query));
  }

  private static boolean isType(String name) {
    return name.equals("*") || RESOURCE_TYPES.contains(name);
  }

  private static Optional<Set<Condition>> query(String text) {
    if (text == null) {
      return Optional.of(Set.of());
    }
    Set<Condition> query = new LinkedHashSet<>();
    for (String part : text.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1 || equals == part.length() - 1) {
        return Optional.empty();
      }
      try {
        query.add(
            new Condition(decoded(part.substring(0, equals)), decoded(part.substring(equals + 1))));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.of(query);
  }

  private static String decoded(String text) {
    // A plus is a plus here: a space cannot stand in a scope, and is written %20.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Set<Permission> permissions(String text) {
    return switch (text) {
      case "read" -> EnumSet.of(Permission.READ, Permission.SEARCH);
      case "write" -> EnumSet.of(Permission.CREATE, Permission.UPDATE, Permission.DELETE);
      case "*" -> EnumSet.allOf(Permission.class);
      default -> {
        Set<Permission> granted = EnumSet.noneOf(Permission.class);
        for (Permission permission : Permission.values()) {
          if (text.indexOf(permission.letter()) >= 0) {
            granted.add(permission);
          }
        }
        yield granted;
      }
    };
  }

  /** Whether it opens only those resources that match a query. */
  public boolean isGranular() {
    return !query.isEmpty();
  }

  /**
   * Whether this scope allows {@code permission} on resources of {@code type}: on all of them, or
   * for a granular scope on those that match.
   */
  public boolean allows(String type, Permission permission) {
    return (resourceType.equals("*") || resourceType.equals(type))
        && permissions.contains(permission);
  }

  /**
   * Whether everything that {@code other} allows is allowed by this scope too: a scope covers the
   * same with a query, and a granular one the same with further conditions.
   */
  public boolean covers(SmartScope other) {
    return context.equals(other.context)
        && (resourceType.equals("*") || resourceType.equals(other.resourceType))
        && permissions.containsAll(other.permissions)
        && other.query.containsAll(query);
  }
}
