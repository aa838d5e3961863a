package org.equipoise.consent.statement;

import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;

/** Reads extensions of a Consent. */
public final class Extensions {

  private Extensions() {}

  /** The values of all parts with this url that have this type and a content. */
  public static <T extends Type> Stream<T> parts(Extension extension, String url, Class<T> type) {
    return extension.getExtensionsByUrl(url).stream()
        .map(Extension::getValue)
        .filter(type::isInstance)
        .map(type::cast)
        .filter(value -> !value.isEmpty());
  }

  /** Who witnessed a Consent. */
  public static Stream<Reference> witnesses(Consent consent) {
    return consent.getExtensionsByUrl(Canonical.Extension.CONSENT_WITNESS).stream()
        .map(Extension::getValue)
        .filter(Reference.class::isInstance)
        .map(Reference.class::cast);
  }
}
