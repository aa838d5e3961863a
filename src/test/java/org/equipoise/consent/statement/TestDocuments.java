package org.equipoise.consent.statement;

import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Reference;

/** AI documents to consent to. */
public final class TestDocuments {

  public static final String PATIENT = "Patient/ana";
  public static final String DEVICE = "Device/scribe";
  public static final String ORGANIZATION = "Organization/clinic";

  private TestDocuments() {}

  /** A note that an AI wrote and nobody checked: DocumentReference/note of Patient/ana. */
  public static DocumentReference aiNote() {
    DocumentReference document = new DocumentReference();
    document.setId("DocumentReference/note/_history/1");
    document
        .getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    document.setStatus(DocumentReferenceStatus.CURRENT);
    document.setDocStatus(ReferredDocumentStatus.PRELIMINARY);
    document.setSubject(new Reference(PATIENT));
    document.addAuthor(new Reference(DEVICE));
    document.setCustodian(new Reference(ORGANIZATION));
    return document;
  }
}
