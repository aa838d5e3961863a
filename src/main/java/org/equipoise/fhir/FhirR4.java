package org.equipoise.fhir;

import ca.uhn.fhir.context.FhirContext;

/**
 * The one FHIR context of the JVM. Making one costs seconds, and the validator keeps everything it
 * learned per context.
 */
public final class FhirR4 {

  /**
   * Elements whose references keep their version when a resource is written out. HAPI takes
   * versions off elsewhere; here they say which text is meant.
   */
  private static final String[] VERSIONED_REFERENCES = {
    "Provenance.target", "Provenance.entity.what", "AuditEvent.entity.what"
  };

  private static final FhirContext CONTEXT = configured(FhirContext.forR4Cached());

  private FhirR4() {}

  /** The shared context. Its options are set; do not change them. */
  public static FhirContext context() {
    return CONTEXT;
  }

  /**
   * Gives another R4 context the same parser options.
   *
   * @return the same context
   */
  public static FhirContext configured(FhirContext context) {
    context.getParserOptions().setDontStripVersionsFromReferencesAtPaths(VERSIONED_REFERENCES);
    return context;
  }
}
