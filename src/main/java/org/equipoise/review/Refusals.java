package org.equipoise.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.Consent.provisionDataComponent;
import org.hl7.fhir.r4.model.Reference;

/**
 * A patient's "no" to a document holds for the text that replaces it: an edit is no way round it. A
 * "yes" is not stretched: it was said of another text, and may be asked for again.
 */
public final class Refusals {

  private Refusals() {}

  /**
   * Lets every refusal in a Consent that names one of {@code documents} name {@code successor} too,
   * in place.
   *
   * @param documents {@code DocumentReference/[id]} of what was replaced
   * @return whether anything was added
   */
  static boolean extend(Consent consent, Set<String> documents, String successor) {
    return consent.getStatus() == ConsentState.ACTIVE
        && extend(consent.getProvision(), documents, successor);
  }

  private static boolean extend(
      ProvisionComponent provision, Set<String> documents, String successor) {
    boolean extended = false;
    if (provision.getType() == ConsentProvisionType.DENY) {
      List<provisionDataComponent> added = new ArrayList<>();
      for (provisionDataComponent data : provision.getData()) {
        if (documents.contains(key(data))
            && provision.getData().stream().noneMatch(one -> key(one).equals(successor))
            && added.stream().noneMatch(one -> one.getMeaning() == data.getMeaning())) {
          added.add(
              new provisionDataComponent()
                  .setMeaning(data.getMeaning())
                  .setReference(new Reference(successor)));
        }
      }
      added.forEach(provision::addData);
      extended = !added.isEmpty();
    }
    for (ProvisionComponent nested : provision.getProvision()) {
      extended |= extend(nested, documents, successor);
    }
    return extended;
  }

  private static String key(provisionDataComponent data) {
    String reference = data.getReference().getReference();
    return reference == null ? "" : reference.replaceFirst("/_history/.*", "");
  }
}
