package org.equipoise.consent;

import java.util.List;

/**
 * Whether a decision counts.
 *
 * @param effective whether it does; a permit that does not evaluates to deny
 * @param reasons why it does not; empty where it does
 */
public record ConsentEffect(boolean effective, List<Reason> reasons) {

  static final ConsentEffect EFFECTIVE = new ConsentEffect(true, List.of());

  public ConsentEffect {
    reasons = List.copyOf(reasons);
  }

  static ConsentEffect of(List<Reason> reasons) {
    return new ConsentEffect(reasons.isEmpty(), reasons);
  }
}
