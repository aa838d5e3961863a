package org.equipoise.consent.statement;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.equipoise.consent.statement.ConsentStatement.Evidence;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.BackboneElement;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.Consent.provisionActorComponent;
import org.hl7.fhir.r4.model.Consent.provisionDataComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;

/**
 * Reads what a Consent says of AI, or refuses it: nothing in it that changes its meaning is passed
 * over. A nested provision (FHIR R4, Consent.provision.provision; one level, as IHE PCF) is an
 * exception of the one around it, inherits what it does not say, and narrows what it does. Pure.
 */
public final class ConsentReader {

  /** Base rules of HL7 v3 ActCode that would decide what the provisions leave open. */
  private static final Set<String> BASE_RULES = Set.of("OPTIN", "OPTOUT", "OPTINR", "OPTOUTE");

  private static final Set<String> ACTORS = Set.of("Device", "Organization");

  private static final int DEEPEST = 1;

  private final ConsentPeriods periods;

  /**
   * @param zone where the days of a date without a time begin and end
   */
  public ConsentReader(ZoneId zone) {
    this.periods = new ConsentPeriods(zone);
  }

  /**
   * What a Consent says of AI; empty where it does not speak of AI.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where something in
   *     it cannot be held to, naming the element
   */
  public List<ConsentStatement> read(Consent consent) {
    return read(consent, "Consent");
  }

  /**
   * @param at where the Consent stands, for refusals
   */
  public List<ConsentStatement> read(Consent consent, String at) {
    return Consents.speaksOfAi(consent) ? new Reading(consent, at).statements() : List.of();
  }

  /**
   * Like {@link #read}, for what is on record, perhaps from before this server asked to understand
   * it: what cannot be understood counts as a no to all that it may speak of.
   */
  public List<ConsentStatement> readOnRecord(Consent consent) {
    try {
      return read(consent);
    } catch (UnprocessableEntityException notUnderstood) {
      boolean isOfPatient =
          "Patient".equals(consent.getPatient().getReferenceElement().getResourceType());
      return isOfPatient && Consents.isInForce(consent) ? refusalOfAll(consent) : List.of();
    }
  }

  private static List<ConsentStatement> refusalOfAll(Consent consent) {
    List<AiPurpose> named = AiPurpose.of(consent);
    List<AiPurpose> purposes = named.isEmpty() ? List.of(AiPurpose.values()) : named;
    return purposes.stream()
        .map(
            purpose ->
                new ConsentStatement(
                    "Consent/" + consent.getIdElement().getIdPart(),
                    purposes.indexOf(purpose),
                    0,
                    AiUse.key(consent.getPatient()),
                    ConsentState.ACTIVE,
                    false,
                    purpose,
                    Set.of(),
                    Set.of(),
                    null,
                    null,
                    null,
                    Evidence.NONE))
        .toList();
  }

  /** How far a provision reaches; empty actors or documents mean any. */
  private record Extent(
      Set<AiPurpose> purposes,
      Set<String> actors,
      Set<String> documents,
      Instant start,
      Instant end) {

    static final Extent ALL =
        new Extent(EnumSet.allOf(AiPurpose.class), Set.of(), Set.of(), null, null);
  }

  /** One Consent while it is read. */
  private final class Reading {

    private final Consent consent;
    private final String root;
    private final String patient;
    private final Evidence evidence;
    private final List<ConsentStatement> statements = new ArrayList<>();

    Reading(Consent consent, String at) {
      this.consent = consent;
      this.root = at;
      this.patient = keyOf(consent.getPatient(), Set.of("Patient"), at + ".patient");
      this.evidence =
          new Evidence(
              Comprehension.of(consent).orElse(null),
              Voluntariness.of(consent).map(given -> given.withStatement(null)).orElse(null));
    }

    List<ConsentStatement> statements() {
      refuse(consent.hasImplicitRules(), root + ".implicitRules");
      refuse(consent.hasModifierExtension(), root + ".modifierExtension");
      refuse(
          consent.getPolicyRule().getCoding().stream()
              .anyMatch(
                  rule ->
                      Canonical.System.ACT_CODE.equals(rule.getSystem())
                          && BASE_RULES.contains(rule.getCode())),
          root + ".policyRule");
      refuse(
          consent.getVerification().stream()
              .anyMatch(one -> one.hasVerified() && !one.getVerified()),
          root + ".verification.verified");
      consent.getVerification().forEach(one -> refuseModified(one, root + ".verification"));
      consent.getPolicy().forEach(one -> refuseModified(one, root + ".policy"));
      provision(consent.getProvision(), Extent.ALL, 0, root + ".provision");
      return statements;
    }

