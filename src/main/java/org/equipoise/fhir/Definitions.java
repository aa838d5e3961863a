package org.equipoise.fhir;

import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The definitions that this server publishes and validates with: profiles, extensions, terminology,
 * search parameters, operations and the questionnaire, as compiled from {@code ig/} into {@code
 * fhir-profiles/} on the class path. Read once for each JVM, without network or database. The
 * resources are shared: whoever wants to change one copies it.
 */
public final class Definitions {

  private static final String FOLDER = "classpath:fhir-profiles/";

  private final List<Resource> all;
  private final Map<String, MetadataResource> byCanonical;

  private Definitions(List<Resource> all) {
    this.all = List.copyOf(all);
    Map<String, MetadataResource> urls = new LinkedHashMap<>();
    for (Resource resource : all) {
      if (resource instanceof MetadataResource definition && definition.hasUrl()) {
        if (urls.putIfAbsent(definition.getUrl(), definition) != null) {
          throw new IllegalStateException(
              "Two definitions have the address " + definition.getUrl());
        }
      }
    }
    this.byCanonical = Collections.unmodifiableMap(urls);
  }

  /** The shared instance, read at the first call. */
  public static Definitions shared() {
    return Holder.SHARED;
  }

  /** Everything, ordered by file name. */
  public List<Resource> all() {
    return all;
  }

  /** All of one type, such as {@code SearchParameter.class}. */
  public <T extends Resource> List<T> all(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /**
   * The definition with this canonical address; empty where there is none, or where it is of
   * another type.
   *
   * @param canonical with or without {@code |version}; the version is not compared, since one is
   *     shipped of each
   */
  public <T extends MetadataResource> Optional<T> find(Class<T> type, String canonical) {
    return Optional.ofNullable(byCanonical.get(unversioned(canonical)))
        .filter(type::isInstance)
        .map(type::cast);
  }

  /**
   * The published examples, ordered by file name: at least one for each profile. Read anew at each
   * call.
   */
  public static List<Resource> examples() {
    return read(FOLDER + "examples/*.json");
  }

  /** A canonical address without its {@code |version}. */
  static String unversioned(String canonical) {
    int bar = canonical.indexOf('|');
    return bar < 0 ? canonical : canonical.substring(0, bar);
  }

  private static List<Resource> read(String pattern) {
    IParser parser = FhirR4.context().newJsonParser();
    parser.setParserErrorHandler(new StrictErrorHandler());
    try {
      org.springframework.core.io.Resource[] files =
          new PathMatchingResourcePatternResolver().getResources(pattern);
      Arrays.sort(files, Comparator.comparing(file -> String.valueOf(file.getFilename())));
      List<Resource> resources = new ArrayList<>();
      for (org.springframework.core.io.Resource file : files) {
        try (InputStream in = file.getInputStream()) {
          resources.add((Resource) parser.parseResource(in));
        }
      }
      return resources;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + pattern, e);
    }
  }

  private static final class Holder {
    private static final Definitions SHARED = new Definitions(read(FOLDER + "*.json"));
  }
}
