package org.equipoise.transparency;

import java.util.Optional;

/**
 * Something that the story of an AI document should tell, and the record does not.
 *
 * @param code what is missing
 * @param about what it is missing of, as a reference: a version, an AI, an input; null where it is
 *     the document as a whole
 */
record Gap(Code code, String about) {

  static Gap of(Code code) {
    return new Gap(code, null);
  }

  Optional<String> of() {
    return Optional.ofNullable(about);
  }

  /** The codes of the code system {@code missing}. */
  enum Code {
    NO_AI_NAMED("no-ai-named"),
    NO_MODEL_CARD("no-model-card"),
    NO_PROVENANCE("no-provenance"),
    NO_PROVENANCE_OF_VERSION("no-provenance-of-version"),
    NO_PROMPT("no-prompt"),
    NO_INPUTS("no-inputs"),
    INPUT_NOT_AVAILABLE("input-not-available"),
    NO_EXPLANATION("no-explanation"),
    NO_EXPLANATION_IN_LANGUAGE("no-explanation-in-language"),
    NO_REVIEW("no-review"),
    NO_REVIEW_TIME("no-review-time"),
    NO_CONSENT("no-consent"),
    CONSENT_REFUSED("consent-refused"),
    CONSENT_NOT_VALID("consent-not-valid");

    private final String code;

    Code(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }
  }
}