    private void provision(ProvisionComponent provision, Extent around, int depth, String at) {
      refuseModified(provision, at);
      refuse(provision.hasAction(), at + ".action");
      refuse(provision.hasSecurityLabel(), at + ".securityLabel");
      refuse(provision.hasClass_(), at + ".class");
      refuse(provision.hasCode(), at + ".code");
      refuse(provision.hasDataPeriod(), at + ".dataPeriod");
      refuse(depth == DEEPEST && provision.hasProvision(), at + ".provision");
      if (provision.getType() != ConsentProvisionType.PERMIT
          && provision.getType() != ConsentProvisionType.DENY) {
        throw refusal(at + ".type", "say permit or deny");
      }
      boolean permit = provision.getType() == ConsentProvisionType.PERMIT;
      Extent extent = narrowed(provision, around, permit, at);
      for (AiPurpose purpose : extent.purposes()) {
        statements.add(
            new ConsentStatement(
                "Consent/" + consent.getIdElement().getIdPart(),
                statements.size(),
                depth,
                patient,
                consent.getStatus(),
                permit,
                purpose,
                extent.actors(),
                extent.documents(),
                extent.start(),
                permit ? extent.end() : null,
                consent.hasDateTime() ? periods.start(consent.getDateTimeElement()) : null,
                evidence));
      }
      for (ProvisionComponent nested : provision.getProvision()) {
        provision(nested, extent, depth + 1, at + ".provision");
      }
    }

    private Extent narrowed(
        ProvisionComponent provision, Extent around, boolean permit, String at) {
      Set<AiPurpose> purposes = EnumSet.noneOf(AiPurpose.class);
      for (Coding coding : provision.getPurpose()) {
        purposes.add(
            AiPurpose.of(coding)
                .orElseThrow(
                    () ->
                        refusal(
                            at + ".purpose",
                            "%s|%s is no purpose of AI; give it a Consent of its own"
                                .formatted(coding.getSystem(), coding.getCode()))));
      }
      Set<String> actors = new HashSet<>();
      for (provisionActorComponent actor : provision.getActor()) {
        refuseModified(actor, at + ".actor");
        refuse(
            actor.hasRole()
                && !actor.getRole().hasCoding(Canonical.System.PARTICIPATION_TYPE, "IRCP"),
            at + ".actor.role");
        actors.add(keyOf(actor.getReference(), ACTORS, at + ".actor.reference"));
      }
      Set<String> documents = new HashSet<>();
      for (provisionDataComponent data : provision.getData()) {
        refuseModified(data, at + ".data");
        refuse(data.getMeaning() != ConsentDataMeaning.INSTANCE, at + ".data.meaning");
        documents.add(keyOf(data.getReference(), Set.of(), at + ".data.reference"));
      }
      requireWithin(purposes, around.purposes(), at + ".purpose");
      requireWithin(actors, around.actors(), at + ".actor");
      requireWithin(documents, around.documents(), at + ".data");
      Period period = provision.getPeriod();
      if (!permit && period.hasEnd() && consent.getStatus() == ConsentState.ACTIVE) {
        throw refusal(at + ".period.end", "a refusal does not lapse; leave its end out");
      }
      return new Extent(
          purposes.isEmpty() ? around.purposes() : purposes,
          actors.isEmpty() ? around.actors() : actors,
          documents.isEmpty() ? around.documents() : documents,
          later(around.start(), period.hasStart() ? periods.start(period.getStartElement()) : null),
          earlier(around.end(), period.hasEnd() ? periods.end(period.getEndElement()) : null));
    }
  }

  private static <T> void requireWithin(Set<T> given, Set<T> around, String at) {
    if (!around.isEmpty() && !around.containsAll(given)) {
      throw refusal(at, "an exception cannot reach further than the provision around it");
    }
  }

  private static Instant later(Instant a, Instant b) {
    return a == null || (b != null && b.isAfter(a)) ? b : a;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a == null || (b != null && b.isBefore(a)) ? b : a;
  }

  /** {@code Type/id}: what is named by an identifier or a name alone cannot be recognised. */
  private static String keyOf(Reference reference, Set<String> types, String at) {
    IIdType id = reference.getReferenceElement();
    boolean isNamed =
        id.hasResourceType()
            && id.hasIdPart()
            && !id.isLocal()
            && (types.isEmpty() || types.contains(id.getResourceType()));
    if (!isNamed) {
      throw refusal(
          at,
          types.isEmpty()
              ? "name it by reference, Type/id"
              : "name it by reference, one of " + types.stream().sorted().toList());
    }
    return AiUse.key(reference);
  }

  private static void refuseModified(BackboneElement element, String at) {
    refuse(element.hasModifierExtension(), at + ".modifierExtension");
  }

  private static void refuse(boolean isGiven, String at) {
    if (isGiven) {
      throw refusal(at, "this server cannot hold to it in a decision about AI; leave it out");
    }
  }

  private static RuntimeException refusal(String at, String what) {
    return Refusal.businessRule(at, at + ": " + what);
  }
}
