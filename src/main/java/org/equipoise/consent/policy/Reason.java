package org.equipoise.consent.policy;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.equipoise.consent.guardrail.Guardrail;
import org.equipoise.consent.guardrail.Obstacle;

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

  public static Reason of(Code code, Object... details) {
    return new Reason(code, List.of(details));
  }

  /**
   * What a guardrail says.
   *
   * @param zone whose days and hours a time names
   */
  static Reason of(Obstacle obstacle, ZoneId zone) {
    return switch (obstacle.kind()) {
      case WITNESS_MISSING -> of(Code.WITNESS_MISSING);
      case CONFIRMATION_MISSING -> of(Code.CONFIRMATION_MISSING, obstacle.signal());
      case INFLUENCE_OBSERVED -> of(Code.INFLUENCE_OBSERVED, obstacle.signal());
      case COOLING_OFF -> of(Code.COOLING_OFF, obstacle.from().atZone(zone));
      case TEACH_BACK_REUSED -> of(Code.TEACH_BACK_REUSED);
    };
  }

  /** The guardrail behind it; absent where something else is amiss. */
  Optional<Guardrail> guardrail() {
    return switch (code) {
      case WITNESS_MISSING -> Optional.of(Guardrail.INDEPENDENT_WITNESS);
      case CONFIRMATION_MISSING, INFLUENCE_OBSERVED -> Guardrail.of(String.valueOf(details.get(0)));
      case COOLING_OFF -> Optional.of(Guardrail.COOLING_OFF);
      case TEACH_BACK_REUSED -> Optional.of(Guardrail.NEW_TEACH_BACK);
      default -> Optional.empty();
    };
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
    /**
     * Something may have pushed the patient, and no neutral person has confirmed it: the signal.
     */
    CONFIRMATION_MISSING("free-choice-not-confirmed"),
    /** A treating clinician asked, and no independent witness was there. */
    WITNESS_MISSING("witness-missing"),
    /** The time to think it over is not up: when it is. */
    COOLING_OFF("cooling-off"),
    /** The teach-back answers were given for an earlier yes. */
    TEACH_BACK_REUSED("teach-back-reused"),
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
