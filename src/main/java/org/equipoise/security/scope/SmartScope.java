package org.equipoise.security.scope;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One SMART resource scope, such as {@code patient/Observation.rs} (SMART App Launch 2.2, section
 * "Scopes for requesting FHIR Resources"). Version 1 forms are understood too: {@code .read} is
 * {@code .rs}, {@code .write} is {@code .cud}, {@code .*} is everything.
 *
 * @param context whose authority: {@code patient}, {@code user} or {@code system}
 * @param resourceType a FHIR resource type, or {@code *}
 * @param permissions what may be done
 */
public record SmartScope(String context, String resourceType, Set<Permission> permissions) {

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

  private static final Pattern FORM =
      Pattern.compile(
          "(patient|user|system)/([A-Z][A-Za-z]*|\\*)\\.(read|write|\\*|(?=[cruds])c?r?u?d?s?)");

  public SmartScope {
    permissions = Set.copyOf(permissions);
  }

  /**
   * Parses a scope.
   *
   * @return empty where it is no resource scope, or one with a query, which this server does not
   *     grant
   */
  public static Optional<SmartScope> parse(String scope) {
    Matcher matcher = FORM.matcher(scope);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new SmartScope(matcher.group(1), matcher.group(2), permissions(matcher.group(3))));
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

  /** Whether this scope allows {@code permission} on resources of {@code type}. */
  public boolean allows(String type, Permission permission) {
    return (resourceType.equals("*") || resourceType.equals(type))
        && permissions.contains(permission);
  }

  /** Whether everything that {@code other} allows is allowed by this scope too. */
  public boolean covers(SmartScope other) {
    return context.equals(other.context)
        && (resourceType.equals("*") || resourceType.equals(other.resourceType))
        && permissions.containsAll(other.permissions);
  }
}
