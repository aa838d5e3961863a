package org.equipoise.security.access;

import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.jpa.searchparam.extractor.PathAndRef;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Resource;

/**
 * A reference to what consent withholds from a caller who reaches everybody's data: refused as the
 * storage engine refuses one to nothing, in its words, for the elements that it looks up and no
 * others, and not before it has looked up all of them. Else the refusal itself would tell that the
 * target is there.
 */
final class WithheldReferences {

  /**
   * Whom and which visit an AI writes about, it was told by who let it write; whether the patient
   * permits that is asked of what it wrote.
   */
  private static final Set<String> GIVEN_TO_AI = Set.of("Encounter", "Patient");

  private static final String FOUND = WithheldReferences.class.getName();

  private final Sights sights;
  private final StoredResources stored;
  private final ISearchParamExtractor extractor;
  private final ISearchParamRegistry parameters;

  WithheldReferences(
      Sights sights,
      StoredResources stored,
      ISearchParamExtractor extractor,
      ISearchParamRegistry parameters) {
    this.sights = sights;
    this.stored = stored;
    this.extractor = extractor;
    this.parameters = parameters;
  }

  /**
   * Looks whether any of these is withheld, and keeps it in mind.
   *
   * @param source what refers to them
   * @param targets that were not in it before
   */
  void look(
      Resource source, Collection<IIdType> targets, Sight sight, TransactionDetails transaction) {
    if (sight.isOpen() || targets.isEmpty() || transaction.getUserData(FOUND) != null) {
      return;
    }
    sight.foresee(targets.stream().map(WithheldReferences::key).toList());
    Set<String> withheld =
        targets.stream()
            .filter(target -> isWithheld(target, sight))
            .map(WithheldReferences::key)
            .collect(Collectors.toSet());
    if (!withheld.isEmpty()) {
      refusal(source, withheld)
          .ifPresent(
              refusal -> {
                transaction.putUserData(FOUND, refusal);
                transaction.addRollbackUndoAction(() -> transaction.clearUserData(FOUND));
              });
    }
  }

  /** After the storage engine has looked up every reference of the transaction. */
  void refuse(TransactionDetails transaction) {
    RuntimeException refusal = transaction.getUserData(FOUND);
    if (refusal != null) {
      throw refusal;
    }
  }

  private boolean isWithheld(IIdType target, Sight sight) {
    if (!sight.isAi()) {
      return sight.view(key(target), Set.of(), true) == View.WITHHELD;
    }
    // What is not there, the storage engine refuses.
    return !GIVEN_TO_AI.contains(target.getResourceType())
        && !AccessRules.DIRECTORY.contains(target.getResourceType())
        && !sight.isOwnWaiting(key(target))
        && stored
            .find(target)
            .filter(one -> sights.view(sight, one, true) == View.WITHHELD)
            .isPresent();
  }

  private Optional<RuntimeException> refusal(Resource source, Set<String> withheld) {
    List<PathAndRef> links = List.copyOf(extractor.extractResourceLinks(source, false));
    return links.stream()
        .filter(link -> isLookedUp(source, link))
        .filter(link -> withheld.contains(key(link.getRef().getReferenceElement())))
        .findFirst()
        .map(link -> Refusal.unknownReference(link.getRef().getReferenceElement(), link.getPath()));
  }

  private boolean isLookedUp(Resource source, PathAndRef link) {
    var parameter =
        parameters.getActiveSearchParam(
            source.fhirType(),
            link.getSearchParamName(),
            ISearchParamRegistry.SearchParamLookupContextEnum.INDEX);
    return parameter != null
        && (!parameter.hasTargets()
            || parameter
                .getTargets()
                .contains(link.getRef().getReferenceElement().getResourceType()));
  }

  static String key(IIdType id) {
    return id.getResourceType() + "/" + id.getIdPart();
  }
}
