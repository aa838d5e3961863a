package org.equipoise.consent.recording;

import java.time.Instant;
import java.util.Date;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;

/**
 * Who recorded a consent. No AI takes part, so it is a plain Provenance that the patient's record
 * can find.
 */
public final class ConsentProvenance {

  /** A consent was made (HL7 v3 DataOperation). */
  static final Coding CREATED =
      new Coding().setSystem(Canonical.System.DATA_OPERATION).setCode("CREATE");

  /** A consent was taken back (HL7 v3 DataOperation). */
  public static final Coding CHANGED =
      new Coding().setSystem(Canonical.System.DATA_OPERATION).setCode("UPDATE");

  /** A consent was witnessed (ISO 21089 record lifecycle). */
  static final Coding VERIFIED =
      new Coding().setSystem(Canonical.System.LIFECYCLE).setCode("verify");

  private ConsentProvenance() {}

  /** A Provenance without targets and agents. */
  public static Provenance of(Reference patient, Instant now, Coding activity) {
    Provenance provenance = new Provenance();
    provenance.addExtension(
        new Extension(Canonical.Extension.PROVENANCE_PATIENT, new Reference(AiUse.key(patient))));
    provenance.setOccurred(Entries.time(now));
    provenance.setRecorded(Date.from(now));
    provenance.setActivity(new CodeableConcept(activity.copy()));
    return provenance;
  }

  public static CodeableConcept agentType(String code) {
    return new CodeableConcept(
        new Coding().setSystem(Canonical.System.PROVENANCE_PARTICIPANT).setCode(code));
  }
}
