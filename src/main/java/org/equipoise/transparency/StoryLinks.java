package org.equipoise.transparency;

/** Where the rest of a story is that was cut, as addresses relative to the server's base. */
final class StoryLinks {

  private StoryLinks() {}

  static String rest(DocumentStory story, Part part) {
    String document = Keys.of(story.document());
    String patient = story.document().getSubject().getReferenceElement().getIdPart();
    return switch (part) {
      case VERSIONS -> document + "/_history";
      case RELATED ->
          "DocumentReference?relatesto=" + document + "&patient=" + patient + "&_sort=-date";
      case PROVENANCES, INPUTS ->
          "Provenance?target=" + document + "&record-patient=" + patient + "&_sort=-recorded";
      case CONSENTS -> "Consent?patient=" + patient + "&_sort=-date";
      case TASKS -> "Task?focus=" + document + "&patient=" + patient + "&_sort=-authored-on";
      case AUDITS -> "AuditEvent?entity=" + document + "&patient=" + patient + "&_sort=-date";
      case REQUESTS -> "ServiceRequest?patient=" + patient + "&_sort=-authored";
      case DECISIONS -> "Composition?entry=" + document + "&patient=" + patient + "&_sort=-date";
    };
  }

  /** The whole story of one document. */
  static String whole(String documentKey, StoryWords words) {
    return documentKey + "/$ai-transparency?language=" + words.locale().toLanguageTag();
  }
}
