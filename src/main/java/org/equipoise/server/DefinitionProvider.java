package org.equipoise.server;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.UriParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.MetadataResource;

/**
 * Serves the definitions that the server was built with, from memory: the same on every node and
 * after every upgrade, and nothing that a client could overwrite.
 */
public class DefinitionProvider<T extends MetadataResource> implements IResourceProvider {

  private final Class<T> type;
  private final TreeMap<String, T> byId = new TreeMap<>();

  DefinitionProvider(Class<T> type, Collection<T> definitions) {
    this.type = type;
    definitions.forEach(definition -> byId.put(definition.getIdElement().getIdPart(), definition));
  }

  @Override
  public Class<T> getResourceType() {
    return type;
  }

  @Read
  public T read(@IdParam IdType id) {
    T found = byId.get(id.getIdPart());
    if (found == null) {
      throw Refusal.notFound(id);
    }
    return found;
  }

  @Search
  public List<T> search(
      @OptionalParam(name = "_id") TokenParam id,
      @OptionalParam(name = "url") UriParam url,
      @OptionalParam(name = "name") StringParam name,
      @OptionalParam(name = "version") TokenParam version,
      @OptionalParam(name = "status") TokenParam status) {
    Stream<T> found = byId.values().stream();
    if (id != null) {
      found =
          found.filter(definition -> definition.getIdElement().getIdPart().equals(id.getValue()));
    }
    if (url != null) {
      found = found.filter(definition -> url.getValue().equals(definition.getUrl()));
    }
    if (name != null) {
      found = found.filter(definition -> startsWith(definition.getName(), name));
    }
    if (version != null) {
      found = found.filter(definition -> version.getValue().equals(definition.getVersion()));
    }
    if (status != null) {
      found =
          found.filter(
              definition ->
                  definition.getStatus() != null
                      && definition.getStatus().toCode().equals(status.getValue()));
    }
    return found.toList();
  }

  /** A FHIR string search: from the start, case aside; or exactly. */
  private static boolean startsWith(String value, StringParam wanted) {
    if (value == null) {
      return false;
    }
    return wanted.isExact()
        ? value.equals(wanted.getValue())
        : value.toLowerCase(Locale.ROOT).startsWith(wanted.getValue().toLowerCase(Locale.ROOT));
  }
}
