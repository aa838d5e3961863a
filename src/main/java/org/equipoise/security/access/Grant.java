package org.equipoise.security.access;

import org.equipoise.security.scope.SmartScope;

/**
 * One thing that a token is good for.
 *
 * @param reach whose data
 * @param scope which types, which actions, and which of the resources
 */
record Grant(Reach reach, SmartScope scope) {

  /** Whose data a scope reaches, narrow to wide. */
  enum Reach {
    /** The data of the patient in context. */
    PATIENT,
    /** The data of those for whom the clinician cares. */
    CARED_FOR,
    /** Everybody's. */
    ALL
  }

  /** Whether everything of the type and action is open, whoever's it is. */
  boolean isUnlimited() {
    return reach == Reach.ALL && !scope.isGranular();
  }

  /** Whether the other opens nothing that this one does not. */
  boolean implies(Grant other) {
    return reach.compareTo(other.reach) >= 0 && other.scope.query().containsAll(scope.query());
  }
}
