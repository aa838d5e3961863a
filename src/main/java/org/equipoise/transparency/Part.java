package org.equipoise.transparency;

/** A part of the story that may be left out, for want of a scope, or cut, for its length. */
enum Part {
  VERSIONS("versions"),
  RELATED("related"),
  PROVENANCES("provenances"),
  INPUTS("inputs"),
  CONSENTS("consents"),
  TASKS("tasks"),
  AUDITS("audits"),
  DECISIONS("decisions"),
  REQUESTS("requests");

  private final String code;

  Part(String code) {
    this.code = code;
  }

  /** Its name among the words. */
  String code() {
    return code;
  }
}
