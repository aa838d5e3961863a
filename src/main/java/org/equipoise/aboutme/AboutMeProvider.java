package org.equipoise.aboutme;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;

/**
 * {@code POST Patient/[id]/$about-me}: a patient says who they are. A thin way to make the document
 * that a plain POST makes too; what may be said by whom is {@link AboutMeRule}'s alone. See {@code
 * docs/about-me.md}.
 */
public final class AboutMeProvider implements OperationProvider {

  private static final String NAME = "about-me";

  private final RecordOperation operation;

  AboutMeProvider(RecordOperation operation) {
    this.operation = operation;
  }

  /** Answers the statement as it now stands. */
  @Operation(
      name = "$" + NAME,
      typeName = "Patient",
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + NAME)
  public Parameters say(
      @IdParam IdType id, @ResourceParam IBaseResource body, RequestDetails details) {
    Parameters input = OperationProvider.parametersOf(body);
    AboutMeRequest request = AboutMeRequest.parse(input);
    return operation.run(NAME, id, input, details, transaction -> say(transaction, id, request));
  }

  private static Parameters say(RecordTransaction transaction, IdType id, AboutMeRequest request) {
    Caller caller = transaction.caller();
    AboutMeRule.requirePatientSide(caller);
    String patient =
        transaction
            .read(Patient.class, id.toUnqualifiedVersionless())
            .getIdElement()
            .toUnqualifiedVersionless()
            .getValue();
    Map<String, String> names = new LinkedHashMap<>();
    request.parts().stream()
        .flatMap(part -> part.people().stream())
        .forEach(one -> names.put(one.getReference(), nameOf(transaction, one)));
    DocumentReference statement =
        AboutMe.write(
            patient,
            caller.person().orElseThrow().toUnqualifiedVersionless().getValue(),
            request.language(),
            request.parts(),
            names,
            transaction.now());
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    bundle
        .addEntry()
        .setFullUrl("urn:uuid:" + UUID.randomUUID())
        .setResource(statement)
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl("DocumentReference");
    Parameters answer = new Parameters();
    answer.addParameter().setName("return").setResource(transaction.write(bundle).get(0));
    return answer;
  }

  private static String nameOf(RecordTransaction transaction, Reference person) {
    RelatedPerson found =
        transaction
            .find(RelatedPerson.class, person)
            .orElseThrow(
                () ->
                    Refusal.unprocessable(
                        IssueType.NOTFOUND,
                        "Parameters.parameter.where(name='part').part.where(name='person')",
                        person.getReference() + " is not known"));
    List<String> named =
        found.getName().stream()
            .map(name -> name.hasText() ? name.getText() : name.getNameAsSingleString())
            .filter(name -> !name.isBlank())
            .toList();
    return named.isEmpty() ? null : named.get(0);
  }
}
