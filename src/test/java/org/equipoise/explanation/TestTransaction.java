package org.equipoise.explanation;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * A record in memory: enough of reading, searching and writing for what the explanation feature
 * asks of it.
 */
final class TestTransaction implements RecordTransaction {

  private static final FhirContext FHIR = FhirContext.forR4Cached();

  final Map<String, Resource> stored = new LinkedHashMap<>();
  final List<String> locks = new ArrayList<>();

  /** What was asked of the record, as {@code read X} and {@code search X}. */
  final List<String> asked = new ArrayList<>();

  private final Caller caller;
  private int nextId = 1;

  TestTransaction(Caller caller, Resource... resources) {
    this.caller = caller;
    for (Resource resource : resources) {
      stored.put(resource.getIdElement().toUnqualifiedVersionless().getValue(), resource);
    }
  }

  static Caller practitioner() {
    return new Caller(
        "ehr", "eva", new IdType("Practitioner", "ruiz"), null, Set.of("user/*.cruds"));
  }

  static Caller patient() {
    return new Caller(
        "portal", "ana", new IdType("Patient", "ana"), "ana", Set.of("patient/*.cruds"));
  }

  static Caller service() {
    return new Caller("scribe-backend", "scribe-backend", null, null, Set.of("system/*.cruds"));
  }

  /** The elements that a refusal names. */
  static List<String> expressions(BaseServerResponseException refusal) {
    return ((OperationOutcome) refusal.getOperationOutcome())
        .getIssueFirstRep().getExpression().stream()
            .map(expression -> expression.getValue())
            .toList();
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public Instant now() {
    return Instant.parse("2026-06-01T12:00:00Z");
  }

  @Override
  public <T extends Resource> T read(Class<T> type, IdType id) {
    asked.add("read " + id.toUnqualifiedVersionless().getValue());
    return Optional.ofNullable(stored.get(id.toUnqualifiedVersionless().getValue()))
        .filter(type::isInstance)
        .map(type::cast)
        .orElseThrow(() -> Refusal.notFound(id));
  }

  @Override
  public <T extends Resource> Optional<T> find(Class<T> type, Reference reference) {
    asked.add("read " + reference.getReference());
    return Optional.ofNullable(stored.get(String.valueOf(DocumentFacts.key(reference))))
        .filter(type::isInstance)
        .map(type::cast);
  }

  @Override
  public <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters) {
    asked.add("search " + type.getSimpleName());
    return stored.values().stream()
        .filter(type::isInstance)
        .filter(
            resource ->
                parameters.entrySet().stream()
                    .allMatch(
                        parameter ->
                            parameter.getValue().stream()
                                .allMatch(
                                    or ->
                                        or.stream()
                                            .anyMatch(
                                                value ->
                                                    matches(resource, parameter.getKey(), value)))))
        .map(type::cast)
        .toList();
  }

  private static boolean matches(Resource resource, String name, IQueryParameterType value) {
    String path = FHIR.getResourceDefinition(resource).getSearchParam(name).getPath();
    return FHIR.newFhirPath().evaluate(resource, path, Base.class).stream()
        .anyMatch(element -> matches(element, value));
  }

  private static boolean matches(Base element, IQueryParameterType value) {
    if (value instanceof ReferenceParam wanted) {
      return element instanceof Reference reference
          && wanted.getValue().equals(DocumentFacts.key(reference));
    }
    TokenParam wanted = (TokenParam) value;
    return element instanceof CodeableConcept concept
        ? concept.getCoding().stream().anyMatch(coding -> matches(coding, wanted))
        : wanted.getValue().equals(element.primitiveValue());
  }

  private static boolean matches(Coding coding, TokenParam wanted) {
    return wanted.getValue().equals(coding.getCode())
        && wanted.getSystem().equals(coding.getSystem());
  }

  @Override
  public List<Resource> write(Bundle transaction) {
    Bundle bundle = transaction.copy();
    Map<String, String> ids = new LinkedHashMap<>();
    for (BundleEntryComponent entry : bundle.getEntry()) {
      Resource resource = entry.getResource();
      String id =
          entry.getRequest().getMethod() == HTTPVerb.PUT
              ? entry.getRequest().getUrl()
              : entry.getRequest().hasIfNoneExist() && stored.containsKey("Device/equipoise")
                  ? "Device/equipoise"
                  : resource.fhirType()
                      + "/"
                      + (entry.getRequest().hasIfNoneExist() ? "equipoise" : "new" + nextId++);
      ids.put(entry.getFullUrl(), id);
      resource.setId(id + "/_history/1");
      stored.put(id, resource);
    }
    bundle
        .getEntry()
        .forEach(
            entry ->
                FHIR
                    .newTerser()
                    .getAllPopulatedChildElementsOfType(entry.getResource(), Reference.class)
                    .stream()
                    .filter(reference -> ids.containsKey(reference.getReference()))
                    .forEach(
                        reference -> reference.setReference(ids.get(reference.getReference()))));
    return bundle.getEntry().stream().map(BundleEntryComponent::getResource).toList();
  }

  @Override
  public void lock(String... keys) {
    locks.addAll(List.of(keys));
  }
}
