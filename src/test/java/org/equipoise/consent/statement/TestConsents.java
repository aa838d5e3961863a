package org.equipoise.consent.statement;

import java.util.List;
import java.util.Set;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Reference;

/** Consents on record: Patient/ana, training, about DocumentReference/note by Device/scribe. */
public final class TestConsents {

  private TestConsents() {}

  /** An active yes with everything that makes it count. */
  public static Consent permit() {
    Consent consent = consent(ConsentProvisionType.PERMIT);
    consent.getProvision().getPeriod().setEndElement(new DateTimeType("2027-02-01T23:59:59Z"));
    understood(consent, new Comprehension(5, 5, "en"));
    free(consent, new Voluntariness(true, true, List.of("none-observed"), null));
    return consent;
  }

  /** An active no. */
  public static Consent deny() {
    return consent(ConsentProvisionType.DENY);
  }

  /** The same decision, about any document and any AI. */
  public static Consent general(Consent consent) {
    consent.getProvision().setData(null).setActor(null);
    return consent;
  }

  public static void understood(Consent consent, Comprehension comprehension) {
    without(consent, Canonical.Extension.COMPREHENSION);
    consent.addExtension(comprehension.toExtension());
  }

  public static void free(Consent consent, Voluntariness voluntariness) {
    without(consent, Canonical.Extension.VOLUNTARINESS);
    consent.addExtension(voluntariness.toExtension());
  }

  public static void without(Consent consent, String extension) {
    consent.getExtension().removeIf(had -> extension.equals(had.getUrl()));
  }

  /** The use that these consents speak of. */
  public static AiUse use() {
    return new AiUse(
        TestDocuments.PATIENT,
        AiPurpose.AI_TRAINING,
        "DocumentReference/note",
        Set.of(TestDocuments.DEVICE));
  }

  /** What a Consent to one purpose says. */
  public static ConsentStatement statement(Consent consent) {
    return statements(List.of(consent)).get(0);
  }

  /** What these Consents say. */
  public static List<ConsentStatement> statements(List<Consent> consents) {
    ConsentReader reader = new ConsentReader(ConsentSettings.DEFAULT.zone());
    return consents.stream().flatMap(consent -> reader.read(consent).stream()).toList();
  }

  private static Consent consent(ConsentProvisionType type) {
    Consent consent = new Consent();
    consent.setId("Consent/earlier/_history/1");
    consent.setStatus(ConsentState.ACTIVE);
    consent.setPatient(new Reference(TestDocuments.PATIENT));
    consent.addPerformer(new Reference(TestDocuments.PATIENT));
    consent.setDateTimeElement(new DateTimeType("2026-07-01T09:00:00Z"));
    consent.getProvision().setType(type);
    consent.getProvision().getPeriod().setStartElement(new DateTimeType("2026-07-01T09:00:00Z"));
    AiPurpose.AI_TRAINING.toCodings().forEach(consent.getProvision()::addPurpose);
    consent.getProvision().addActor().setReference(new Reference(TestDocuments.DEVICE));
    consent
        .getProvision()
        .addData()
        .setMeaning(ConsentDataMeaning.INSTANCE)
        .setReference(new Reference("DocumentReference/note"));
    return consent;
  }
}
