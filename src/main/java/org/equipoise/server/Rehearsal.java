package org.equipoise.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.svc.IIdHelperService;
import ca.uhn.fhir.jpa.dao.tx.HapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import jakarta.persistence.EntityManager;
import java.util.List;
import org.equipoise.fhir.Definitions;
import org.equipoise.fhir.EntryWriter;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Writes every published example, down to the SQL, and takes it back: the classes, queries and
 * compiled code of a write are then ready before the first client comes. Nothing of it is ever
 * committed.
 */
class Rehearsal {

  /** Often enough for the compiler to have seen the code. */
  private static final int TIMES = 6;

  private final HapiTransactionService transactions;
  private final DaoRegistry daos;
  private final IIdHelperService<JpaPid> ids;
  private final EntityManager entityManager;
  private final FhirContext context;

  Rehearsal(
      HapiTransactionService transactions,
      DaoRegistry daos,
      IIdHelperService<JpaPid> ids,
      EntityManager entityManager,
      FhirContext context) {
    this.transactions = transactions;
    this.daos = daos;
    this.ids = ids;
    this.entityManager = entityManager;
    this.context = context;
  }

  void run() {
    for (int i = 0; i < TIMES; i++) {
      rehearse();
    }
  }

  private void rehearse() {
    Bundle examples =
        asCreates(
            Definitions.examples().stream()
                .filter(example -> ServedTypes.RECORDS.contains(example.fhirType()))
                .toList());
    transactions
        .withSystemRequest()
        .execute(
            status -> {
              status.setRollbackOnly();
              new EntryWriter(daos, ids, context, new SystemRequestDetails()).write(examples);
              entityManager.flush();
              return null;
            });
  }

  /**
   * Under ids of the server, so that a record of the same id, such as the demo's, is not in the
   * way.
   */
  private Bundle asCreates(List<Resource> examples) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (Resource example : examples) {
      context.newTerser().getAllPopulatedChildElementsOfType(example, Reference.class).stream()
          .filter(Reference::hasReference)
          .forEach(
              reference ->
                  reference.setReference(
                      reference.getReferenceElement().toUnqualifiedVersionless().getValue()));
      bundle
          .addEntry()
          .setFullUrl(example.fhirType() + "/" + example.getIdElement().getIdPart())
          .setResource(example)
          .getRequest()
          .setMethod(HTTPVerb.POST)
          .setUrl(example.fhirType());
      example.setId((String) null);
    }
    return bundle;
  }
}
