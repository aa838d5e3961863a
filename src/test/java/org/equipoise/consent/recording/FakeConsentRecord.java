package org.equipoise.consent.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.statement.TestDocuments;
import org.equipoise.consent.teachback.TeachBack;
import org.equipoise.consent.teachback.TestAnswers;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * A record in memory: gives ids and versions, resolves urn:uuid references, and refuses a stale
 * version.
 */
public final class FakeConsentRecord implements RecordTransaction, RecordOperation {

  /** When the tests take place. */
  public static final Instant NOW = Instant.parse("2026-08-06T10:00:00Z");

  private static final FhirContext CONTEXT = FhirR4.context();

  final Map<String, Resource> resources = new LinkedHashMap<>();
  final List<String> locked = new ArrayList<>();

  /** Who treats the patient, {@code Practitioner/3}. */
  final Set<String> treating = new HashSet<>();

  public int searches;
  int reads;
  private Caller caller = TestCallers.patient("ana");
  private Instant now = NOW;
  private int nextId = 1;

  public FakeConsentRecord() {
    put(TestDocuments.aiNote());
  }

  public FakeConsentRecord as(Caller who) {
    caller = who;
    return this;
  }

  public FakeConsentRecord at(Instant when) {
    now = when;
    return this;
  }

  public void put(Resource resource) {
    resources.put(resource.getIdElement().toUnqualifiedVersionless().getValue(), resource);
  }

  /** Calls $attach-consent on the note, with this Accept-Language. */
  public Parameters attach(Parameters body, String languages) {
    Neutrality neutrality =
        new Neutrality((person, patient) -> treating.contains(person.getValue()));
    AttachConsentProvider provider =
        new AttachConsentProvider(
            this,
            new ConsentRecorder(
                new TeachBack(TestAnswers.QUESTIONNAIRE),
                ConsentSettings.DEFAULT,
                neutrality,
                new FreeChoiceTasks(neutrality, List.of())));
    SystemRequestDetails request = new SystemRequestDetails();
    if (languages != null) {
      request.addHeader("Accept-Language", languages);
    }
    return provider.attachConsent(new IdType("DocumentReference/note"), body, request);
  }

  public Parameters attach(Parameters body) {
    return attach(body, null);
  }

  <T extends Resource> List<T> all(Class<T> type) {
    return resources.values().stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public <T> T look(RequestDetails request, Function<RecordTransaction, T> work) {
    return work.apply(this);
  }

  @Override
  public Parameters run(
      String name,
      IdType target,
      Parameters input,
      RequestDetails request,
      Consumer<RecordTransaction> first,
      Function<RecordTransaction, Parameters> work) {
    first.accept(this);
    return work.apply(this);
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public <T extends Resource> T read(Class<T> type, IdType id) {
    reads++;
    Resource found = resources.get(id.toUnqualifiedVersionless().getValue());
    if (!type.isInstance(found)) {
      throw new ResourceNotFoundException(id);
    }
    return type.cast(found.copy().setId(found.getIdElement()));
  }

  @Override
  public <T extends Resource> Optional<T> find(Class<T> type, Reference reference) {
    try {
      return Optional.of(read(type, (IdType) reference.getReferenceElement()));
    } catch (ResourceNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters) {
    if (type == Task.class) {
      String focus = parameters.get(Task.SP_FOCUS).toString();
      return all(type).stream()
          .filter(found -> focus.contains(AiUse.key(((Task) found).getFocus())))
          .toList();
    }
    searches++;
    if (parameters.containsKey(Consent.SP_SOURCE_REFERENCE)) {
      String source = only(parameters, Consent.SP_SOURCE_REFERENCE);
      return all(type).stream()
          .filter(found -> ((Consent) found).hasSourceReference())
          .filter(found -> AiUse.key(((Consent) found).getSourceReference()).equals(source))
          .toList();
    }
    String document = only(parameters, Consent.SP_DATA);
    String patient = only(parameters, Consent.SP_PATIENT);
    return all(type).stream()
        .filter(found -> Consents.documents((Consent) found).contains(document))
        .filter(found -> AiUse.key(((Consent) found).getPatient()).equals(patient))
        .toList();
  }

  private static String only(SearchParameterMap parameters, String name) {
    IQueryParameterType value = parameters.get(name).get(0).get(0);
    return ((ReferenceParam) value).getValueAsQueryToken(CONTEXT);
  }

  @Override
  public List<Resource> write(Bundle transaction) {
    String text = CONTEXT.newJsonParser().encodeResourceToString(transaction);
    Map<String, String> ids = new LinkedHashMap<>();
    for (Bundle.BundleEntryComponent entry : transaction.getEntry()) {
      boolean isNew = entry.getRequest().getMethod() == HTTPVerb.POST;
      String id =
          isNew ? entry.getResource().fhirType() + "/" + nextId++ : entry.getRequest().getUrl();
      ids.put(entry.getFullUrl(), id);
      if (isNew) {
        text =
            text.replace(
                "\"reference\":\"" + entry.getFullUrl() + "\"", "\"reference\":\"" + id + "\"");
      }
    }
    List<Resource> stored = new ArrayList<>();
    for (Bundle.BundleEntryComponent entry :
        CONTEXT.newJsonParser().parseResource(Bundle.class, text).getEntry()) {
      String id = ids.get(entry.getFullUrl());
      int version =
          resources.containsKey(id) ? currentVersion(id, entry.getRequest().getIfMatch()) + 1 : 1;
      Resource resource = entry.getResource();
      resource.setId(id + "/_history/" + version);
      put(resource);
      stored.add(resource);
    }
    return stored;
  }

  private int currentVersion(String id, String ifMatch) {
    String current = resources.get(id).getIdElement().getVersionIdPart();
    if (!("W/\"" + current + "\"").equals(ifMatch)) {
      throw new AssertionError("Written over version " + current + " with If-Match " + ifMatch);
    }
    return Integer.parseInt(current);
  }

  @Override
  public void lock(String... keys) {
    locked.addAll(List.of(keys));
  }
}
