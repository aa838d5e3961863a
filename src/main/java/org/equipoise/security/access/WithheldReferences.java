package org.equipoise.security.access;

import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.jpa.searchparam.extractor.PathAndRef;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.UnusualAccessRecords;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Resource;

/**
 * A reference to what consent withholds from a caller who reaches everybody's data: refused before
 * anything is stored, in the same words as one to nothing, for the elements that the storage engine
 * looks up and no others. Of several, the first is refused that is missing or withheld; were the
 * missing ones left to the storage engine, which looks later, a second fault would tell the two
 * apart.
 */
final class WithheldReferences {

  /**
   * Whom and which visit an AI writes about, it was told by who let it write; whether the patient
   * permits that is asked of what it wrote.
   */
  private static final Set<String> GIVEN_TO_AI = Set.of("Encounter", "Patient");

  private static final String COMING = WithheldReferences.class.getName();

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
   * Refuses the first reference that leads to nothing the caller may know of.
   *
   * @param source what refers to them
   * @param targets that were not in it before, in the order of its elements
   * @param coming {@code Type/id} of what the same transaction writes: known only when it is stored
   */
  void refuse(
      Resource source,
      List<IIdType> targets,
      Sight sight,
      Set<String> coming,
      TransactionDetails transaction) {
    if (sight.isOpen() || targets.isEmpty()) {
      return;
    }
    Map<String, String> pathOf = lookedUp(source);
    List<IIdType> lookedUp =
        targets.stream().filter(target -> pathOf.containsKey(key(target))).toList();
    if (lookedUp.isEmpty()) {
      return;
    }
    List<String> keys = lookedUp.stream().map(WithheldReferences::key).distinct().toList();
    sight.foresee(keys);
    Set<String> there = stored.present(keys);
    for (IIdType target : lookedUp) {
      String key = key(target);
      if (coming.contains(key)) {
        comingTo(transaction).add(key);
      } else if (!(there.contains(key) || stored.find(target).isPresent())
          || isWithheld(target, sight)) {
        throw Refusal.unknownReference(target, pathOf.get(key));
      }
    }
  }

  /** Those to what the same transaction was to write, now that they lead to it, or past it. */
  void refuseOnceStored(
      Resource source, List<IIdType> targets, Supplier<Sight> sight, TransactionDetails known) {
    Set<String> coming = known.getUserData(COMING);
    if (coming == null || coming.isEmpty()) {
      return;
    }
    Map<String, String> pathOf = lookedUp(source);
    for (IIdType target : targets) {
      if (coming.contains(key(target))
          && pathOf.containsKey(key(target))
          && isWithheld(target, sight.get())) {
        throw Refusal.unknownReference(target, pathOf.get(key(target)));
      }
    }
  }

  private static Set<String> comingTo(TransactionDetails transaction) {
    return transaction.getOrCreateUserData(COMING, HashSet::new);
  }

  private boolean isWithheld(IIdType target, Sight sight) {
    // Whoever reaches everybody's data is no privacy officer, and no patient.
    if (UnusualAccessRecords.TYPES.contains(target.getResourceType())
        && stored.find(target).filter(UnusualAccessRecords::isOne).isPresent()) {
      return true;
    }
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

  /** The path of each reference that the storage engine looks up, by {@code Type/id}. */
  private Map<String, String> lookedUp(Resource source) {
    Map<String, String> pathOf = new HashMap<>();
    for (PathAndRef link : List.copyOf(extractor.extractResourceLinks(source, false))) {
      if (link.getRef() != null && isLookedUp(source, link)) {
        pathOf.merge(
            key(link.getRef().getReferenceElement()),
            link.getPath(),
            (one, other) -> one.compareTo(other) < 0 ? one : other);
      }
    }
    return pathOf;
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
