package org.equipoise.explanation;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.equipoise.fhir.ConsentStatements;
import org.equipoise.fhir.RecordTransaction;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Gathers what the record says about an AI document: one search, the consents, and one read for
 * each thing named.
 */
final class FactsReader {

  private final ConsentStatements consents;

  FactsReader(ConsentStatements consents) {
    this.consents = consents;
  }

  DocumentFacts read(RecordTransaction transaction, DocumentReference document) {
    String self = document.getIdElement().toUnqualifiedVersionless().getValue();
    List<Provenance> provenances =
        transaction
            .search(
                Provenance.class,
                new SearchParameterMap(Provenance.SP_TARGET, new ReferenceParam(self)))
            .stream()
            .sorted(
                Comparator.comparing(
                    Provenance::getRecorded, Comparator.nullsLast(Comparator.naturalOrder())))
            .toList();
    List<ProvenanceAgentComponent> agents =
        provenances.stream().flatMap(one -> one.getAgent().stream()).toList();
    List<Device> devices =
        find(
            transaction,
            Device.class,
            Stream.concat(
                agents.stream().filter(AiRole::isIn).map(ProvenanceAgentComponent::getWho),
                document.getAuthor().stream()),
            AiRole::isIn);
    List<DocumentReference> cards =
        find(
            transaction,
            DocumentReference.class,
            devices.stream().flatMap(DocumentFacts::cardReferences),
            card -> true);
    List<DocumentReference> inputs =
        find(
            transaction,
            DocumentReference.class,
            provenances.stream()
                .flatMap(one -> one.getEntity().stream())
                .map(ProvenanceEntityComponent::getWhat)
                .filter(what -> !what.hasDisplay() && DocumentFacts.named(cards, what).isEmpty()),
            input -> true);
    List<Practitioner> practitioners =
        find(
            transaction,
            Practitioner.class,
            Stream.of(
                    document.getAuthor().stream(),
                    Stream.of(document.getAuthenticator()),
                    agents.stream().map(ProvenanceAgentComponent::getWho))
                .flatMap(references -> references),
            practitioner -> true);
    List<Organization> organizations =
        find(
            transaction,
            Organization.class,
            Stream.concat(
                Stream.of(document.getCustodian()),
                agents.stream().filter(AiRole::isIn).map(ProvenanceAgentComponent::getOnBehalfOf)),
            organization -> true);
    return new DocumentFacts(
        document,
        provenances,
        devices,
        cards,
        inputs,
        practitioners,
        organizations,
        consents.about(transaction, document));
  }

  /** Reads each of the references once that names a resource of the type. */
  private static <T extends Resource> List<T> find(
      RecordTransaction transaction,
      Class<T> type,
      Stream<Reference> references,
      Predicate<T> wanted) {
    return references
        .map(DocumentFacts::key)
        .filter(Objects::nonNull)
        .filter(key -> key.startsWith(type.getSimpleName() + "/"))
        .distinct()
        .map(key -> transaction.find(type, new Reference(key)))
        .flatMap(Optional::stream)
        .filter(wanted)
        .toList();
  }
}
