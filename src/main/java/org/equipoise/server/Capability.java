package org.equipoise.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.annotation.Metadata;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.equipoise.audit.event.AuditEventProvider;
import org.equipoise.fhir.Definitions;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.access.Interactions;
import org.equipoise.security.client.RegistrationProperties;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementKind;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.ConditionalDeleteStatus;
import org.hl7.fhir.r4.model.CapabilityStatement.ReferenceHandlingPolicy;
import org.hl7.fhir.r4.model.CapabilityStatement.ResourceVersionPolicy;
import org.hl7.fhir.r4.model.CapabilityStatement.RestfulCapabilityMode;
import org.hl7.fhir.r4.model.CapabilityStatement.SystemRestfulInteraction;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.UriType;

/**
 * Says what this server offers, from the same tables that decide what it lets in ({@link
 * ServedTypes}, {@link Interactions}, the active search parameters and the published definitions),
 * so that the two cannot differ.
 */
public class Capability {

  private static final Set<String> DEFINITION_PARAMETERS =
      Set.of("_id", "url", "name", "version", "status");
  private static final String OAUTH_URIS =
      "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

  private static final Map<String, String> SMART_ENDPOINTS =
      new TreeMap<>(
          Map.of(
              "authorize", "/oauth2/authorize",
              "token", "/oauth2/token",
              "introspect", "/oauth2/introspect",
              "revoke", "/oauth2/revoke",
              "manage", "/apps"));

  private final FhirContext context;
  private final ISearchParamRegistry searchParameters;
  private final Definitions definitions;
  private final ServerAddress address;
  private final RegistrationProperties registration;
  private final String version;
  private final Date started = new Date();

  Capability(
      FhirContext context,
      ISearchParamRegistry searchParameters,
      Definitions definitions,
      ServerAddress address,
      RegistrationProperties registration,
      String version) {
    this.context = context;
    this.searchParameters = searchParameters;
    this.definitions = definitions;
    this.address = address;
    this.registration = registration;
    this.version = version;
  }

  @Metadata(cacheMillis = 3_600_000)
  public CapabilityStatement getServerConformance(HttpServletRequest http, RequestDetails request) {
    return statement();
  }

  /**
   * HAPI calls this by name and offers the server to read its bindings from; our tables say what is
   * open. (Its interface for such providers is left alone, since that also answers reads of
   * OperationDefinitions, with nothing.)
   */
  public void setRestfulServer(RestfulServer server) {
    // Nothing to keep.
  }

  CapabilityStatement statement() {
    CapabilityStatement statement = new CapabilityStatement();
    statement
        .setStatus(PublicationStatus.ACTIVE)
        .setDate(started)
        .setKind(CapabilityStatementKind.INSTANCE)
        .setFhirVersion(FHIRVersion._4_0_1)
        .setName("Equipoise");
    statement.getSoftware().setName("Equipoise").setVersion(version);
    statement
        .getImplementation()
        .setDescription("Equipoise FHIR server")
        .setUrl(address.fhirBase());
    for (String format : List.of("application/fhir+json", "json", "application/fhir+xml", "xml")) {
      statement.addFormat(format);
    }
    for (String format :
        List.of(
            "application/json-patch+json",
            "application/xml-patch+xml",
            "application/fhir+json",
            "application/fhir+xml")) {
      statement.addPatchFormat(format);
    }
    CapabilityStatementRestComponent rest =
        statement.addRest().setMode(RestfulCapabilityMode.SERVER);
    addSecurity(rest);
    rest.addInteraction().setCode(SystemRestfulInteraction.TRANSACTION);
    rest.addInteraction().setCode(SystemRestfulInteraction.BATCH);
    Map<String, Function<String, CapabilityStatementRestResourceComponent>> types = new TreeMap<>();
    ServedTypes.RECORDS.forEach(type -> types.put(type, this::record));
    ServedTypes.LOGS.forEach(type -> types.put(type, this::log));
    Interactions.DEFINITIONS.forEach(type -> types.put(type, this::definition));
    types.forEach((type, described) -> rest.addResource(described.apply(type)));
    return statement;
  }

  private void addSecurity(CapabilityStatementRestComponent rest) {
    rest.getSecurity()
        .setCors(true)
        .addService()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/restful-security-service")
        .setCode("SMART-on-FHIR");
    Extension uris = rest.getSecurity().addExtension().setUrl(OAUTH_URIS);
    SMART_ENDPOINTS.forEach((name, path) -> add(uris, name, path));
    registration.path().ifPresent(path -> add(uris, "register", path));
  }

  private void add(Extension uris, String name, String path) {
    uris.addExtension().setUrl(name).setValue(new UriType(address.baseUrl() + path));
  }

