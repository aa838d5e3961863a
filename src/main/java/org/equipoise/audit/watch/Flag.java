package org.equipoise.audit.watch;

/**
 * That an access is unusual. Unusual is not wrong.
 *
 * @param rule why
 * @param counted what was counted, where the rule counts: patients of the day, or refusals of the
 *     last minutes; else null. For the privacy officer alone.
 * @param usual what would be usual; null where the rule counts nothing
 */
public record Flag(Rule rule, Integer counted, Integer usual) {

  /** Of a rule that counts nothing. */
  public static Flag of(Rule rule) {
    return new Flag(rule, null, null);
  }
}
