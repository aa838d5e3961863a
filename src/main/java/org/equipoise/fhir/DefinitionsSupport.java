package org.equipoise.fhir;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * {@link Definitions} for HAPI's validator: also the questionnaire, which HAPI's own support does
 * not hold.
 */
final class DefinitionsSupport extends PrePopulatedValidationSupport {

  private final Definitions definitions;

  DefinitionsSupport(FhirContext context, Definitions definitions) {
    super(context);
    this.definitions = definitions;
    definitions.all(StructureDefinition.class).forEach(this::addStructureDefinition);
    definitions.all(CodeSystem.class).forEach(this::addCodeSystem);
    definitions.all(ValueSet.class).forEach(this::addValueSet);
  }

  @Override
  public <T extends IBaseResource> T fetchResource(Class<T> type, String canonical) {
    if (type == Questionnaire.class) {
      return type.cast(definitions.find(Questionnaire.class, canonical).orElse(null));
    }
    return super.fetchResource(type, canonical);
  }
}