  private CapabilityStatementRestResourceComponent record(String type) {
    CapabilityStatementRestResourceComponent resource = resource(type, Interactions.ON_RECORDS);
    resource
        .setVersioning(ResourceVersionPolicy.VERSIONEDUPDATE)
        .setReadHistory(true)
        .setUpdateCreate(true)
        .setConditionalCreate(true)
        .setConditionalUpdate(true)
        .setConditionalDelete(ConditionalDeleteStatus.SINGLE)
        .addReferencePolicy(ReferenceHandlingPolicy.LITERAL);
    return searchable(resource, type);
  }

  private CapabilityStatementRestResourceComponent log(String type) {
    CapabilityStatementRestResourceComponent resource =
        resource(type, Interactions.ON_LOGS)
            .setVersioning(ResourceVersionPolicy.VERSIONED)
            .setReadHistory(true)
            .setDocumentation(
                "Patients read what is about them, privacy officers everything, nobody else"
                    + " anything. Created by services alone that the operator trusts to tell what"
                    + " happened in another system. No _include, no chains, no modifiers.");
    addProfiles(resource, type);
    addParameters(resource, type, AuditEventProvider.SEARCH_PARAMETERS::contains);
    return resource;
  }

  private CapabilityStatementRestResourceComponent searchable(
      CapabilityStatementRestResourceComponent resource, String type) {
    addProfiles(resource, type);
    for (RuntimeSearchParam parameter : addParameters(resource, type, name -> true)) {
      if (parameter.getParamType() == RestSearchParameterTypeEnum.REFERENCE) {
        resource.addSearchInclude(type + ":" + parameter.getName());
      }
    }
    for (String source : ServedTypes.RECORDS) {
      searchParameters
          .getActiveSearchParams(source, SearchParamLookupContextEnum.SEARCH)
          .values()
          .stream()
          .filter(parameter -> parameter.getParamType() == RestSearchParameterTypeEnum.REFERENCE)
          .filter(parameter -> parameter.getTargets().contains(type))
          .map(parameter -> source + ":" + parameter.getName())
          .sorted()
          .forEach(resource::addSearchRevInclude);
    }
    for (OperationDefinition operation : definitions.all(OperationDefinition.class)) {
      if (operation.getResource().stream().map(CodeType::getValue).anyMatch(type::equals)) {
        resource.addOperation().setName(operation.getCode()).setDefinition(operation.getUrl());
      }
    }
    return resource;
  }

  private void addProfiles(CapabilityStatementRestResourceComponent resource, String type) {
    for (StructureDefinition profile : definitions.all(StructureDefinition.class)) {
      if (type.equals(profile.getType())
          && profile.getDerivation() == StructureDefinition.TypeDerivationRule.CONSTRAINT) {
        resource.addSupportedProfile(profile.getUrl());
      }
    }
  }

  /** Tells the search parameters of a type that are offered, by name; returns them. */
  private List<RuntimeSearchParam> addParameters(
      CapabilityStatementRestResourceComponent resource, String type, Predicate<String> offered) {
    Map<String, RuntimeSearchParam> parameters = new TreeMap<>();
    searchParameters
        .getActiveSearchParams(type, SearchParamLookupContextEnum.SEARCH)
        .values()
        .stream()
        .filter(parameter -> parameter.getParamType() != RestSearchParameterTypeEnum.HAS)
        .filter(parameter -> offered.test(parameter.getName()))
        .forEach(parameter -> parameters.put(parameter.getName(), parameter));
    for (RuntimeSearchParam parameter : parameters.values()) {
      resource
          .addSearchParam()
          .setName(parameter.getName())
          .setType(SearchParamType.fromCode(parameter.getParamType().getCode()))
          .setDefinition(parameter.getUri());
    }
    return List.copyOf(parameters.values());
  }

  private CapabilityStatementRestResourceComponent definition(String type) {
    CapabilityStatementRestResourceComponent resource = resource(type, Interactions.ON_DEFINITIONS);
    for (String parameter : DEFINITION_PARAMETERS.stream().sorted().toList()) {
      SearchParamType kind =
          switch (parameter) {
            case "url" -> SearchParamType.URI;
            case "name" -> SearchParamType.STRING;
            default -> SearchParamType.TOKEN;
          };
      resource.addSearchParam().setName(parameter).setType(kind);
    }
    return resource;
  }

  private static CapabilityStatementRestResourceComponent resource(
      String type, Set<RestOperationTypeEnum> interactions) {
    CapabilityStatementRestResourceComponent resource =
        new CapabilityStatementRestResourceComponent();
    resource.setType(type).setProfile("http://hl7.org/fhir/StructureDefinition/" + type);
    interactions.forEach(
        interaction ->
            resource
                .addInteraction()
                .setCode(TypeRestfulInteraction.fromCode(interaction.getCode())));
    return resource;
  }

  /** The statement as JSON, compact. */
  byte[] json() {
    return context
        .newJsonParser()
        .encodeResourceToString(statement())
        .getBytes(StandardCharsets.UTF_8);
  }
}
