package org.equipoise.consent.statement;

import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;

/** What can be read off a Consent without weighing it. */
public final class Consents {

  /** From the oldest decision to the newest. */
  public static final Comparator<Consent> BY_TIME =
      Comparator.comparing(Consent::getDateTime, Comparator.nullsFirst(Comparator.naturalOrder()));

  private Consents() {}

  public static boolean isPermit(Consent consent) {
    return consent.getProvision().getType() == ConsentProvisionType.PERMIT;
  }

  public static boolean isDeny(Consent consent) {
    return consent.getProvision().getType() == ConsentProvisionType.DENY;
  }

  /**
   * In force: active, or a proposed permit. The patient was asked about just this, and the yes did
   * not count, so a more general yes does not stand in for it.
   */
  public static boolean isInForce(Consent consent) {
    return consent.getStatus() == ConsentState.ACTIVE
        || (consent.getStatus() == ConsentState.PROPOSED && isPermit(consent));
  }

  /** True where any provision permits something, however deep it stands. */
  public static boolean permitsSomething(Consent consent) {
    return provisions(consent.getProvision())
        .anyMatch(provision -> provision.getType() == ConsentProvisionType.PERMIT);
  }

  /**
   * True where a Consent speaks of AI: it names one of the purposes of AI, ours or HL7's, or it
   * names a Device and no purpose, and so speaks of all that this Device does.
   */
  public static boolean speaksOfAi(Consent consent) {
    boolean namesPurpose = purposes(consent).anyMatch(coding -> AiPurpose.of(coding).isPresent());
    boolean namesDevice =
        provisions(consent.getProvision())
            .flatMap(provision -> provision.getActor().stream())
            .anyMatch(
                actor ->
                    "Device".equals(actor.getReference().getReferenceElement().getResourceType()));
    return namesPurpose || (namesDevice && purposes(consent).findAny().isEmpty());
  }

  /** True where it opens what it names to whoever gives a second opinion. */
  public static boolean isForSecondOpinion(Consent consent) {
    return consent.getPolicy().stream()
        .anyMatch(policy -> Canonical.SECOND_OPINION_SHARING_POLICY.equals(policy.getUri()));
  }

  private static Stream<Coding> purposes(Consent consent) {
    return provisions(consent.getProvision()).flatMap(each -> each.getPurpose().stream());
  }

  /** A provision and all that are nested in it. */
  public static Stream<ProvisionComponent> provisions(ProvisionComponent provision) {
    return Stream.concat(
        Stream.of(provision), provision.getProvision().stream().flatMap(Consents::provisions));
  }

  /** The documents that a Consent is limited to; empty where it is not limited to any. */
  public static Set<String> documents(Consent consent) {
    return consent.getProvision().getData().stream()
        .filter(data -> data.getMeaning() == ConsentDataMeaning.INSTANCE)
        .map(data -> AiUse.key(data.getReference()))
        .collect(Collectors.toSet());
  }
}
