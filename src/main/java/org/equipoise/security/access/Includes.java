package org.equipoise.security.access;

import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.jpa.searchparam.extractor.PathAndRef;
import ca.uhn.fhir.model.api.Include;
import ca.uhn.fhir.model.api.ResourceMetadataKeyEnum;
import ca.uhn.fhir.model.valueset.BundleEntrySearchModeEnum;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ParameterUtil;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Resource;

/**
 * Keeps of what {@code _include} and {@code _revinclude} added to a page only what they lead to
 * from its matches by way of what is shown. HAPI follows them before anything is hidden, so that
 * what only a hidden resource refers to would tell of it.
 */
final class Includes {

  private static final String ALL = "*";

  private final ISearchParamExtractor extractor;
  private final ISearchParamRegistry parameters;

  Includes(ISearchParamExtractor extractor, ISearchParamRegistry parameters) {
    this.extractor = extractor;
    this.parameters = parameters;
  }

  /** That {@code source} refers to {@code target}, both shown, at a search parameter's path. */
  private record Link(String source, String path, String target) {}

  /**
   * Takes out of a page what was included by way of what is hidden.
   *
   * @param details the page, without what is hidden
   * @param mayBeMasked whether references may have been taken out of what is shown
   */
  void keepReached(IPreResourceShowDetails details, RequestDetails request, boolean mayBeMasked) {
    Map<String, Resource> shown = new HashMap<>();
    Set<String> matches = new HashSet<>();
    boolean isHidden = mayBeMasked;
    for (int i = 0; i < details.size(); i++) {
      if (details.getResource(i) instanceof Resource resource) {
        shown.put(Sights.key(resource), resource);
        if (!isIncluded(resource)) {
          matches.add(Sights.key(resource));
        }
      } else {
        isHidden = true;
      }
    }
    if (!isHidden || matches.size() == shown.size()) {
      return;
    }
    List<Link> links = links(shown);
    // In HAPI's order, which follows the one from what the other found.
    Set<String> reached = new HashSet<>(matches);
    reached.addAll(follow(links, reached, asked(request, Constants.PARAM_REVINCLUDE), true));
    reached.addAll(follow(links, reached, asked(request, Constants.PARAM_INCLUDE), false));
    for (int i = 0; i < details.size(); i++) {
      if (details.getResource(i) instanceof Resource resource
          && !reached.contains(Sights.key(resource))) {
        details.setResource(i, null);
      }
    }
  }

  private static boolean isIncluded(Resource resource) {
    return ResourceMetadataKeyEnum.ENTRY_SEARCH_MODE.get(resource)
        == BundleEntrySearchModeEnum.INCLUDE;
  }

  private static List<Include> asked(RequestDetails request, String name) {
    List<Include> asked = new ArrayList<>();
    request
        .getParameters()
        .forEach(
            (parameter, values) -> {
              if (parameter.equals(name) || parameter.startsWith(name + ":")) {
                boolean iterates =
                    ParameterUtil.isIncludeIterate(parameter.substring(name.length()));
                Arrays.stream(values)
                    .map(value -> new Include(value, iterates))
                    .forEach(asked::add);
              }
            });
    return asked;
  }

  /** Round by round: at first all of {@code asked}, then those that iterate. */
  private Set<String> follow(
      List<Link> links, Collection<String> from, List<Include> asked, boolean isReverse) {
    Set<String> found = new HashSet<>();
    Set<String> round = new HashSet<>(from);
    List<Include> followed = asked;
    while (!round.isEmpty() && !followed.isEmpty()) {
      Set<String> next = new HashSet<>();
      for (Link link : links) {
        String start = isReverse ? link.target() : link.source();
        String end = isReverse ? link.source() : link.target();
        if (round.contains(start)
            && !from.contains(end)
            && !found.contains(end)
            && followed.stream().anyMatch(include -> leadsAlong(include, link, isReverse))) {
          next.add(end);
        }
      }
      found.addAll(next);
      round = next;
      followed = asked.stream().filter(Include::isRecurse).toList();
    }
    return found;
  }

  private boolean leadsAlong(Include include, Link link, boolean isReverse) {
    if (ALL.equals(include.getValue())) {
      return true;
    }
    String type = include.getParamType();
    if (ALL.equals(include.getParamName())) {
      return !isReverse || typeOf(link.source()).equals(type);
    }
    if (type == null || include.getParamName() == null) {
      return false;
    }
    String targetType = include.getParamTargetType();
    var parameter =
        parameters.getActiveSearchParam(
            type, include.getParamName(), ISearchParamRegistry.SearchParamLookupContextEnum.SEARCH);
    return parameter != null
        && parameter.getPathsSplitForResourceType(type).contains(link.path())
        && (targetType == null || targetType.isEmpty() || targetType.equals(typeOf(link.target())));
  }

  private static String typeOf(String key) {
    return key.substring(0, key.indexOf('/'));
  }

  private List<Link> links(Map<String, Resource> shown) {
    Map<String, String> byAddress = new HashMap<>();
    shown.forEach(
        (key, resource) -> {
          if (resource instanceof MetadataResource definition && definition.hasUrl()) {
            byAddress.put(definition.getUrl(), key);
          }
        });
    return shown.entrySet().stream()
        .flatMap(
            one ->
                extractor.extractResourceLinks(one.getValue(), false).stream()
                    .flatMap(
                        link ->
                            target(link, byAddress)
                                .filter(shown::containsKey)
                                .map(target -> new Link(one.getKey(), link.getPath(), target))))
        .distinct()
        .toList();
  }

  private static Stream<String> target(PathAndRef link, Map<String, String> byAddress) {
    if (link.getRef() == null) {
      return Stream.empty();
    }
    IIdType id = link.getRef().getReferenceElement();
    if (link.isCanonical()) {
      String address = id.getValue() == null ? "" : id.getValue().replaceFirst("\\|.*", "");
      return Stream.ofNullable(byAddress.get(address));
    }
    return id.hasResourceType() && id.hasIdPart() && !id.isAbsolute()
        ? Stream.of(WithheldReferences.key(id))
        : Stream.empty();
  }
}
