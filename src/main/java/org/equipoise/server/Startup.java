package org.equipoise.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.equipoise.fhir.Definitions;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.SearchParameter;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;

/**
 * What has to be done before the server says that it is ready (Spring reports readiness after all
 * runners): our search parameters are active, the validator and the capability statement are warm,
 * so that the first client is not the one who waits.
 */
@Order(1)
class Startup implements ApplicationRunner {

  private final Definitions definitions;
  private final DaoRegistry daos;
  private final ISearchParamRegistry searchParameters;
  private final RecordValidation validation;
  private final Rehearsal rehearsal;
  private final MetadataBytes metadata;
  private final FirstVisitor visitor;

  Startup(
      Definitions definitions,
      DaoRegistry daos,
      ISearchParamRegistry searchParameters,
      RecordValidation validation,
      Rehearsal rehearsal,
      MetadataBytes metadata,
      FirstVisitor visitor) {
    this.definitions = definitions;
    this.daos = daos;
    this.searchParameters = searchParameters;
    this.validation = validation;
    this.rehearsal = rehearsal;
    this.metadata = metadata;
    this.visitor = visitor;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    // HAPI reads search parameters from its own tables. An unchanged one costs a read; ids are the
    // same on every node.
    IFhirResourceDao<SearchParameter> stored = daos.getResourceDao(SearchParameter.class);
    definitions
        .all(SearchParameter.class)
        .forEach(definition -> stored.update(definition.copy(), new SystemRequestDetails()));
    searchParameters.forceRefresh();
    validation.warmUp();
    rehearsal.run();
    metadata.prepare();
    visitor.visit();
  }
}
