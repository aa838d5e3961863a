package org.equipoise.consent;

import java.util.List;

/**
 * Why a decision does not count: a code for programs, and a sentence for people, made by {@link
 * ConsentWords}.
 *
 * @param code what is amiss
 * @param details what the sentence names, in its order: numbers, dates, codes
 */
public record Reason(Code code, List<Object> details) {

  public Reason {
    details = List.copyOf(details);
  }

  static Reason of(Code code, Object... details) {
    return new Reason(code, List.of(details));
  }

  /** What can be amiss. */
  public enum Code {
    /** The Consent is proposed, withdrawn, rejected, a draft or an error. */
    NOT_ACTIVE("not-active"),
    /** Its period has not begun. */
    NOT_YET("not-yet"),
    /** Its period is over. */
    LAPSED("lapsed"),
    /** A permit without an end. */
    NO_END("no-end"),
    /** Nobody checked whether it was understood. */
    COMPREHENSION_MISSING("comprehension-missing"),
    /** Too few teach-back items were right: right, all, needed. */
    NOT_UNDERSTOOD("not-understood"),
    /** The language of the teach-back is not known. */
    LANGUAGE_MISSING("language-missing"),
    /** Nobody recorded whether the decision was free. */
    VOLUNTARINESS_MISSING("voluntariness-missing"),
    /** The patient was not asked in private. */
    NOT_ASKED_PRIVATELY("not-asked-privately"),
    /** The patient was not told that a no changes nothing about their care. */
    REFUSAL_AFFECTS_CARE("refusal-affects-care"),
    /** Something may have pushed the patient: the signal. */
    INFLUENCE_OBSERVED("influence-observed"),
    /** An earlier no stands, and this yes cannot lift it. */
    DENIED_BEFORE("denied-before");

    private final String code;

    Code(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }
}
