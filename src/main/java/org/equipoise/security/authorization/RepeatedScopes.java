package org.equipoise.security.authorization;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.equipoise.security.scope.SmartScope;

/**
 * Of scopes that open the very same, one is offered and granted: two boxes with the same words
 * would ask the user twice, and only both taken away would be a no.
 */
final class RepeatedScopes {

  private RepeatedScopes() {}

  /**
   * Without what is there twice: {@code .read} beside {@code .rs}, and, for everybody but a
   * clinician, {@code user/} beside {@code patient/}, since either reaches the one patient for whom
   * they use the app. Kept is {@code patient/}, in the form of SMART 2.
   */
  static SortedSet<String> leftOut(SortedSet<String> scopes, boolean clinician) {
    Map<SmartScope, String> first = new HashMap<>();
    SortedSet<String> kept = new TreeSet<>();
    List<String> best =
        scopes.stream()
            .sorted(
                Comparator.comparing((String scope) -> !scope.startsWith("patient/"))
                    .thenComparing(scope -> scope.matches("[^?]*\\.(read|write|\\*)(\\?.*)?"))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    for (String scope : best) {
      Optional<SmartScope> opens = SmartScope.parse(scope).map(asked -> opens(asked, clinician));
      if (opens.isEmpty() || first.putIfAbsent(opens.get(), scope) == null) {
        kept.add(scope);
      }
    }
    return kept;
  }

  private static SmartScope opens(SmartScope asked, boolean clinician) {
    return clinician || !asked.context().equals("user")
        ? asked
        : new SmartScope("patient", asked.resourceType(), asked.permissions(), asked.query());
  }
}
