package org.equipoise.fhir;

import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/**
 * What an operation says itself in its answer: no resource of the record, made of nothing but what
 * the caller may see. The mark lives as long as the object; nothing that a client sends or that is
 * read from the record bears it.
 */
public final class OwnWords {

  private static final String MARK = OwnWords.class.getName();

  private OwnWords() {}

  /** Marks it as such. */
  public static <T extends Resource> T of(T said) {
    said.setUserData(MARK, true);
    return said;
  }

  /** Whether it was marked as such. */
  public static boolean are(IBaseResource resource) {
    return resource instanceof Resource said && said.hasUserData(MARK);
  }
}
